// F6: from one region of the window to the next, in the order they are drawn.
const REGIONS = ".side, main [role=search], main search, main [role=grid], main [role=treegrid], main [role=listbox], main [data-region], main [role=complementary], main aside, .toast";
const FOCUSABLE = "a[href], button:not([tabindex='-1']), input, [tabindex='0']";

/** Moves the focus `step` regions on. */
export function nextRegion(step: 1 | -1): boolean {
  const all = [...document.querySelectorAll<HTMLElement>(REGIONS)].filter((one) => target(one) !== null);
  if (all.length === 0) return false;
  const at = all.findLastIndex((one) => one.contains(document.activeElement));
  const next = all[(at + step + all.length) % all.length];
  target(next)?.focus();
  return true;
}

function target(region: HTMLElement | undefined): HTMLElement | null {
  if (!region) return null;
  if (region.tabIndex === 0) return region;
  // In the editor the pattern is what one goes there for.
  return region.querySelector<HTMLElement>("[contenteditable=true]") ?? region.querySelector<HTMLElement>(FOCUSABLE);
}
