import { describe, expect, it } from "vitest";
import { age, ago, bytes, duration, number, percent, shortDigest } from "./format";

describe("numbers", () => {
  it("separates thousands", () => {
    expect(number(98_412)).toBe("98,412");
    expect(number(0)).toBe("0");
  });
  it("never rounds a part to nothing or to everything", () => {
    expect(percent(1, 100_000)).toBe(1);
    expect(percent(99_999, 100_000)).toBe(99);
    expect(percent(0, 5)).toBe(0);
    expect(percent(5, 5)).toBe(100);
    expect(percent(3, 0)).toBe(0);
  });
});

describe("ages", () => {
  const now = 1_800_000_000;
  it.each([
    [0, "0 s"], [59, "59 s"], [60, "1 min"], [3599, "59 min"], [3600, "1 h"], [86_399, "23 h"],
    [86_400, "1 d"], [89 * 86_400, "89 d"], [100 * 86_400, "3 mo"], [800 * 86_400, "2 y"],
  ])("of %i seconds read %s", (seconds, text) => expect(age(now - seconds, now)).toBe(text));
  it("take a clock that runs ahead as now", () => {
    expect(age(now + 50, now)).toBe("0 s");
    expect(ago(now + 50, now)).toBe("just now");
    expect(ago(now - 120, now)).toBe("2 min ago");
  });
});

it.each([
  [0, "0 B"], [999, "999 B"], [1000, "1 kB"], [1500, "1.5 kB"], [99_949, "99.9 kB"], [99_950, "100 kB"],
  [999_499, "999 kB"], [999_500, "1 MB"], [12_345_678_901, "12.3 GB"],
])("%i bytes read %s", (value, text) => expect(bytes(value)).toBe(text));

it("shortens a digest to eight characters without its algorithm", () => {
  expect(shortDigest("sha256:9f21c4aa77b0")).toBe("9f21c4aa");
  expect(shortDigest("9f21c4aa77b0")).toBe("9f21c4aa");
});

it.each([[0.2, "1 s"], [27, "27 s"], [55, "1 min"], [200, "3 min"]])("%d seconds last %s", (seconds, text) => expect(duration(seconds)).toBe(text));
