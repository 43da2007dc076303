import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import type { ApiError, Progress, RegistryKind } from "../ipc/bindings";
import { asApiError, call } from "../ipc/client";
import { resultOf, runJob } from "../ipc/jobs";
import type { RunningJob } from "../ipc/jobs";
import { keys } from "./queries";
import { currentRoute, go } from "./route";

/** Opens the built-in demo and goes to its projects. */
export function useDemo(): { open: (kind?: RegistryKind) => void; cancel: () => void; opening: boolean; progress: Progress | null; error: ApiError | null } {
  const client = useQueryClient();
  const job = useRef<RunningJob | null>(null);
  const [opening, setOpening] = useState(false);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const open = useCallback((kind: RegistryKind = "gitlab") => {
    if (job.current) return;
    setOpening(true);
    setError(null);
    const mine = runJob(call("demo_open", kind), { onProgress: setProgress });
    job.current = mine;
    resultOf(mine)
      .then(async (result) => {
        if (result.ended !== "demo_ready") return;
        await client.invalidateQueries({ queryKey: keys.connections });
        await client.invalidateQueries({ queryKey: keys.inventory });
        // Whoever has gone on meanwhile is not called back.
        if (currentRoute()?.screen === "welcome") go({ screen: "projects" });
      })
      .catch((thrown: unknown) => setError(asApiError(thrown)))
      .finally(() => {
        job.current = null;
        setOpening(false);
        setProgress(null);
      });
  }, [client]);
  const cancel = useCallback(() => job.current?.cancel(), []);
  return { open, cancel, opening, progress, error };
}
