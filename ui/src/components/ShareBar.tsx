export { ShareBar } from "./State";
