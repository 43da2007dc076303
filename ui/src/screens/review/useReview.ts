/** One review from reading the rules again to the result: a small machine around two jobs. */
import { useCallback, useEffect, useReducer, useRef } from "react";

import type { ApiError, ApplyProgress, JobResult, Plan, PlanRequest, Progress, RunSummary } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { runJob, type RunningJob } from "../../ipc/jobs";

/** Where each project stands, by its id. */
export type Standing = ReadonlyMap<string, ApplyProgress>;

export type Stage =
  | { at: "reading"; progress: Progress | null }
  | { at: "failed"; error: ApiError }
  | { at: "plan"; plan: Plan; error: ApiError | null }
  | { at: "applying"; plan: Plan; standing: Standing; cancelling: boolean; progress: Progress | null }
  | { at: "done"; plan: Plan; standing: Standing; run: RunSummary | null; cancelled: boolean; error: ApiError | null };

export type Step =
  | { did: "read" }
  | { did: "progress"; progress: Progress }
  | { did: "planned"; result: JobResult }
  | { did: "refused"; error: ApiError }
  | { did: "apply" }
  | { did: "applying"; progress: ApplyProgress }
  | { did: "cancel" }
  | { did: "applied"; result: JobResult };

/** The next stage. Steps that do not belong to the present one change nothing. */
export function advance(stage: Stage, step: Step): Stage {
  switch (step.did) {
    case "read":
      return { at: "reading", progress: null };
    case "progress":
      return stage.at === "reading" || stage.at === "applying" ? { ...stage, progress: step.progress } : stage;
    case "planned":
      if (stage.at !== "reading") return stage;
      if (step.result.ended === "planned") return { at: "plan", plan: step.result.plan, error: null };
      return step.result.ended === "failed" ? { at: "failed", error: step.result.error } : stage;
    case "refused":
      if (stage.at === "applying") return { at: "plan", plan: stage.plan, error: step.error };
      return stage.at === "reading" ? { at: "failed", error: step.error } : stage;
    case "apply":
      return stage.at === "plan" ? { at: "applying", plan: stage.plan, standing: new Map(), cancelling: false, progress: null } : stage;
    case "applying":
      if (stage.at !== "applying") return stage;
      return { ...stage, standing: new Map([...stage.standing, [step.progress.project, step.progress]]) };
    case "cancel":
      return stage.at === "applying" ? { ...stage, cancelling: true } : stage;
    case "applied":
      return stage.at === "applying" ? ended(stage, step.result) : stage;
  }
}

function ended(stage: Extract<Stage, { at: "applying" }>, result: JobResult): Stage {
  const { plan, standing } = stage;
  switch (result.ended) {
    case "applied":
      return { at: "done", plan, standing, run: result.run, cancelled: false, error: null };
    case "cancelled":
      return { at: "done", plan, standing, run: result.run, cancelled: true, error: null };
    case "failed":
      // Nothing was sent when nothing began: the plan stays, with the reason above it.
      return standing.size === 0
        ? { at: "plan", plan, error: result.error }
        : { at: "done", plan, standing, run: null, cancelled: false, error: result.error };
    default:
      return stage;
  }
}

/** Reads and plans at once; applies when told. */
export function useReview(request: PlanRequest, onApplied: () => void) {
  const [stage, dispatch] = useReducer(advance, { at: "reading", progress: null });
  const job = useRef<RunningJob | null>(null);
  const told = useRef(onApplied);
  useEffect(() => {
    told.current = onApplied;
  });

  const read = useCallback(() => {
    dispatch({ did: "read" });
    const running = runJob(call("plan_start", request), { onProgress: (progress) => dispatch({ did: "progress", progress }) });
    job.current = running;
    running.done.then(
      (result) => {
        if (job.current === running) dispatch({ did: "planned", result });
      },
      (thrown: unknown) => {
        if (job.current === running) dispatch({ did: "refused", error: asApiError(thrown) });
      },
    );
    return running;
  }, [request]);

  useEffect(() => {
    const running = read();
    return () => {
      // A plan that nobody will see need not be finished. An apply is never stopped by closing.
      if (job.current === running) {
        job.current = null;
        running.cancel();
      }
    };
  }, [read]);

  const apply = useCallback((plan: Plan, confirmed: boolean) => {
    dispatch({ did: "apply" });
    const running = runJob(call("apply_start", { plan: plan.id, confirmed }), {
      onApplying: (progress) => dispatch({ did: "applying", progress }),
      onProgress: (progress) => dispatch({ did: "progress", progress }),
    });
    job.current = running;
    running.done.then(
      (result) => {
        dispatch({ did: "applied", result });
        told.current();
      },
      (thrown: unknown) => dispatch({ did: "refused", error: asApiError(thrown) }),
    );
  }, []);

  const cancel = useCallback(() => {
    dispatch({ did: "cancel" });
    job.current?.cancel();
  }, []);

  return { stage, read, apply, cancel };
}
