import type { RefObject } from "react";

import { useShortcuts } from "../../state/keys";

/** F8 goes to the next message of an editor, Shift F8 to the one before. */
export function useMessageKeys(body: RefObject<HTMLElement | null>): void {
  useShortcuts({
    f8: () => focusMessage(body.current, 1),
    "shift+f8": () => focusMessage(body.current, -1),
  });
}

function focusMessage(box: HTMLElement | null, step: 1 | -1): boolean {
  const messages = [...(box?.querySelectorAll<HTMLElement>("[data-message]") ?? [])];
  if (messages.length === 0) return false;
  const at = messages.findIndex((message) => message.contains(document.activeElement));
  const next = at < 0 ? (step === 1 ? 0 : messages.length - 1) : (at + step + messages.length) % messages.length;
  messages[next]?.focus();
  return true;
}
