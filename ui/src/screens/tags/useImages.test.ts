import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { tagsPage } from "../../../dev/answers/tags";
import { fixtureHost } from "../../../dev/fixture";
import type { Image, ImagesQuestion, TagRow } from "../../ipc/bindings";
import { plainError } from "../../ipc/client";
import { putHost } from "../../ipc/host";
import { useImages } from "./useImages";

const page = tagsPage({ project: null, filter: "", state: null, moved: false, grouped: false, sort: "name", descending: false, offset: 0, limit: 20 });
const rows = page.lines.flatMap((line): TagRow[] => (line.line === "tag" ? [{ ...line.tag, size: null, image_unread: true }] : []));

/** The hook, and what it asks of a registry that answers so. */
function looking(answer: (question: ImagesQuestion) => Image[] | Promise<Image[]>) {
  const host = fixtureHost({ tag_images: answer });
  putHost(host);
  const { result } = renderHook(() => useImages());
  const look = (tags: readonly TagRow[], milliseconds: number) =>
    act(async () => {
      result.current.inSight(tags);
      await vi.advanceTimersByTimeAsync(milliseconds);
    });
  return { look, digests: () => host.calls.flatMap((call) => (call.request as ImagesQuestion).digests) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("images of tags in sight", () => {
  it("are asked for once, although the answer takes its time", async () => {
    const { look, digests } = looking(() => new Promise(() => undefined));
    await look(rows.slice(0, 5), 250);
    const first = digests().length;
    expect(first).toBeGreaterThan(0);
    await look(rows.slice(0, 5), 250);
    expect(digests().length).toBe(first);
  });

  it("are not asked for by scrolling past", async () => {
    const { look, digests } = looking(() => []);
    await look(rows.slice(0, 5), 100);
    await look(rows.slice(10, 11), 250);
    expect(digests()).toEqual([rows[10]?.digest]);
  });

  it("are asked for again after an error", async () => {
    const { look, digests } = looking(() => {
      throw plainError("net.offline");
    });
    await look(rows.slice(0, 1), 250);
    await look([], 0);
    await look(rows.slice(0, 1), 250);
    expect(digests().length).toBe(2);
  });
});
