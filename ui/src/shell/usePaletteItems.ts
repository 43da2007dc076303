import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ProjectsQuery } from "../ipc/bindings";
import { call } from "../ipc/client";
import { useConnections, useSaveSettings, useSettings } from "../state/app";
import { KINDS } from "../screens/connect/kinds";
import { useDemo } from "../state/demo";
import { openOverlay } from "../state/overlay";
import { keys } from "../state/queries";
import { go } from "../state/route";
import type { PlainScreen, Route } from "../state/route";
import { useSelection } from "../state/selection";
import { useSyncAll } from "../state/sync";
import type { IconName } from "../components/Icon";
import { matches, readQuery } from "./paletteItems";
import type { PaletteItem } from "./paletteItems";

const SCREENS: readonly { screen: PlainScreen & ("projects" | "tags" | "simulator" | "activity" | "settings"); icon: IconName; kbd?: string }[] = [
  { screen: "projects", icon: "projects", kbd: "Ctrl 1" },
  { screen: "tags", icon: "tag", kbd: "Ctrl 2" },
  { screen: "simulator", icon: "simulator", kbd: "Ctrl 3" },
  { screen: "activity", icon: "activity", kbd: "Ctrl 4" },
  { screen: "settings", icon: "settings" },
];
/** Projects shown at most. */
const PROJECTS = 6;

/** What can be chosen for what was typed, in the order shown. */
export function usePaletteItems(typed: string, route: Route): PaletteItem[] {
  const { query, commandsOnly } = readQuery(typed);
  const projects = useProjectItems(query, commandsOnly);
  const commands = useCommands(route);
  return [...projects, ...commands.filter((item) => matches(item.label, query))];
}

function useProjectItems(query: string, commandsOnly: boolean): PaletteItem[] {
  // A colon would be read as a filter's key; here it is a part of a name.
  const filter = query.replaceAll(/[:"]/g, " ").trim();
  const request: ProjectsQuery = { filter, chip: "all", sort: "path", descending: false, offset: 0, limit: PROJECTS };
  const wanted = !commandsOnly && filter !== "";
  const { data } = useQuery({ queryKey: keys.projects(request), queryFn: () => call("projects_page", request), enabled: wanted, placeholderData: keepPreviousData });
  if (!wanted) return [];
  return (data?.rows ?? []).map((row) => ({
    id: `project-${row.id}`,
    group: "goTo",
    icon: "repository",
    label: row.group ? `${row.group}/${row.name}` : row.name,
    hint: row.connection_name,
    run: () => go({ screen: "project", id: row.id, tab: "rules" }),
    second: () => go({ screen: "project", id: row.id, tab: "simulator" }),
  }));
}

function useCommands(route: Route): PaletteItem[] {
  const { t } = useTranslation();
  const selected = useSelection().size;
  const connections = useConnections();
  const { theme } = useSettings();
  const save = useSaveSettings();
  const syncAll = useSyncAll();
  const demo = useDemo();
  const items: PaletteItem[] = connections.length === 0 ? [] : SCREENS.map(({ screen, icon, kbd }) => ({
    id: `screen-${screen}`, group: "goTo", icon, label: t(`shell.${screen}`), ...(kbd && { kbd }), run: () => go({ screen }),
  }));
  if (selected > 0) items.push({ id: "bulk", group: "actions", icon: "plus", label: t("shell.palette.addRule", { count: selected }), kbd: "N", run: () => go({ screen: "bulk" }) });
  if (route.screen === "project") {
    const { id } = route;
    const project = id.slice(id.indexOf(":") + 1);
    items.push(
      { id: "new-rule", group: "actions", icon: "plus", label: t("shell.palette.newRule", { project }), kbd: "N", run: () => go({ screen: "project", id, tab: "rules", params: { new: "1" } }) },
      { id: "simulate", group: "actions", icon: "simulator", label: t("shell.palette.simulate", { project }), kbd: "S", run: () => go({ screen: "project", id, tab: "simulator" }) },
    );
  }
  if (connections.length > 0) items.push({ id: "sync", group: "actions", icon: "sync", label: t("shell.palette.syncNow"), kbd: "Ctrl R", run: syncAll });
  items.push({ id: "add", group: "actions", icon: "plus", label: t("shell.addRegistry"), run: () => openOverlay({ kind: "connect", connection: null }) });
  for (const { kind, product } of KINDS.filter((one) => one.demo && !connections.some((known) => known.demo && known.kind === one.kind))) {
    items.push({ id: `demo-${kind}`, group: "actions", icon: "play", label: t("welcome.openDemoOf", { product }), run: () => demo.open(kind) });
  }
  for (const one of connections.filter((connection) => !connection.demo)) {
    items.push({ id: `token-${one.id}`, group: "actions", icon: "key", label: t("shell.palette.replaceSecret", { name: one.name, secret: t(`secrets.${one.secret}`) }), run: () => openOverlay({ kind: "connect", connection: one.id }) });
  }
  for (const other of (["light", "dark", "system"] as const).filter((one) => one !== theme)) {
    // A failed save shows in the settings; the theme then stays as it is.
    items.push({ id: `theme-${other}`, group: "settings", icon: "settings", label: t(`shell.palette.${other}`), run: () => void save({ theme: other }).catch(() => go({ screen: "settings" })) });
  }
  items.push({ id: "shortcuts", group: "settings", icon: "keyboard", label: t("shell.shortcuts"), kbd: "?", run: () => openOverlay({ kind: "shortcuts" }) });
  return items;
}
