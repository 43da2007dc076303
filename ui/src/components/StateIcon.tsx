export { StateIcon } from "./State";
