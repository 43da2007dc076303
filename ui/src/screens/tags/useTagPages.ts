/** Pages of the tags table: fetched as they come in sight, kept while the question stays the same. */
import { useCallback, useEffect, useRef, useState } from "react";

import { PageCache } from "../../components/VirtualRowsPages";
import type { ApiError, TagLine, TagsPage, TagsQuery } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { jobs } from "../../ipc/jobs";

/** Lines in a page. */
export const TAGS_PAGE = 200;
const MOST_PAGES = 60;

/** A question without its place in the list. */
export type TagsQuestion = Omit<TagsQuery, "offset" | "limit">;

export type TagPages = {
  /** Numbers of the newest answer; `null` before the first. */
  head: TagsPage | null;
  /** The numbers belong to an older question. */
  counting: boolean;
  error: ApiError | null;
  line: (index: number) => TagLine | undefined;
  onRange: (from: number, to: number) => void;
  /** Changes with each question, not when the same one is asked again. */
  stamp: string;
};

type Book = { key: string; cache: PageCache<TagLine>; head: TagsPage };

export function useTagPages(question: TagsQuestion): TagPages {
  const key = JSON.stringify(question);
  const [book, setBook] = useState<Book | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [, redraw] = useState(0);
  const current = useRef<Book | null>(null);
  const wanted = useRef(key);
  const version = useInventoryVersion();

  useEffect(() => {
    wanted.current = key;
    let over = false;
    call("tags_page", { ...(JSON.parse(key) as TagsQuestion), offset: 0, limit: TAGS_PAGE }).then(
      (page) => {
        if (over) return;
        const cache = new PageCache<TagLine>(TAGS_PAGE, MOST_PAGES);
        cache.put(0, page.lines);
        current.current = { key, cache, head: page };
        setError(null);
        setBook(current.current);
      },
      (thrown: unknown) => {
        if (!over) setError(asApiError(thrown));
      },
    );
    return () => {
      over = true;
    };
  }, [key, version]);

  const busy = useRef(false);
  const range = useRef<[number, number]>([0, 0]);
  const onRange = useCallback((from: number, to: number) => {
    range.current = [from, to];
    const fetchNext = async (): Promise<void> => {
      const open = current.current;
      if (busy.current || open === null || open.key !== wanted.current) return;
      const [first, last] = range.current;
      const page = open.cache.missing(first, Math.min(last, open.head.total_lines))[0];
      if (page === undefined) return;
      busy.current = true;
      try {
        const answer = await call("tags_page", { ...(JSON.parse(open.key) as TagsQuestion), offset: page * TAGS_PAGE, limit: TAGS_PAGE });
        open.cache.put(page, answer.lines);
        if (open === current.current) redraw((count) => count + 1);
      } catch (thrown) {
        setError(asApiError(thrown));
        return;
      } finally {
        busy.current = false;
      }
      await fetchNext();
    };
    void fetchNext();
  }, []);

  // After a refresh the same rows are in sight; their pages are fetched anew.
  useEffect(() => {
    if (book !== null) onRange(...range.current);
  }, [book, onRange]);

  return {
    head: book?.head ?? null,
    counting: book !== null && book.key !== key,
    error,
    line: (index) => book?.cache.get(index),
    onRange,
    stamp: book?.key ?? key,
  };
}

/** How often a running sync makes the table ask again, in milliseconds. */
const PACE = 500;

/** Grows when what was read of the registries changed. */
function useInventoryVersion(): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = jobs.onChanged((what) => {
      if (what !== "projects") return;
      timer ??= setTimeout(() => {
        timer = undefined;
        setVersion((now) => now + 1);
      }, PACE);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
  return version;
}
