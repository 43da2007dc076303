import { useCallback, useState, type KeyboardEvent, type PointerEvent } from "react";

import { t } from "./say/t";

/** How far an arrow key moves a split, in pixels. */
const STEP = 16;

/** A width that the user may change; it is remembered while the window lives. */
export function useSplit(name: string, first: number, least: number, most: number) {
  const [width, setWidth] = useState(() => Number(sessionStorage.getItem(`split-${name}`)) || first);
  const put = useCallback(
    (next: number) => {
      const fits = Math.round(Math.min(Math.max(next, least), most));
      sessionStorage.setItem(`split-${name}`, String(fits));
      setWidth(fits);
    },
    [name, least, most],
  );
  return { width, put, least, most };
}

/** The line between two panes. `side`: which of them the width is of. */
export function Splitter({ split, side }: { split: ReturnType<typeof useSplit>; side: "left" | "right" }) {
  const sign = side === "left" ? 1 : -1;
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    const from = event.clientX;
    const { width } = split;
    const element = event.currentTarget;
    element.setPointerCapture(event.pointerId);
    const move = (moved: globalThis.PointerEvent) => split.put(width + sign * (moved.clientX - from));
    const stop = () => {
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", stop);
      element.removeEventListener("pointercancel", stop);
    };
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", stop);
    element.addEventListener("pointercancel", stop);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: STEP, ArrowLeft: -STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    split.put(split.width + sign * step);
  };
  return (
    <div
      className={`splitter is-${side}`}
      role="separator"
      aria-orientation="vertical"
      aria-label={t("rules.preview.resize")}
      aria-valuenow={split.width}
      aria-valuemin={split.least}
      aria-valuemax={split.most}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
