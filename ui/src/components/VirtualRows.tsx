/**
 * A list of any length with rows of one height, of which only those in sight exist.
 *
 * Written by hand because lists may be taller than the tallest element an engine lays out, which the
 * usual library leaves to its caller. The active row always exists, so that `aria-activedescendant`
 * never points at nothing.
 */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { CSSProperties, KeyboardEvent, ReactNode, UIEvent } from "react";

import { scrollTo, viewOf } from "./VirtualRowsPages";

export type VirtualRowsProps = {
  /** Rows in all. */
  count: number;
  /** Height of a row, in pixels. */
  rowHeight: number;
  /** Draws a row at its place; `style` positions it. */
  row: (index: number, style: CSSProperties) => ReactNode;
  /** Rows in sight changed: the first, and the one after the last. */
  onRange?: (from: number, to: number) => void;
  /** The row the keyboard is on; it is kept in sight. */
  active?: number | null;
  /** Scrolls back to the top when it changes. */
  resetKey?: string | number;
  className?: string;
  style?: CSSProperties;
  role?: string;
  label: string;
  rowCount?: number;
  activeId?: string | undefined;
  describedBy?: string | undefined;
  busy?: boolean;
  head?: ReactNode;
  onKeyDown?: (event: KeyboardEvent<HTMLDivElement>) => void;
  onFocus?: () => void;
};

/** Rows drawn above and below what is in sight. */
const EXTRA = 4;

export function VirtualRows(props: VirtualRowsProps) {
  const { count, rowHeight, row, onRange, active = null, resetKey } = props;
  const box = useRef<HTMLDivElement>(null);
  const headBox = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const [seen, setSeen] = useState(600);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => {
      const height = element.clientHeight - (headBox.current?.offsetHeight ?? 0);
      if (height > 0) setSeen(height);
    };
    measure();
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    if (box.current !== null) box.current.scrollTop = 0;
    setScrolled(0);
  }, [resetKey]);

  const view = viewOf(count, rowHeight, scrolled, seen, EXTRA);

  useEffect(() => {
    if (count > 0) onRange?.(view.first, view.last);
  }, [onRange, count, view.first, view.last]);

  // Only a move of the keyboard scrolls; a scroll by hand may leave the active row behind.
  const lastActive = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (active === null || active === lastActive.current) return;
    lastActive.current = active;
    const element = box.current;
    if (element === null) return;
    const to = scrollTo(count, rowHeight, element.scrollTop, seen, active);
    if (Math.abs(to - element.scrollTop) <= 0.5) return;
    element.scrollTop = to;
    setScrolled(to);
  }, [active, count, rowHeight, seen]);

  const onScroll = useCallback((event: UIEvent<HTMLDivElement>) => setScrolled(event.currentTarget.scrollTop), []);

  const rows: ReactNode[] = [];
  for (let index = view.first; index < view.last; index += 1) {
    rows.push(row(index, place(view.top + (index - view.first) * rowHeight, rowHeight)));
  }
  if (active !== null && active < count && (active < view.first || active >= view.last)) {
    const above = active < view.first;
    rows.push(row(active, { ...place(above ? 0 : view.height - rowHeight, rowHeight), visibility: "hidden" }));
  }

  return (
    <div
      ref={box}
      className={`vrows ${props.className ?? ""}`}
      style={props.style}
      role={props.role ?? "grid"}
      aria-label={props.label}
      aria-rowcount={props.rowCount ?? count}
      aria-busy={props.busy ?? false}
      aria-activedescendant={props.activeId}
      aria-describedby={props.describedBy}
      tabIndex={0}
      onScroll={onScroll}
      onKeyDown={props.onKeyDown}
      onFocus={props.onFocus}
    >
      {props.head === undefined ? null : (
        <div ref={headBox} className="vrows-head" role="rowgroup">
          {props.head}
        </div>
      )}
      <div className="vrows-body" role="rowgroup" style={{ height: view.height }}>
        {rows}
      </div>
    </div>
  );
}

function place(top: number, height: number): CSSProperties {
  return { position: "absolute", left: 0, right: 0, top, height };
}

/** Where a key moves the active row of a list; `null`: the key is not for the list. */
export function moveActive(key: string, ctrl: boolean, active: number | null, count: number, page: number): number | null {
  if (count === 0) return null;
  const at = active ?? -1;
  const to = (index: number) => Math.min(Math.max(index, 0), count - 1);
  switch (key) {
    case "ArrowDown":
      return to(at + 1);
    case "ArrowUp":
      return to(at <= 0 ? 0 : at - 1);
    case "PageDown":
      return to(at + page);
    case "PageUp":
      return to(at - page);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    case "j":
    case "J":
      return ctrl ? null : to(at + 1);
    case "k":
    case "K":
      return ctrl ? null : to(at <= 0 ? 0 : at - 1);
    default:
      return null;
  }
}
