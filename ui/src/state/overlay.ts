// The layer over the screens: one at a time, from anywhere.
import type { RegistryKind } from "../ipc/bindings";
import { createStore, useStore } from "./store";

export type Overlay =
  | { kind: "palette" }
  | { kind: "shortcuts" }
  /** Add a registry, or replace the token of one. */
  | { kind: "connect"; connection: string | null; registry?: RegistryKind }
  | { kind: "remove"; connection: string };

const overlay = createStore<Overlay | null>(null);

export function openOverlay(wanted: Overlay): void {
  overlay.set(wanted);
}

export function closeOverlay(): void {
  overlay.set(null);
}

export function useOverlay(): Overlay | null {
  return useStore(overlay);
}
