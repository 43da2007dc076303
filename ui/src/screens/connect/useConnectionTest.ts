import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ApiError, CheckName, CheckState, ConnectionCheck, ConnectionDraft } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { runJob } from "../../ipc/jobs";
import type { RunningJob } from "../../ipc/jobs";

export const CHECK_NAMES: readonly CheckName[] = ["reachable", "tls", "version", "token", "scopes", "role", "rules"];

export interface ConnectionTest {
  checks: readonly ConnectionCheck[];
  running: boolean;
  /** Whether what is typed now was tested, or is being tested. */
  started: boolean;
  /** Whether the connection can be saved; `null` while that is not known. */
  canSave: boolean | null;
  /** Why the test itself could not be run. */
  error: ApiError | null;
  /** Tests what is typed now, unless that was done. To be called when an edit is complete, and never in
   * the middle of one: a server that counts failed sign-ins would count every half of a secret. */
  complete: () => void;
  /** Tests once more. */
  again: () => void;
  /** Stops at once. */
  stop: () => void;
}

const check = (name: CheckName, state: CheckState): ConnectionCheck =>
  ({ check: name, state, milliseconds: null, wait: null, found: null, error: null });
const untested = (): ConnectionCheck[] => CHECK_NAMES.map((name) => check(name, "waiting"));

/** What is tested of a draft. Neither its name nor where its secret is kept changes the answers. The
 * secret is part of it and never leaves this closure. */
function keyOf(draft: ConnectionDraft): string {
  const { sign_in } = draft;
  return JSON.stringify({ ...draft, name: "", sign_in: sign_in.with === "token" ? { with: "token" } : sign_in });
}

/** Tests a draft when it is complete; `null` is one in which something needed is missing. */
export function useConnectionTest(draft: ConnectionDraft | null): ConnectionTest {
  const [checks, setChecks] = useState<readonly ConnectionCheck[]>(untested);
  const [running, setRunning] = useState(false);
  const [canSave, setCanSave] = useState<boolean | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [testedKey, setTestedKey] = useState<string | null>(null);
  const [completed, setCompleted] = useState(0);
  const job = useRef<RunningJob | null>(null);

  const cancel = useCallback(() => {
    job.current?.cancel();
    job.current = null;
  }, []);

  const start = useCallback((wanted: ConnectionDraft) => {
    cancel();
    setTestedKey(keyOf(wanted));
    setChecks(untested());
    setCanSave(null);
    setError(null);
    setRunning(true);
    const mine = runJob(call("connection_test", wanted), {
      onCheck: (news) => {
        if (job.current === mine) setChecks((now) => now.map((one) => (one.check === news.check ? news : one)));
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
  }, [cancel]);

  const key = useMemo(() => (draft === null ? null : keyOf(draft)), [draft]);
  const latest = useRef({ draft, key, testedKey });
  useEffect(() => {
    latest.current = { draft, key, testedKey };
  });
  // What was found out is about what was typed then.
  useEffect(() => {
    if (latest.current.testedKey === null || latest.current.testedKey === key) return;
    cancel();
    setTestedKey(null);
    setRunning(false);
    setCanSave(null);
    setError(null);
    setChecks(untested());
  }, [key, cancel]);
  useEffect(() => {
    const now = latest.current;
    if (completed > 0 && now.draft !== null && now.key !== now.testedKey) start(now.draft);
  }, [completed, start]);
  useEffect(() => cancel, [cancel]);

  const complete = useCallback(() => setCompleted((count) => count + 1), []);
  const again = useCallback(() => {
    if (latest.current.draft) start(latest.current.draft);
  }, [start]);
  const stop = useCallback(() => {
    cancel();
    setRunning(false);
    setChecks((now) => now.map((one) => (one.state === "waiting" || one.state === "running" ? check(one.check, "skipped") : one)));
  }, [cancel]);
  return { checks, running, started: key !== null && testedKey === key, canSave, error, complete, again, stop };
}
