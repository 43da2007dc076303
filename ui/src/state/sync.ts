// Reading registries and projects again.
import { useCallback, useMemo, useState } from "react";
import type { ApiError } from "../ipc/bindings";
import { asApiError, call } from "../ipc/client";
import { resultOf, runJob, useJobs } from "../ipc/jobs";
import type { JobView } from "../ipc/jobs";
import { useConnections } from "./app";
import { createStore, useStore } from "./store";

/** What kept the last sync of a connection from starting or from going on. */
const problems = createStore<ReadonlyMap<string, ApiError>>(new Map());

/** Problems of syncs, by connection, until the next one starts. */
export function useSyncProblems(): ReadonlyMap<string, ApiError> {
  return useStore(problems);
}

/** When the newest data is from, in seconds, while every registry is offline; `null` otherwise, 0: nothing was read. */
export function useOffline(): number | null {
  const connections = useConnections();
  const now = useSyncProblems();
  // The demo needs no network, so it is never offline.
  const real = connections.filter((one) => !one.demo);
  if (real.length === 0 || real.some((one) => (now.get(one.id) ?? one.error)?.code !== "net.offline")) return null;
  return Math.max(...real.map((one) => one.synced_at ?? 0));
}

/** Reads a connection; a problem is kept for the strip above the projects. */
export async function syncConnection(connection: string): Promise<void> {
  note(connection, null);
  try {
    await resultOf(runJob(call("sync_start", connection)));
  } catch (thrown) {
    note(connection, asApiError(thrown));
  }
}

function note(connection: string, error: ApiError | null): void {
  problems.set((now) => {
    const next = new Map(now);
    if (error) next.set(connection, error);
    else next.delete(connection);
    return next;
  });
}

/** Syncs under way. */
export function useSyncs(): readonly JobView[] {
  const jobs = useJobs();
  return useMemo(() => jobs.filter((job) => job.kind === "sync" || job.kind === "demo"), [jobs]);
}

/** Reads every connection that is not being read. */
export function useSyncAll(): () => void {
  const connections = useConnections();
  const syncs = useSyncs();
  return useCallback(() => {
    for (const connection of connections) {
      if (!syncs.some((job) => job.progress.connection === connection.id)) void syncConnection(connection.id);
    }
  }, [connections, syncs]);
}

export interface Refreshing {
  refresh: () => void;
  refreshing: boolean;
  /** What kept the last try from succeeding. */
  problem: ApiError | null;
}

/** Reads one project again. */
export function useRefreshProject(id: string): Refreshing {
  const [refreshing, setRefreshing] = useState(false);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const refresh = useCallback(() => {
    setRefreshing(true);
    setProblem(null);
    resultOf(runJob(call("project_refresh", id)))
      .catch((thrown: unknown) => setProblem(asApiError(thrown)))
      .finally(() => setRefreshing(false));
  }, [id]);
  return { refresh, refreshing, problem };
}
