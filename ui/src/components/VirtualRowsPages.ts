/** Pages of a long list: which are here, which are missing, and which may go. */

export class PageCache<Row> {
  readonly size: number;
  readonly #most: number;
  readonly #pages = new Map<number, readonly Row[]>();

  /**
   * @param size rows in a page
   * @param most pages kept; the one not looked at for longest goes first
   */
  constructor(size: number, most: number) {
    this.size = size;
    this.#most = most;
  }

  /** The row, if its page is here. */
  get(index: number): Row | undefined {
    const number = Math.floor(index / this.size);
    return this.#pages.get(number)?.[index - number * this.size];
  }

  /** Numbers of the pages between two rows (the last one excluded) that are not here. Those that are count as looked at. */
  missing(from: number, to: number): number[] {
    const wanted: number[] = [];
    for (let number = Math.floor(from / this.size); number * this.size < to; number += 1) {
      const page = this.#pages.get(number);
      if (page === undefined) wanted.push(number);
      else this.#touch(number, page);
    }
    return wanted;
  }

  /** Keeps a page, and lets the oldest go. */
  put(number: number, rows: readonly Row[]): void {
    this.#touch(number, rows);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= this.#most) break;
      this.#pages.delete(oldest);
    }
  }

  /** Pages here. */
  get pages(): number {
    return this.#pages.size;
  }

  #touch(number: number, rows: readonly Row[]): void {
    // A Map keeps the order of insertion, which makes it a list by last use.
    this.#pages.delete(number);
    this.#pages.set(number, rows);
  }
}

/** Tallest element that every engine lays out exactly, in pixels (WebKit ends at 2^25). */
export const TALLEST = 30_000_000;

/** What of a list can be seen, and where it starts. */
export type View = { first: number; last: number; top: number; height: number };

/**
 * Which rows are seen at a scroll position. A list that would be taller than [`TALLEST`] is scrolled
 * in proportion: the scroll bar covers all of it, and rows are laid around the position.
 */
export function viewOf(count: number, row: number, scrolled: number, seen: number, extra: number): View {
  const full = count * row;
  const height = Math.min(full, TALLEST);
  const room = Math.max(height - seen, 0);
  const at = Math.min(Math.max(scrolled, 0), room);
  const start = room === 0 ? 0 : (at / room) * (full - seen);
  const first = Math.max(0, Math.floor(start / row) - extra);
  const last = Math.min(count, Math.ceil((start + seen) / row) + extra);
  return { first, last, top: at - (start - first * row), height };
}

/** The scroll position that brings a row into sight, or the present one if it is in sight. */
export function scrollTo(count: number, row: number, scrolled: number, seen: number, index: number): number {
  const full = count * row;
  const height = Math.min(full, TALLEST);
  const room = Math.max(height - seen, 0);
  if (room === 0) return 0;
  const ratio = (full - seen) / room;
  const start = scrolled * ratio;
  const top = index * row;
  if (top < start) return top / ratio;
  if (top + row > start + seen) return Math.min(room, (top + row - seen) / ratio);
  return scrolled;
}
