// The rule begun for several projects. It outlives the page, not the window.
import type { Rule } from "../../ipc/bindings";
import { createStore } from "../../state/store";

export const begun = createStore<Rule | null>(null);
