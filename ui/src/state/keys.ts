// Keyboard shortcuts, by the conventions of the design: Ctrl is Cmd on macOS; single letters work only
// outside text fields and can be switched off.
import { useLayoutEffect, useRef } from "react";
import { useQueryClient } from "@tanstack/react-query";
import type { AppStart } from "../ipc/bindings";
import { keys as queryKeys } from "./queries";

/**
 * Handlers by combination: `"ctrl+k"`, `"alt+f"`, `"delete"`, `"n"`, `"?"`, `"["`, `"f6"`, `"ctrl+shift+z"`.
 * A handler that returns `false` did not want the key.
 */
export type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => void | boolean>>;

const MAC = typeof navigator !== "undefined" && /Mac/.test(navigator.platform);

/** The combination an event stands for. */
export function combination(event: KeyboardEvent): string {
  const key = event.key.toLowerCase();
  const ctrl = MAC ? event.metaKey : event.ctrlKey;
  // Shift is part of a character already (`?`), not of named keys and of letters held with Ctrl.
  const shift = event.shiftKey && (key.length > 1 || ctrl || event.altKey);
  return [ctrl && "ctrl", event.altKey && "alt", shift && "shift", key].filter(Boolean).join("+");
}

/** Whether typing goes into the element. */
export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("[contenteditable=true]")) return true;
  if (target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "range"].includes(target.type);
}

/** Whether the key is a single character without Ctrl or Alt. */
function isLetter(combo: string): boolean {
  return combo.length === 1;
}

/** What holds every key back while it is open. A toast calls itself a dialog but is none. */
const HOLDS_KEYS = ".dlg, [role=dialog]:not(.toast), [role=menu]";

/** Keys that a text field needs for itself. */
const FIELD_KEYS = new Set(["delete", "home", "end", "enter", "ctrl+a", "ctrl+z", "ctrl+shift+z"]);

const LAYERS = ["screen", "frame", "window"] as const;

export interface ShortcutOptions {
  enabled?: boolean;
  /** `dialogs`: also while a dialog is open, which otherwise holds every key back. */
  within?: "page" | "dialogs";
  /** `always`: single letters work even when they are switched off in Settings. */
  letters?: "setting" | "always";
  /** Who is asked first: the screen, then the frame around it, then the window. */
  layer?: (typeof LAYERS)[number];
}

/** Listens for shortcuts while mounted. `/`, `?` and digits are never switched off. */
export function useShortcuts(shortcuts: Shortcuts, options: ShortcutOptions = {}): void {
  const client = useQueryClient();
  const latest = useRef(shortcuts);
  const { enabled = true, within = "page", letters = "setting", layer = "screen" } = options;
  // Before the paint: whoever sees a screen may press its keys.
  useLayoutEffect(() => {
    latest.current = shortcuts;
  });
  useLayoutEffect(() => {
    if (!enabled) return undefined;
    const press = (event: KeyboardEvent) => {
      const combo = combination(event);
      const handler = latest.current[combo];
      if (!handler) return;
      if ((isLetter(combo) || FIELD_KEYS.has(combo)) && isTextField(event.target)) return;
      if (within === "page" && document.querySelector(HOLDS_KEYS)) return;
      if (letters === "setting" && /^[a-z[\]]$/.test(combo)) {
        const start = client.getQueryData<AppStart>(queryKeys.start);
        if (start && !start.settings.single_letters) return;
      }
      if (handler(event) !== false) event.preventDefault();
    };
    return listen(press, LAYERS.indexOf(layer));
  }, [client, enabled, within, letters, layer]);
}

// One listener for the window, so that a screen is asked before its frame and the frame before the
// window, whichever of them was there first.
const asked: { press: (event: KeyboardEvent) => void; rank: number }[] = [];

function dispatch(event: KeyboardEvent): void {
  for (const { press } of asked.toSorted((a, b) => a.rank - b.rank)) {
    if (event.defaultPrevented || event.isComposing) return;
    press(event);
  }
}

function listen(press: (event: KeyboardEvent) => void, rank: number): () => void {
  if (asked.length === 0) window.addEventListener("keydown", dispatch);
  const mine = { press, rank };
  asked.push(mine);
  return () => {
    asked.splice(asked.indexOf(mine), 1);
    if (asked.length === 0) window.removeEventListener("keydown", dispatch);
  };
}
