import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ApiError, CheckName, CheckState, ConnectionCheck, ConnectionDraft } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { runJob } from "../../ipc/jobs";
import type { RunningJob } from "../../ipc/jobs";

export const CHECK_NAMES: readonly CheckName[] = ["reachable", "tls", "version", "token", "scopes", "role", "rules"];

/** Milliseconds after the last edit until the test starts. */
export const TEST_DELAY = 600;

export interface ConnectionTest {
  checks: readonly ConnectionCheck[];
  running: boolean;
  /** Whether the connection can be saved; `null` while that is not known. */
  canSave: boolean | null;
  /** Why the test itself could not be run. */
  error: ApiError | null;
  again: () => void;
}

const untested = (state: CheckState): ConnectionCheck[] =>
  CHECK_NAMES.map((check) => ({ check, state, milliseconds: null, found: null, error: null }));

/** Tests a draft by itself after the last edit; `null` is a draft that is not complete. */
export function useConnectionTest(draft: ConnectionDraft | null): ConnectionTest {
  const [checks, setChecks] = useState<readonly ConnectionCheck[]>(untested("waiting"));
  const [running, setRunning] = useState(false);
  const [canSave, setCanSave] = useState<boolean | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const job = useRef<RunningJob | null>(null);

  const stop = useCallback(() => {
    job.current?.cancel();
    job.current = null;
  }, []);

  const start = useCallback((wanted: ConnectionDraft) => {
    stop();
    setChecks(untested("waiting"));
    setCanSave(null);
    setError(null);
    setRunning(true);
    const mine = runJob(call("connection_test", wanted), {
      onCheck: (check) => {
        if (job.current === mine) setChecks((now) => now.map((one) => (one.check === check.check ? check : one)));
      },
    });
    job.current = mine;
    mine.done
      .then((result) => {
        if (job.current !== mine) return;
        if (result.ended === "tested") setCanSave(result.can_save);
        else if (result.ended === "failed") setError(result.error);
      })
      .catch((thrown: unknown) => {
        if (job.current === mine) setError(asApiError(thrown));
      })
      .finally(() => {
        if (job.current === mine) setRunning(false);
      });
  }, [stop]);

  // The name does not change what is tested. The token is part of the key but never leaves this closure.
  const key = useMemo(() => (draft === null ? null : JSON.stringify({ ...draft, name: "" })), [draft]);
  const latest = useRef(draft);
  useEffect(() => {
    latest.current = draft;
  });
  useEffect(() => {
    stop();
    setRunning(false);
    setCanSave(null);
    setError(null);
    setChecks(untested("waiting"));
    if (key === null) return undefined;
    const timer = setTimeout(() => {
      if (latest.current) start(latest.current);
    }, TEST_DELAY);
    return () => clearTimeout(timer);
  }, [key, start, stop]);
  useEffect(() => stop, [stop]);

  const again = useCallback(() => {
    if (latest.current) start(latest.current);
  }, [start]);
  return { checks, running, canSave, error, again };
}
