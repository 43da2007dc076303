// Where the window is: a hash such as `#/projects/gl%3A1/tags?tag=v1`. Small enough to own: nine
// screens, no nesting, and it must never ask a server for a page.
import { useSyncExternalStore } from "react";

/** Tabs of a project's page. */
export const PROJECT_TABS = ["rules", "tags", "cleanup", "simulator", "activity"] as const;
export type ProjectTab = (typeof PROJECT_TABS)[number];

/** Screens that carry nothing but what stands behind the question mark. */
const PLAIN = ["welcome", "projects", "bulk", "tags", "simulator", "activity", "settings"] as const;
export type PlainScreen = (typeof PLAIN)[number];

/** What stands behind the question mark: a tag to simulate, a filter to start with. */
export type Params = Readonly<Record<string, string>>;

export type Route =
  | { screen: PlainScreen; params?: Params }
  | { screen: "project"; id: string; tab: ProjectTab; params?: Params };

/** The hash of a route. Project ids hold slashes, so they are encoded. */
export function hashOf(route: Route): string {
  const path = route.screen === "project"
    ? `#/projects/${encodeURIComponent(route.id)}/${route.tab}`
    : `#/${route.screen}`;
  const query = new URLSearchParams(route.params ?? {}).toString();
  return query ? `${path}?${query}` : path;
}

/** The route of a hash; `null` when it names nothing. */
export function routeOf(hash: string): Route | null {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const params = Object.fromEntries(new URLSearchParams(query));
  const [screen, id, tab] = path.split("/");
  if (screen === "projects" && id) {
    const decoded = decodePart(id);
    if (decoded === null) return null;
    return { screen: "project", id: decoded, tab: PROJECT_TABS.find((t) => t === tab) ?? "rules", params };
  }
  const plain = PLAIN.find((name) => name === screen);
  return plain ? { screen: plain, params } : null;
}

function decodePart(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** Goes to a route. `replace` leaves no entry to come back to. */
export function go(route: Route, how: "push" | "replace" = "push"): void {
  const hash = hashOf(route);
  if (hash === window.location.hash) return;
  if (how === "replace") {
    window.history.replaceState(null, "", hash);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    window.location.hash = hash;
  }
}

// The same object while the hash is the same, so that React sees no change where there is none.
let last: { hash: string; route: Route | null } = { hash: "", route: null };

/** The present route, for code that runs outside of a page. */
export function currentRoute(): Route | null {
  const { hash } = window.location;
  if (hash !== last.hash) last = { hash, route: routeOf(hash) };
  return last.route;
}

function watch(tell: () => void): () => void {
  window.addEventListener("hashchange", tell);
  return () => window.removeEventListener("hashchange", tell);
}

/** The present route; `null` before the first one is chosen. */
export function useRoute(): Route | null {
  return useSyncExternalStore(watch, currentRoute);
}
