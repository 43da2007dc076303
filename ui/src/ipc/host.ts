// The one seam between the window and what answers it: the desktop shell, or in development and in
// tests a fixture that plays its part.
import type { JobEvent } from "./bindings";

/** What answers the window's calls. */
export interface Host {
  /** Calls a command; a refusal rejects with the `ApiError` as the command gave it. */
  invoke(name: string, args?: Record<string, unknown>): Promise<unknown>;
  /** Opens the one channel on which every job speaks. Called once. */
  listen(onEvent: (event: JobEvent) => void): Promise<void>;
  /** Writes text to the clipboard. */
  copy(text: string): Promise<void>;
  /** Opens an `https` address in the user's browser. */
  open(address: string): Promise<void>;
}

let chosen: Host | undefined;
let pending: Promise<Host> | undefined;

/** Puts a host in place: tests and the development page do this. */
export function putHost(wanted: Host): void {
  chosen = wanted;
  pending = undefined;
}

/** The host in place; the desktop shell unless another one was put there. */
export function host(): Promise<Host> {
  if (chosen) return Promise.resolve(chosen);
  pending ??= find().then((found) => (chosen = found));
  return pending;
}

async function find(): Promise<Host> {
  if ("__TAURI_INTERNALS__" in window) return (await import("./shell")).shell;
  // Vite drops this branch, and the fixture with it, from the production bundle.
  if (import.meta.env.DEV) return (await import("../../dev/fixture")).fixtureHost();
  throw new Error("Tagwarden's window was opened without its shell");
}
