// The window: how it starts, and which screen is shown.
import { useIsFetching, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ErrorNotice } from "./components/ErrorNotice";
import { Toaster } from "./components/Toast";
import { asApiError, call } from "./ipc/client";
import { restart, tellReady } from "./ipc/window";
import { LockedOut } from "./shell/LockedOut";
import { Overlays, Shell } from "./shell/Shell";
import { ScreenBoundary } from "./shell/ScreenBoundary";
import { useConnections } from "./state/app";
import { keys } from "./state/queries";
import { go, useRoute } from "./state/route";
import type { Route } from "./state/route";
import { useTheme } from "./state/theme";
import Projects from "./screens/projects";

const Welcome = lazy(() => import("./screens/welcome"));
const Settings = lazy(() => import("./screens/settings"));
const Project = lazy(() => import("./screens/project"));
const Bulk = lazy(() => import("./screens/bulk"));
const Tags = lazy(() => import("./screens/tags"));
const Simulator = lazy(() => import("./screens/simulator"));
const Activity = lazy(() => import("./screens/activity"));

export function App() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ queryKey: keys.start, queryFn: () => call("app_start") });
  if (error) {
    const failure = asApiError(error);
    return (
      <main style={{ padding: 40, maxWidth: 640 }}>
        <ErrorNotice error={failure} actions={<button type="button" className="btn" onClick={() => void (failure.code === "database.corrupt" ? restart() : refetch())}>{t("common.retry")}</button>} />
      </main>
    );
  }
  if (data?.database?.code === "database.locked") return <><LockedOut error={data.database} holder={data.locked_by} /><Ready /></>;
  return data ? <Started /> : null;
}

function Started() {
  useTheme();
  const connections = useConnections();
  const route = useRoute();
  const first = connections.length === 0 ? "welcome" : "projects";
  useEffect(() => {
    if (!route || (route.screen === "welcome" && first === "projects")) go({ screen: first }, "replace");
  }, [route, first]);
  // Without a connection there is nothing to show but the welcome, and the settings.
  const shown: Route = !route || (first === "welcome" && route.screen !== "settings") ? { screen: first } : route;
  return (
    <>
      {shown.screen === "welcome" ? (
        <>
          <Suspense fallback={null}><Welcome /><Ready /></Suspense>
          <Overlays route={shown} />
        </>
      ) : (
        <Shell route={shown}>
          <ScreenBoundary key={shown.screen === "project" ? shown.id : shown.screen}>
            <Suspense fallback={null}><Screen route={shown} /><Ready /></Suspense>
          </ScreenBoundary>
        </Shell>
      )}
      <Toaster />
    </>
  );
}

function Screen({ route }: { route: Route }) {
  switch (route.screen) {
    case "projects": return <Projects />;
    case "project": return <Project id={route.id} tab={route.tab} />;
    case "bulk": return <Bulk />;
    case "tags": return <Tags />;
    case "simulator": return <Simulator />;
    case "activity": return <Activity />;
    case "settings": return <Settings />;
    case "welcome": return <Welcome />;
  }
}

/** Mounts with the first real screen, and tells the shell once that screen has what it shows. */
function Ready() {
  const client = useQueryClient();
  const fetching = useIsFetching();
  useEffect(() => {
    // The screen's own effects ran before this one, so what it asks for counts already.
    if (client.isFetching() === 0) tellReady();
  }, [client, fetching]);
  return null;
}
