/**
 * State that may be ahead of the page for a moment: so that the page is drawn once for a letter, with
 * what is answered to it.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";

/** After this long the page follows without an answer, in milliseconds: soon enough that nobody sees a delay. */
const AT_LATEST = 80;

export type LateState<S, A> = {
  /** What is drawn. */
  state: S;
  /** What is so already. */
  newest: () => S;
  /** Changes the state, and the page at once. */
  dispatch: (action: A) => void;
  /** Changes the state; the page follows with [`catchUp`], or before anything else is done by hand. */
  dispatchLate: (action: A) => void;
  /** Draws the page as things are. */
  catchUp: () => void;
};

/** @param reduce stays the same, e.g. a function of a module */
export function useLateReducer<S, A>(reduce: (state: S, action: A) => S, begin: () => S): LateState<S, A> {
  const [state, draw] = useState(begin);
  const newest = useRef(state);
  const timer = useRef<number | null>(null);

  const catchUp = useCallback(() => {
    if (timer.current === null) return;
    window.clearTimeout(timer.current);
    timer.current = null;
    draw(newest.current);
  }, []);
  const dispatchLate = useCallback(
    (action: A) => {
      newest.current = reduce(newest.current, action);
      // At once: a letter typed between a change and its drawing would be overwritten by it.
      if (timer.current === null) timer.current = window.setTimeout(() => flushSync(catchUp), AT_LATEST);
    },
    [reduce, catchUp],
  );
  const dispatch = useCallback(
    (action: A) => {
      dispatchLate(action);
      catchUp();
    },
    [dispatchLate, catchUp],
  );

  useEffect(() => {
    // Other handlers see what is drawn, so it has to be the newest before any of them runs.
    const byKey = (event: KeyboardEvent) => {
      if (!isTyping(event)) catchUp();
    };
    document.addEventListener("keydown", byKey, true);
    document.addEventListener("pointerdown", catchUp, true);
    return () => {
      document.removeEventListener("keydown", byKey, true);
      document.removeEventListener("pointerdown", catchUp, true);
      catchUp();
    };
  }, [catchUp]);

  return useMemo(
    () => ({ state, newest: () => newest.current, dispatch, dispatchLate, catchUp }),
    [state, dispatch, dispatchLate, catchUp],
  );
}

function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  return event.key.length === 1 || event.key === "Backspace" || event.key === "Delete";
}
