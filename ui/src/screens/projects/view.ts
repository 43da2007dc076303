import type { ProjectChip, ProjectSort } from "../../ipc/bindings";
import { createStore } from "../../state/store";
import type { SplitFilter } from "./filterTokens";

/** How the table was left, for when one comes back to it from a project. */
export const view = createStore<{ filter: SplitFilter; chip: ProjectChip; sort: ProjectSort; descending: boolean }>({
  filter: { tokens: [], rest: "" }, chip: "all", sort: "path", descending: false,
});
