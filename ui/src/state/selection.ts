// The projects ticked in the projects table. They stay ticked while the filter changes, and the page
// for one rule in many projects reads them.
import { createStore, useStore } from "./store";

const selected = createStore<ReadonlySet<string>>(new Set());

/** Ids of the selected projects. */
export function useSelection(): ReadonlySet<string> {
  return useStore(selected);
}

export const selection = {
  get: selected.get,
  /** Replaces the selection. */
  set: (ids: Iterable<string>) => selected.set(new Set(ids)),
  /** Selects or unselects some projects. */
  mark: (ids: Iterable<string>, on: boolean) =>
    selected.set((now) => {
      const next = new Set(now);
      for (const id of ids) {
        if (on) next.add(id);
        else next.delete(id);
      }
      return next;
    }),
  clear: () => selected.set((now) => (now.size === 0 ? now : new Set())),
};
