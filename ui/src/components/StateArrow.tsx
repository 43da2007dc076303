export { StateArrow } from "./State";
