// Jobs: commands that answer with a number and then speak on one channel.
//
// The channel and the answers travel separately, so an event may arrive before the number of its job
// is known here. Events of unknown jobs are kept until somebody claims the number.
import { useSyncExternalStore } from "react";
import type { ApplyProgress, Changed, ConnectionCheck, JobEvent, JobKind, JobResult, Progress } from "./bindings";
import { call, CallFailed } from "./client";
import { host } from "./host";

/** What a caller wants to hear about its job. */
export interface JobHandlers {
  onProgress?: (progress: Progress) => void;
  onCheck?: (check: ConnectionCheck) => void;
  onApplying?: (progress: ApplyProgress) => void;
}

/** A job under way. */
export interface RunningJob {
  /** How it ended. Rejects only when it could not be started, with `CallFailed`. */
  done: Promise<JobResult>;
  /** Asks it to stop; `done` tells when it has. */
  cancel: () => void;
}

/** A job as the status bar and the strips show it. */
export interface JobView {
  job: number;
  kind: JobKind;
  progress: Progress;
  /** When the first word of it came (milliseconds), to tell how long is left. */
  since: number;
  /** When its last word came (milliseconds), to count down from. */
  at: number;
}

/** A job's events that nobody has asked for are dropped when more than this many jobs are kept. */
const KEPT_JOBS = 32;

interface Claim {
  handlers: JobHandlers;
  finish: (result: JobResult) => void;
}

/** The state behind the hooks, apart from React so that it can be tested alone. */
export class JobBoard {
  private readonly claims = new Map<number, Claim>();
  private readonly early = new Map<number, JobEvent[]>();
  private running: readonly JobView[] = [];
  private readonly watchers = new Set<() => void>();
  private readonly changes = new Set<(what: Changed, project: string | null) => void>();
  private readonly endings = new Set<(kind: JobKind, result: JobResult) => void>();
  private readonly now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  /** Takes in one event of the channel. */
  readonly accept = (event: JobEvent): void => {
    if (event.event === "changed") {
      for (const tell of this.changes) tell(event.what, event.project);
      return;
    }
    this.note(event);
    const job = event.event === "progress" ? event.progress.job : event.job;
    const claim = this.claims.get(job);
    if (claim) this.deliver(job, claim, event);
    else this.keep(job, event);
  };

  /** Follows a job whose start was just asked for. */
  follow(start: Promise<number>, handlers: JobHandlers, cancel: (job: number) => void): RunningJob {
    let job: number | undefined;
    let cancelled = false;
    const done = start.then((number) => {
      job = number;
      if (cancelled) cancel(number);
      return new Promise<JobResult>((finish) => {
        const claim = { handlers, finish };
        this.claims.set(number, claim);
        const early = this.early.get(number) ?? [];
        this.early.delete(number);
        for (const event of early) this.deliver(number, claim, event);
      });
    });
    return {
      done,
      cancel: () => {
        cancelled = true;
        if (job !== undefined) cancel(job);
      },
    };
  }

  /** Hears of data that became out of date. Returns how to stop. */
  onChanged(tell: (what: Changed, project: string | null) => void): () => void {
    this.changes.add(tell);
    return () => this.changes.delete(tell);
  }

  /** Hears of every job's end, claimed or not. Returns how to stop. */
  onEnded(tell: (kind: JobKind, result: JobResult) => void): () => void {
    this.endings.add(tell);
    return () => this.endings.delete(tell);
  }

  /** Jobs under way; the same array until one of them changes. */
  readonly snapshot = (): readonly JobView[] => this.running;

  /** For `useSyncExternalStore`. */
  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  private note(event: JobEvent): void {
    if (event.event === "progress") {
      const { progress } = event;
      const known = this.running.find((view) => view.job === progress.job);
      const view: JobView = { job: progress.job, kind: progress.kind, progress, since: known?.since ?? this.now(), at: this.now() };
      this.show(known ? this.running.map((v) => (v === known ? view : v)) : [...this.running, view]);
    } else if (event.event === "ended") {
      if (this.running.some((view) => view.job === event.job)) {
        this.show(this.running.filter((view) => view.job !== event.job));
      }
      for (const tell of this.endings) tell(event.kind, event.result);
    }
  }

  private show(running: readonly JobView[]): void {
    this.running = running;
    for (const watcher of this.watchers) watcher();
  }

  private deliver(job: number, { handlers, finish }: Claim, event: JobEvent): void {
    if (event.event === "progress") handlers.onProgress?.(event.progress);
    else if (event.event === "check") handlers.onCheck?.(event.check);
    else if (event.event === "applying") handlers.onApplying?.(event.progress);
    else if (event.event === "ended") {
      this.claims.delete(job);
      finish(event.result);
    }
  }

  private keep(job: number, event: JobEvent): void {
    const events = this.early.get(job) ?? [];
    events.push(event);
    this.early.set(job, events);
    if (this.early.size <= KEPT_JOBS) return;
    const oldest = this.early.keys().next();
    if (!oldest.done) this.early.delete(oldest.value);
  }
}

/** The window's own board. */
export const jobs = new JobBoard();

let listening: Promise<void> | undefined;

/** Opens the channel. Call before any job is started; later calls do nothing. */
export function listenToJobs(): Promise<void> {
  listening ??= host().then((there) => there.listen(jobs.accept));
  return listening;
}

/** Starts and follows a job: `runJob(call("sync_start", id), { onProgress })`. */
export function runJob(start: Promise<number>, handlers: JobHandlers = {}): RunningJob {
  return jobs.follow(start, handlers, cancelJob);
}

/** Asks a job to stop. */
export function cancelJob(job: number): void {
  // A job that ended meanwhile needs no cancelling.
  call("job_cancel", job).catch(() => undefined);
}

/** Jobs under way. */
export function useJobs(): readonly JobView[] {
  return useSyncExternalStore(jobs.subscribe, jobs.snapshot);
}

/** The result of a job, or its refusal thrown as `CallFailed`, for callers that want one outcome. */
export async function resultOf(job: RunningJob): Promise<JobResult> {
  const result = await job.done;
  if (result.ended === "failed") throw new CallFailed(result.error);
  return result;
}
