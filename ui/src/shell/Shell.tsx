// The frame around every screen: sidebar, strips, status bar, layers and the keys of the window.
import { lazy, Suspense } from "react";
import type { ReactNode } from "react";
import { useMedia } from "../state/media";
import { closeOverlay, openOverlay, useOverlay } from "../state/overlay";
import { go } from "../state/route";
import type { PlainScreen, Route } from "../state/route";
import { useSyncAll } from "../state/sync";
import { useShortcuts } from "../state/keys";
import { nextRegion } from "./regions";
import { Sidebar } from "./Sidebar";
import { StatusBar } from "./StatusBar";
import { Strips } from "./Strips";

const Palette = lazy(() => import("./Palette"));
const Shortcuts = lazy(() => import("./Shortcuts"));
const Connect = lazy(() => import("../screens/connect"));
const RemoveConnection = lazy(() => import("./RemoveConnection"));

const SECTIONS: readonly PlainScreen[] = ["projects", "tags", "simulator", "activity"];

export function Shell({ route, children }: { route: Route; children: ReactNode }) {
  const rail = useMedia("(max-width: 1099px)");
  const syncAll = useSyncAll();
  const section = (index: number) => () => go({ screen: SECTIONS[index] ?? "projects" });
  useShortcuts({
    "ctrl+k": () => openOverlay({ kind: "palette" }),
    "?": () => openOverlay({ kind: "shortcuts" }),
    "/": focusFilter,
    "ctrl+r": syncAll,
    "alt+home": section(0),
    "ctrl+1": section(0),
    "ctrl+2": section(1),
    "ctrl+3": section(2),
    "ctrl+4": section(3),
    "f6": () => nextRegion(1),
    "shift+f6": () => nextRegion(-1),
  }, { layer: "window" });
  return (
    <div className={rail ? "app rail" : "app"}>
      <Sidebar route={route} rail={rail} />
      <main className="main" id="main">
        <Strips />
        {children}
      </main>
      <StatusBar />
      <Overlays route={route} />
    </div>
  );
}

/** The dialogs that can be opened from anywhere. */
export function Overlays({ route }: { route: Route }) {
  const overlay = useOverlay();
  return (
    <Suspense fallback={null}>
      {overlay?.kind === "palette" && <Palette route={route} onClose={closeOverlay} />}
      {overlay?.kind === "shortcuts" && <Shortcuts onClose={closeOverlay} />}
      {overlay?.kind === "connect" && <Connect connection={overlay.connection} kind={overlay.registry} onClose={closeOverlay} />}
      {overlay?.kind === "remove" && <RemoveConnection connection={overlay.connection} onClose={closeOverlay} />}
    </Suspense>
  );
}

function focusFilter(): boolean {
  const field = document.querySelector<HTMLElement>("main [role=search] input, main search input");
  field?.focus();
  return field !== null;
}
