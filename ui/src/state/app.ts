// What the whole window shares: how it started, its settings, its connections, the keychain.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { AppStart, ConnectionSummary, KeychainState, OpenChanges, Settings } from "../ipc/bindings";
import { call } from "../ipc/client";
import { keys } from "./queries";

/** How the program started. The window draws nothing before this is there. */
export function useAppStart(): AppStart {
  const { data } = useQuery({ queryKey: keys.start, queryFn: () => call("app_start") });
  if (!data) throw new Error("used outside of the started window");
  return data;
}

/** The connections, fresh. */
export function useConnections(): readonly ConnectionSummary[] {
  const start = useAppStart();
  const { data } = useQuery({ queryKey: keys.connections, queryFn: () => call("connections"), initialData: start.connections });
  return data;
}

/** The keychain's state, fresh. */
export function useKeychain(): KeychainState {
  const start = useAppStart();
  const { data } = useQuery({ queryKey: keys.keychain, queryFn: () => call("keychain_state"), initialData: start.keychain });
  return data;
}

/** Changes whose outcome is open, fresh. */
export function useOpenChanges(): OpenChanges {
  const start = useAppStart();
  const { data } = useQuery({ queryKey: keys.journal("open"), queryFn: () => call("journal_open", null), initialData: start.open_changes });
  return data;
}

/** The settings. */
export function useSettings(): Settings {
  return useAppStart().settings;
}

/** Saves settings at once, and a password for the proxy with them (an empty one forgets it); what is shown is what the other side answered. */
export function useSaveSettings(): (change: Partial<Settings>, proxyPassword?: string) => Promise<void> {
  const client = useQueryClient();
  return useCallback(async (change, proxyPassword) => {
    const start = client.getQueryData<AppStart>(keys.start);
    if (!start) return;
    const settings = await call("settings_save", { settings: { ...start.settings, ...change }, proxy_password: proxyPassword ?? null });
    client.setQueryData<AppStart>(keys.start, (now) => now && { ...now, settings });
  }, [client]);
}
