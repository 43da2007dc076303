import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { moveActive, VirtualRows } from "./VirtualRows";
import { PageCache, scrollTo, TALLEST, viewOf } from "./VirtualRowsPages";

describe("pages", () => {
  it("tells which are missing and lets the one go that was not looked at for longest", () => {
    const cache = new PageCache<number>(10, 2);
    expect(cache.missing(5, 25)).toEqual([0, 1, 2]);
    cache.put(0, [0, 1]);
    cache.put(1, [10]);
    cache.missing(0, 5);
    cache.put(2, [20]);
    expect([cache.get(1), cache.get(10), cache.get(20), cache.pages]).toEqual([1, undefined, 20, 2]);
  });
});

describe("a long list", () => {
  it("draws what is in sight and a little around it", () => {
    expect(viewOf(1000, 30, 3000, 300, 2)).toEqual({ first: 98, last: 112, top: 2940, height: 30_000 });
  });
  it("reaches its last row even when it is taller than an element can be", () => {
    const count = 5_000_000;
    const end = viewOf(count, 30, TALLEST, 600, 0);
    expect([end.height, end.last, end.first]).toEqual([TALLEST, count, count - 20]);
  });
  it("scrolls no further than the active row needs", () => {
    expect(scrollTo(1000, 30, 300, 300, 12)).toBe(300);
    expect(scrollTo(1000, 30, 300, 300, 5)).toBe(150);
    expect(scrollTo(1000, 30, 300, 300, 20)).toBe(330);
  });
  it("moves with the keys of a grid and stays inside", () => {
    const move = (key: string, at: number | null) => moveActive(key, false, at, 50, 10);
    expect([move("ArrowDown", null), move("ArrowUp", 0), move("PageDown", 45), move("Home", 30), move("End", 3), move("j", 4), move("x", 4)]).toEqual([0, 0, 49, 0, 49, 5, null]);
  });
  it("keeps the active row when it is out of sight", () => {
    render(<VirtualRows label="List" count={10_000} rowHeight={30} active={9000} activeId="row-9000" row={(index, style) => <div key={index} id={`row-${index}`} role="row" style={style}>{index}</div>} />);
    expect(document.getElementById("row-9000")).not.toBeNull();
    expect(screen.getByRole("grid", { name: "List" }).getAttribute("aria-rowcount")).toBe("10000");
  });
});
