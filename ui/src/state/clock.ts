import { useSyncExternalStore } from "react";

// Clocks that components share: one timer for each pace, however many look at it.
function ticking(pace: number) {
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const watchers = new Set<() => void>();
  return {
    get: () => now,
    watch: (tell: () => void) => {
      watchers.add(tell);
      if (timer === undefined) {
        now = Date.now();
        timer = setInterval(() => {
          now = Date.now();
          for (const watcher of watchers) watcher();
        }, pace);
      }
      return () => {
        watchers.delete(tell);
        if (watchers.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}

const seconds = ticking(1000);
const slow = ticking(20_000);

/** Seconds of now, new each second: for countdowns. */
export function useSecond(): number {
  return useSyncExternalStore(seconds.watch, seconds.get) / 1000;
}

/** Seconds of now, new every twenty seconds: for ages. */
export function useNow(): number {
  return useSyncExternalStore(slow.watch, slow.get) / 1000;
}
