/** Handlers that stay the same, so that what is given them need not be drawn again. */
import { useCallback, useLayoutEffect, useRef } from "react";

/** `handler` as it was at the last paint, under one identity. For events, not for use while drawing. */
export function useStable<A extends unknown[], R>(handler: (...given: A) => R): (...given: A) => R {
  const latest = useRef(handler);
  useLayoutEffect(() => {
    latest.current = handler;
  });
  return useCallback((...given: A) => latest.current(...given), []);
}
