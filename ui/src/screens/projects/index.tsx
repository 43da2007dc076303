// All projects of all registries: filter, sort, select, sync.
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Header } from "../../components/Header";
import { Icon } from "../../components/Icon";
import { StateLegend } from "../../components/State";
import { number } from "../../format";
import type { ProjectChip, ProjectsPage, ProjectSort } from "../../ipc/bindings";
import { asApiError } from "../../ipc/client";
import { useConnections } from "../../state/app";
import { openOverlay } from "../../state/overlay";
import { useRoute } from "../../state/route";
import { useSyncAll, useSyncs } from "../../state/sync";
import { FilterField } from "./FilterField";
import { filterText, splitAll } from "./filterTokens";
import { Grid } from "./Grid";
import { Problems } from "./Problems";
import { SyncStrips } from "./SyncStrip";
import { useDelayed } from "./useDelayed";
import { useProjects } from "./useProjects";
import { view } from "./view";

const CHIPS: readonly ProjectChip[] = ["all", "findings", "no_rules", "not_visible", "limit_reached"];

export default function Projects() {
  const { t } = useTranslation();
  const connections = useConnections();
  const syncing = useSyncs().length > 0;
  const syncAll = useSyncAll();
  const [{ filter, chip, sort, descending }, setView] = useState(view.get);
  useEffect(() => view.set({ filter, chip, sort, descending }), [filter, chip, sort, descending]);
  const change = useCallback((part: Partial<ReturnType<typeof view.get>>) => setView((now) => ({ ...now, ...part })), []);

  // A link such as that of a registry in the sidebar sets the filter.
  const route = useRoute();
  const asked = route?.screen === "projects" ? route.params?.filter : undefined;
  useEffect(() => {
    if (asked !== undefined) change({ filter: splitAll(asked) });
  }, [asked, change]);

  const text = useDelayed(filterText(filter), 80);
  const list = useProjects({ filter: text, chip, sort, descending });
  const { page } = list;
  // A first sync under way has nothing to show yet, which is not the same as nothing.
  const awaited = page?.all === 0 && syncing;
  const empty = page !== undefined && page.total === 0 && !list.stale && !awaited;
  const slow = useDelayed(list.stale, 200) && list.stale;
  return (
    <>
      <Header title={t("projects.title")}>
        <Button icon="sync" busy={syncing} onClick={syncAll}>{t("projects.sync")}</Button>
      </Header>
      <div className="bar" style={{ height: 48 }}>
        <FilterField
          value={filter}
          onChange={(next) => change({ filter: next })}
          error={page?.filter_error ?? null}
          registries={connections.map((one) => one.name)}
          status={page ? t("projects.shown", { shown: page.total, all: page.all }) : ""}
          busy={slow}
        />
      </div>
      <Chips chip={chip} page={page} onChange={(next) => change({ chip: next })} />
      <SyncStrips />
      <Problems />
      {!syncing && page !== undefined && page.not_read > 0 && (
        <div className="strip">
          <span className="warn"><Icon name="warning" /></span>
          <span className="grow trunc"><b className="m">{t("projects.unread", { count: page.not_read, all: page.all })}</b> <span className="t3">{t("projects.unreadText")}</span></span>
        </div>
      )}
      {list.error && !page ? <div className="problems"><ErrorNotice error={asApiError(list.error)} /></div> : null}
      {empty ? (
        page.all === 0 ? (
          <EmptyState title={t("projects.nothing")} actions={<>
            <Button kind="filled" icon="sync" busy={syncing} onClick={syncAll}>{t("projects.sync")}</Button>
            <Button icon="plus" onClick={() => openOverlay({ kind: "connect", connection: null })}>{t("projects.addRegistry")}</Button>
          </>}>{t("projects.nothingText")}</EmptyState>
        ) : (
          <EmptyState title={t("projects.noMatch")} actions={<Button onClick={() => change({ filter: splitAll(""), chip: "all" })}>{t("projects.clearFilters")}</Button>} />
        )
      ) : (
        <Grid
          list={list}
          query={{ filter: text, chip, sort, descending }}
          onSort={(by: ProjectSort, down: boolean) => change({ sort: by, descending: down })}
        />
      )}
    </>
  );
}

function Chips({ chip, page, onChange }: { chip: ProjectChip; page: ProjectsPage | undefined; onChange: (chip: ProjectChip) => void }) {
  const { t } = useTranslation();
  const hidden = page?.chips.find((known) => known.chip === "not_visible")?.count ?? 0;
  return (
    <div className="bar" style={{ height: 36, alignItems: "flex-start" }}>
      <div className="row" role="group" aria-label={t("projects.chips")}>
        {CHIPS.map((one) => {
          const count = page?.chips.find((known) => known.chip === one)?.count;
          // Where all rules are visible, the others say everything.
          if (one === "not_visible" && one !== chip && !count) return null;
          return (
            <button key={one} type="button" className="chip" aria-pressed={one === chip} onClick={() => onChange(one)}>
              {t(`projects.chip.${one}`)}
              {count !== undefined && <><span className="sr">, </span><span className="n">{number(count)}</span></>}
            </button>
          );
        })}
      </div>
      <span className="grow" />
      <StateLegend unknown={hidden > 0} />
    </div>
  );
}
