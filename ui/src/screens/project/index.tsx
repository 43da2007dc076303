// A project's page: its head with the tabs, and the tab.
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Icon } from "../../components/Icon";
import { DemoChip, RegistryMark } from "../../components/RegistryMark";
import { number } from "../../format";
import type { ProjectView } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { openPage } from "../../ipc/window";
import { useShortcuts } from "../../state/keys";
import { useRefreshProject } from "../../state/sync";
import type { Refreshing } from "../../state/sync";
import { keys } from "../../state/queries";
import { go, hashOf, PROJECT_TABS } from "../../state/route";
import type { ProjectTab } from "../../state/route";
import { ArchivedChip } from "../projects/ArchivedChip";
import { ruled } from "../rules/ruled";
import { RulesUnknown } from "../rules/RulesUnknown";
import { useNeighbours } from "./useNeighbours";

const Rules = lazy(() => import("../rules"));
const Mutability = lazy(() => import("../mutability"));
const Tags = lazy(() => import("../tags"));
const Cleanup = lazy(() => import("../cleanup"));
const Simulator = lazy(() => import("../simulator"));
const Activity = lazy(() => import("../activity"));

export default function ProjectScreen({ id, tab }: { id: string; tab: ProjectTab }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ queryKey: keys.project(id), queryFn: () => call("project_open", id) });
  const refreshing = useRefreshProject(id);
  useNeighbours(id, tab);
  useShortcuts({
    // The rules and the tags know better what is meant there, and are asked first.
    s: () => go({ screen: "project", id, tab: "simulator" }),
    n: () => go({ screen: "project", id, tab: "rules", params: { new: "1" } }),
    "ctrl+r": refreshing.refresh,
  }, { layer: "frame" });
  if (!data) {
    return error ? (
      <div style={{ padding: 20 }}>
        <ErrorNotice error={asApiError(error)} actions={<Button size="sm" onClick={() => void refetch()}>{t("common.retry")}</Button>} />
      </div>
    ) : <header className="hdr" aria-busy="true"><span className="skeleton" style={{ width: 220 }} /></header>;
  }
  // A neighbour, or an address, may ask for a tab that this project does not have.
  const shown = tab === "cleanup" && !data.capabilities.cleanup ? "rules" : tab;
  const problem = refreshing.problem ?? data.row.error;
  return (
    <>
      <Head project={data} tab={shown} refreshing={refreshing} />
      {problem && <div className="problems"><ErrorNotice error={problem} fresh={refreshing.problem !== null} actions={<Button size="sm" icon="sync" busy={refreshing.refreshing} onClick={refreshing.refresh}>{t("common.retry")}</Button>} /></div>}
      <Suspense fallback={null}><Tab project={data} tab={shown} /></Suspense>
    </>
  );
}

function Tab({ project, tab }: { project: ProjectView; tab: ProjectTab }) {
  const { form } = project.capabilities;
  const known = useMemo(() => ruled(project), [project]);
  switch (tab) {
    case "rules":
      if (known === null) return <RulesUnknown project={project} />;
      return form.form === "mutability" ? <Mutability key={project.row.id} project={known} form={form} /> : <Rules key={project.row.id} project={known} />;
    case "tags": return <Tags key={project.row.id} project={project} />;
    case "cleanup": return <Cleanup key={project.row.id} project={project} />;
    case "simulator": return <Simulator key={project.row.id} project={project} />;
    case "activity": return <Activity key={project.row.id} project={project} />;
  }
}

function Head({ project, tab, refreshing }: { project: ProjectView; tab: ProjectTab; refreshing: Refreshing }) {
  const { t } = useTranslation();
  const { row } = project;
  const counts: Partial<Record<ProjectTab, number>> = {
    ...(project.rules.known === "read" && { rules: project.rules.rules.length }),
    ...(row.read_at !== null && { tags: row.tags }),
  };
  return (
    <header className="hdr">
      <nav className="crumb" aria-label={t("shell.breadcrumb")}>
        <RegistryMark mark={row.mark} product={project.capabilities.product} />
        <a href="#/projects" className="trunc">{row.group || t("shell.projects")}</a>
        <Icon name="chevron-right" size="xs" />
      </nav>
      <h1 className="trunc" title={`${row.group}/${row.name}`}>{row.name}</h1>
      {row.archived && <ArchivedChip />}
      {row.demo && <DemoChip />}
      <nav className="tabs" aria-label={t("shell.projectTabs")}>
        {PROJECT_TABS.filter((one) => one !== "cleanup" || project.capabilities.cleanup).map((one) => (
          <a key={one} className="tab" href={hashOf({ screen: "project", id: row.id, tab: one })} aria-current={one === tab ? "page" : undefined}>
            {t(`shell.tab.${one}`)}
            {counts[one] !== undefined && <span className="n">{number(counts[one])}</span>}
          </a>
        ))}
      </nav>
      <span className="grow" />
      {project.web_url && (
        <Button kind="ghost" icon="external" aria-label={t("shell.openOn", { product: project.capabilities.product })} title={t("shell.openOn", { product: project.capabilities.product })} onClick={() => void openPage(project.web_url ?? "")} />
      )}
      <Button kind="ghost" icon="sync" busy={refreshing.refreshing} onClick={refreshing.refresh}>{t("shell.sync")}</Button>
    </header>
  );
}
