import { useAllIds } from "../projects/useProjects";
import { filterText } from "../projects/filterTokens";
import { view } from "../projects/view";
import { useShortcuts } from "../../state/keys";
import { go } from "../../state/route";
import type { ProjectTab } from "../../state/route";
import { useStore } from "../../state/store";

/** `[` and `]`: the project before and after this one, in the order the table was left in. */
export function useNeighbours(id: string, tab: ProjectTab): void {
  const { filter, chip, sort, descending } = useStore(view);
  const ids = useAllIds({ filter: filterText(filter), chip, sort, descending }, true) ?? [];
  const step = (by: 1 | -1) => () => {
    const next = ids[ids.indexOf(id) + by];
    if (ids.includes(id) && next !== undefined) go({ screen: "project", id: next, tab });
    return next !== undefined;
  };
  useShortcuts({ "[": step(-1), "]": step(1) });
}
