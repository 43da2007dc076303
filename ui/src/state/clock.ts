import { useSyncExternalStore } from "react";
import type { JobView } from "../ipc/jobs";

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

/** Seconds of now, new every twenty seconds: for ages. */
export function useNow(): number {
  return useSyncExternalStore(slow.watch, slow.get) / 1000;
}

const still = { get: () => 0, watch: () => () => undefined };

/** Whole seconds that a job still waits before it goes on by itself; `null` while it does not wait. */
export function useWait(job: JobView | undefined): number | null {
  const waiting = job?.progress.waiting ?? null;
  const clock = waiting === null ? still : seconds;
  const now = useSyncExternalStore(clock.watch, clock.get) / 1000;
  return job === undefined || waiting === null ? null : Math.max(0, Math.ceil(waiting - (now - job.at / 1000)));
}
