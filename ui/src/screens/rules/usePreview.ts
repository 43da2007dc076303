/** The live preview of an editor: the newest answer, the last valid one, its pages, and how long it took. */
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";

import { PageCache } from "../../components/VirtualRowsPages";
import type { ApiError, PreviewAnswer, PreviewLine } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { useStable } from "../../state/stable";
import { createStore, type Store } from "../../state/store";
import { PreviewSession, type PreviewHost, type Question } from "./preview-session";

/** Lines in a page: more than a screen, and few enough for an answer of 16 KB at every keystroke. */
export const PREVIEW_PAGE = 50;
/** Pages kept. */
const MOST_PAGES = 80;
/** An answer that takes longer shows that work is going on, in milliseconds. */
const SLOW_AFTER = 150;

type Answers = {
  /** The newest answer; `null` before the first. */
  newest: PreviewAnswer | null;
  /** What to show: the newest answer with a valid pattern, else the newest. */
  shown: PreviewAnswer | null;
  /** What is shown belongs to an older pattern than the one in the field. */
  dimmed: boolean;
};

/** What the preview draws. */
export type LivePreview = Answers & {
  /** An answer is overdue. */
  slow: boolean;
  failure: ApiError | null;
  /** Changes with each shown answer. */
  stamp: number;
  line: (index: number) => PreviewLine | undefined;
};

/** The answers for the page around the preview, which is drawn a frame later. */
export type Preview = Answers & {
  live: Store<LivePreview>;
  onRange: (from: number, to: number) => void;
  /** Asks at once, before the page is drawn anew. `since`: when the key behind it was pressed. */
  ask: (question: Question | null, since: number) => void;
};

type Shown = { answer: PreviewAnswer; question: Question; cache: PageCache<PreviewLine> };

const NO_ANSWERS: Answers = { newest: null, shown: null, dimmed: false };

const host: PreviewHost = {
  ask: (request) => call("preview", request),
  now: () => performance.now(),
  later: (run, milliseconds) => window.setTimeout(run, milliseconds),
  never: (timer) => window.clearTimeout(timer),
};

/**
 * @param question what to ask; `null`: nothing
 * @param catchUp called before the page around the preview is drawn with a new answer
 */
export function usePreview(question: Question | null, catchUp: () => void): Preview {
  const [live] = useState(() => createStore<LivePreview>({ ...NO_ANSWERS, slow: false, failure: null, stamp: 0, line: () => undefined }));
  const [followed, follow] = useState(NO_ANSWERS);
  const session = useRef<PreviewSession | null>(null);
  const waiting = useRef<number | null>(null);
  const current = useRef<Shown | null>(null);
  const early = useRef<Question | null>(null);
  const before = useStable(catchUp);

  useLayoutEffect(() => {
    const settle = () => {
      if (waiting.current !== null) window.clearTimeout(waiting.current);
      waiting.current = null;
    };
    const mine = new PreviewSession(host, {
      onAnswer: (answer, asked, since) => {
        settle();
        const older = current.current;
        const keepsOlder = older !== null && answer.pattern_error !== null && isSameRule(asked, older.question);
        const shown = keepsOlder ? older : shownOf(answer, asked);
        current.current = shown;
        // Drawn before the next key is heard. The page around takes as long again, so it waits until
        // this is painted.
        flushSync(() => live.set((now) => answered(now, answer, shown)));
        afterPaint(() => {
          if (since !== null) measure(since);
          if (session.current !== mine) return;
          flushSync(() => {
            before();
            const { newest, shown, dimmed } = live.get();
            follow({ newest, shown, dimmed });
          });
        });
      },
      onFailure: (thrown) => {
        settle();
        const error = asApiError(thrown);
        live.set((now) => ({ ...now, slow: false, failure: error.code === "job.cancelled" ? now.failure : error }));
      },
    });
    session.current = mine;
    return () => {
      settle();
      session.current = null;
      mine.end();
    };
  }, [live, before]);

  const put = useCallback(
    (asked: Question, since: number | null) => {
      if (waiting.current === null) waiting.current = window.setTimeout(() => live.set((now) => ({ ...now, slow: true })), SLOW_AFTER);
      session.current?.put(asked, since);
    },
    [live],
  );
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

  const redraw = useCallback(() => live.set((now) => ({ ...now })), [live]);
  const onRange = usePages(session, current, redraw);
  return useMemo(() => ({ ...followed, live, onRange, ask }), [followed, live, onRange, ask]);
}

function shownOf(answer: PreviewAnswer, question: Question): Shown {
  const cache = new PageCache<PreviewLine>(PREVIEW_PAGE, MOST_PAGES);
  cache.put(0, answer.lines);
  return { answer, question, cache };
}

function answered(now: LivePreview, newest: PreviewAnswer, shown: Shown): LivePreview {
  return {
    newest,
    shown: shown.answer,
    dimmed: newest.pattern_error !== null && shown.answer !== newest,
    slow: false,
    failure: null,
    stamp: shown.answer === now.shown ? now.stamp : now.stamp + 1,
    line: (index) => shown.cache.get(index),
  };
}

/** Fetches pages that came in sight, one at a time, nearest first; answers of an older preview are dropped. */
function usePages(
  session: { current: PreviewSession | null },
  current: { current: Shown | null },
  redraw: () => void,
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
          if (shown === current.current) redraw();
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

/** For whoever measures: how long until the page had drawn it. The engine shows it some milliseconds later. */
function measure(since: number): void {
  performance.mark("preview-painted");
  performance.measure("keystroke-to-preview", { start: since, end: "preview-painted" });
}
