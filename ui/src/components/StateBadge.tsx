export { StateBadge } from "./State";
