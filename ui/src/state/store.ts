// A value that several components share, outside React. Enough for view state; what comes from the
// shell lives in TanStack Query.
import { useSyncExternalStore } from "react";

export interface Store<T> {
  get: () => T;
  set: (next: T | ((now: T) => T)) => void;
  subscribe: (tell: () => void) => () => void;
}

export function createStore<T>(first: T): Store<T> {
  let value = first;
  const watchers = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      const wanted = typeof next === "function" ? (next as (now: T) => T)(value) : next;
      if (Object.is(wanted, value)) return;
      value = wanted;
      for (const tell of watchers) tell();
    },
    subscribe: (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
  };
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
