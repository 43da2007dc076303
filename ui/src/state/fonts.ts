/**
 * Loads every face that the page declares, before a text needs it: one that comes late leaves its text
 * blank for a moment, and the engine does not always draw it anew in a box that is laid out by itself.
 */
export function loadFonts(): void {
  for (const face of document.fonts) face.load().catch(() => undefined);
}
