import { expect, it, vi } from "vitest";
import type { JobEvent, Progress } from "./bindings";
import { JobBoard } from "./jobs";

const progress = (job: number, done: number): Progress => ({ job, kind: "sync", connection: "gl", done, total: 10, tags: 0, failed: 0, waiting: null });
const told = (job: number, done: number): JobEvent => ({ event: "progress", progress: progress(job, done) });
const ended = (job: number): JobEvent => ({ event: "ended", job, kind: "sync", result: { ended: "synced", projects: 10, tags: 5, failed: 0, complete: true } });

it("delivers events that came before the number of their job", async () => {
  const board = new JobBoard();
  const onProgress = vi.fn();
  let start: (job: number) => void = () => undefined;
  const job = board.follow(new Promise<number>((ok) => (start = ok)), { onProgress }, vi.fn());
  board.accept(told(7, 1));
  board.accept(told(7, 2));
  board.accept(ended(7));
  start(7);
  await expect(job.done).resolves.toMatchObject({ ended: "synced" });
  expect(onProgress.mock.calls.map(([one]) => (one as Progress).done)).toEqual([1, 2]);
});

it("keeps the events of two jobs apart", async () => {
  const board = new JobBoard();
  const first = vi.fn();
  const second = vi.fn();
  const one = board.follow(Promise.resolve(1), { onProgress: first }, vi.fn());
  board.follow(Promise.resolve(2), { onProgress: second }, vi.fn());
  await Promise.resolve();
  board.accept(told(2, 5));
  board.accept(ended(1));
  await one.done;
  expect(first).not.toHaveBeenCalled();
  expect(second).toHaveBeenCalledOnce();
});

it("cancels a job whose number is not known yet as soon as it is", async () => {
  const board = new JobBoard();
  const cancel = vi.fn();
  let start: (job: number) => void = () => undefined;
  const job = board.follow(new Promise<number>((ok) => (start = ok)), {}, cancel);
  job.cancel();
  expect(cancel).not.toHaveBeenCalled();
  start(3);
  board.accept({ event: "ended", job: 3, kind: "sync", result: { ended: "cancelled", run: null } });
  await expect(job.done).resolves.toEqual({ ended: "cancelled", run: null });
  expect(cancel).toHaveBeenCalledWith(3);
});

it("shows running jobs until they end, those of nobody too", () => {
  let now = 1000;
  const board = new JobBoard(() => now);
  const watcher = vi.fn();
  board.subscribe(watcher);
  board.accept(told(4, 1));
  now = 3000;
  board.accept(told(4, 2));
  expect(board.snapshot()).toMatchObject([{ job: 4, since: 1000, at: 3000, progress: { done: 2 } }]);
  board.accept(ended(4));
  expect(board.snapshot()).toEqual([]);
  expect(watcher).toHaveBeenCalledTimes(3);
});

it("passes on what became stale, until one stops listening", () => {
  const board = new JobBoard();
  const tell = vi.fn();
  const stop = board.onChanged(tell);
  board.accept({ event: "changed", what: "projects", project: "gl:1" });
  stop();
  board.accept({ event: "changed", what: "projects", project: null });
  expect(tell.mock.calls).toEqual([["projects", "gl:1"]]);
});

it("rejects when the job could not be started", async () => {
  const board = new JobBoard();
  const refused = new Error("no");
  await expect(board.follow(Promise.reject(refused), {}, vi.fn()).done).rejects.toBe(refused);
});
