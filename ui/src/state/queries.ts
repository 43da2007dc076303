// Keys of what TanStack Query keeps, and which of them a change on the other side makes stale.
import { QueryClient } from "@tanstack/react-query";
import type { Changed } from "../ipc/bindings";
import { jobs } from "../ipc/jobs";

/** First parts of the keys. Everything that depends on an inventory starts with `inventory`. */
export const keys = {
  start: ["start"] as const,
  keychain: ["keychain"] as const,
  connections: ["connections"] as const,
  /** Pages of projects and everything else read from inventories and rules. */
  inventory: ["inventory"] as const,
  projects: (query: unknown) => ["inventory", "projects", query] as const,
  project: (id: string) => ["inventory", "project", id] as const,
  cleanup: (id: string) => ["inventory", "cleanup", id] as const,
  tags: (query: unknown) => ["inventory", "tags", query] as const,
  journal: (query: unknown) => ["journal", query] as const,
} as const;

export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The shell tells when data changed; asking again because a window got the focus tells nothing new.
        staleTime: Infinity,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: "always",
        retry: false,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}

const STALE: Record<Changed, readonly (readonly unknown[])[]> = {
  projects: [keys.inventory],
  connections: [keys.connections, keys.inventory],
  journal: [["journal"]],
  keychain: [keys.keychain],
  database: [keys.start],
};

/** Asks again for what changed on the other side, at most every `pace` milliseconds while a sync runs. */
export function followChanges(client: QueryClient, pace = 400): () => void {
  const waiting = new Set<Changed>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    for (const what of waiting) for (const queryKey of STALE[what]) void client.invalidateQueries({ queryKey });
    waiting.clear();
  };
  const stop = jobs.onChanged((what) => {
    waiting.add(what);
    timer ??= setTimeout(flush, pace);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
