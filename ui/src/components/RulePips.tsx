export { RulePips } from "./State";
