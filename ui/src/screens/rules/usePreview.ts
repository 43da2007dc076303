/** The live preview of an editor: the newest answer, the last valid one, its pages, and how long it took. */
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";

import { PageCache } from "../../components/VirtualRowsPages";
import type { PreviewAnswer, PreviewLine } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import type { ApiError } from "../../ipc/bindings";
import { useStable } from "../../state/stable";
import { PreviewSession, type PreviewHost, type Question } from "./preview-session";

/** Lines in a page: more than a screen, and few enough for an answer of 16 KB at every keystroke. */
export const PREVIEW_PAGE = 50;
/** Pages kept. */
const MOST_PAGES = 80;
/** An answer that takes longer shows that work is going on, in milliseconds. */
const SLOW_AFTER = 150;

export type LivePreview = {
  /** The newest answer; `null` before the first. */
  newest: PreviewAnswer | null;
  /** What to show: the newest answer with a valid pattern, else the newest. */
  shown: PreviewAnswer | null;
  /** What is shown belongs to an older pattern than the one in the field. */
  dimmed: boolean;
  /** An answer is overdue. */
  slow: boolean;
  failure: ApiError | null;
  /** Changes with each shown answer. */
  stamp: number;
  line: (index: number) => PreviewLine | undefined;
  onRange: (from: number, to: number) => void;
  /** Asks at once, before the page is drawn anew. `since`: when the key behind it was pressed. */
  ask: (question: Question | null, since: number) => void;
};

type Shown = { answer: PreviewAnswer; question: Question; cache: PageCache<PreviewLine>; stamp: number };

const host: PreviewHost = {
  ask: (request) => call("preview", request),
  now: () => performance.now(),
  later: (run, milliseconds) => window.setTimeout(run, milliseconds),
  never: (timer) => window.clearTimeout(timer),
};

/**
 * @param question what to ask; `null`: nothing
 * @param catchUp called with an answer before it is shown, so that all that belongs to it is drawn with it
 */
export function usePreview(question: Question | null, catchUp: () => void): LivePreview {
  const [newest, setNewest] = useState<PreviewAnswer | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [slow, setSlow] = useState(false);
  const [, setPages] = useState(0);
  const session = useRef<PreviewSession | null>(null);
  const waiting = useRef<number | null>(null);
  const painted = useRef<number | null>(null);
  const current = useRef<Shown | null>(null);
  const early = useRef<Question | null>(null);
  const before = useStable(catchUp);

  useLayoutEffect(() => {
    const settle = () => {
      if (waiting.current !== null) window.clearTimeout(waiting.current);
      waiting.current = null;
      setSlow(false);
    };
    const mine = new PreviewSession(host, {
      onAnswer: (answer, asked, since) => {
        painted.current = since;
        // Drawn before the next key is heard, with all that was typed until now.
        flushSync(() => {
          settle();
          before();
          setFailure(null);
          setNewest(answer);
          if (answer.pattern_error !== null && current.current !== null && isSameRule(asked, current.current.question)) return;
          const cache = new PageCache<PreviewLine>(PREVIEW_PAGE, MOST_PAGES);
          cache.put(0, answer.lines);
          current.current = { answer, question: asked, cache, stamp: (current.current?.stamp ?? 0) + 1 };
          setShown(current.current);
        });
      },
      onFailure: (thrown) => {
        settle();
        const error = asApiError(thrown);
        if (error.code !== "job.cancelled") setFailure(error);
      },
    });
    session.current = mine;
    return () => {
      settle();
      mine.end();
    };
  }, [before]);

  const put = useCallback((asked: Question, since: number | null) => {
    waiting.current ??= window.setTimeout(() => setSlow(true), SLOW_AFTER);
    session.current?.put(asked, since);
  }, []);
  const ask = useCallback(
    (asked: Question | null, since: number) => {
      if (asked === null) return;
      early.current = asked;
      put(asked, since);
    },
    [put],
  );
  useLayoutEffect(() => {
    if (question === null) return;
    const asked = early.current;
    early.current = null;
    if (asked === null || JSON.stringify(asked) !== JSON.stringify(question)) put(question, null);
  }, [question, put]);

  // After the paint that shows the answer to a keystroke, say how long it took from the keystroke.
  useLayoutEffect(() => {
    const since = painted.current;
    painted.current = null;
    if (since !== null) afterPaint(() => measure(since));
  }, [newest]);

  const onRange = usePages(session, current, setPages);
  return useMemo(
    () => ({
      newest,
      shown: shown?.answer ?? null,
      dimmed: newest?.pattern_error != null && shown !== null && shown.answer !== newest,
      slow,
      failure,
      stamp: shown?.stamp ?? 0,
      line: (index: number) => shown?.cache.get(index),
      onRange,
      ask,
    }),
    [newest, shown, slow, failure, onRange, ask],
  );
}

/** Fetches pages that came in sight, one at a time, nearest first; answers of an older preview are dropped. */
function usePages(
  session: { current: PreviewSession | null },
  current: { current: Shown | null },
  redraw: (change: (count: number) => number) => void,
): (from: number, to: number) => void {
  const busy = useRef(false);
  const range = useRef<[number, number]>([0, 0]);
  return useCallback(
    (from: number, to: number) => {
      range.current = [from, to];
      const fetchNext = async () => {
        const shown = current.current;
        if (busy.current || shown === null || session.current === null) return;
        const [first, last] = range.current;
        const page = shown.cache.missing(first, Math.min(last, shown.answer.total_lines))[0];
        if (page === undefined) return;
        busy.current = true;
        try {
          const lines = await session.current.page(shown.question, page * PREVIEW_PAGE, PREVIEW_PAGE);
          shown.cache.put(page, lines);
          if (shown === current.current) redraw((count) => count + 1);
        } catch {
          // A page that did not come is asked for again when it comes in sight again.
          return;
        } finally {
          busy.current = false;
        }
        await fetchNext();
      };
      void fetchNext();
    },
    [session, current, redraw],
  );
}

/** Whether two questions are about the same rule of the same draft. */
function isSameRule(one: Question, other: Question): boolean {
  return one.edited_before === other.edited_before && one.edited_after === other.edited_after && one.projects.join() === other.projects.join();
}

function afterPaint(run: () => void): void {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      run();
    };
    channel.port2.postMessage(null);
  });
}

function measure(since: number): void {
  performance.mark("preview-painted");
  performance.measure("keystroke-to-preview", { start: since, end: "preview-painted" });
}
