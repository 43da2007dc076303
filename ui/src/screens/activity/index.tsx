import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type UIEvent } from "react";

import { Button } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Header } from "../../components/Header";
import { moveActive } from "../../components/VirtualRows";
import type { JournalChip, ProjectView, RunView } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { useShortcuts } from "../../state/keys";
import { keys } from "../../state/queries";
import { ReviewDialog } from "../review/ReviewDialog";
import { CountedChoice } from "../rules/CountedChoice";
import { t } from "../rules/say/t";
import { FilterField } from "../tags/FilterField";
import { Details } from "./Details";
import { RunRow } from "./RunRow";
import { linesOf } from "./say";
import "../rules/rules.css";
import "../tags/tags.css";
import "./activity.css";

/** Runs in a page. */
const PAGE = 50;

/** What was changed from here. Draws its own head only when it stands alone. */
export default function ActivityScreen({ project }: { project?: ProjectView }) {
  const id = useId();
  const queries = useQueryClient();
  const [filter, setFilter] = useState("");
  const [chip, setChip] = useState<JournalChip>("all");
  const [active, setActive] = useState<number | null>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const [reverting, setReverting] = useState<RunView | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useShortcuts({ "/": () => field.current?.focus() });

  const asked = useDeferredValue(filter);
  const query = { filter: asked, project: project?.row.id ?? null, chip };
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: keys.journal(query),
    queryFn: ({ pageParam }) => call("journal_page", { ...query, offset: pageParam, limit: PAGE }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const here = pages.reduce((sum, page) => sum + page.runs.length, 0);
      return here < last.total && last.runs.length > 0 ? here : undefined;
    },
    placeholderData: keepPreviousData,
  });
  const runs = useMemo(() => data?.pages.flatMap((page) => page.runs) ?? [], [data]);
  const lines = useMemo(() => linesOf(runs), [runs]);
  const chips = data?.pages[0]?.chips ?? null;
  const run = runs.find((one) => one.id === opened) ?? null;
  const at = active === null || active >= lines.length ? null : active;
  useEffect(() => {
    if (at !== null) document.getElementById(`${id}-${at}`)?.scrollIntoView?.({ block: "nearest" });
  }, [id, at]);

  const open = (index: number | null) => {
    const line = index === null ? undefined : lines[index];
    if (line?.line === "run") setOpened(line.run.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    let to = moveActive(event.key, event.ctrlKey, at, lines.length, 12);
    if (to !== null) {
      // Headings are passed over.
      if (lines[to]?.line === "day") to = Math.min(Math.max(to + (to < (at ?? -1) && to > 0 ? -1 : 1), 0), lines.length - 1);
      setActive(to);
      if (opened !== null) open(to);
    } else if (event.key === "Enter" || event.key === "F2" || event.key === " ") open(at);
    else if (event.key === "Escape" && opened !== null) setOpened(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onScroll = (event: UIEvent<HTMLDivElement>) => {
    const { scrollTop, clientHeight, scrollHeight } = event.currentTarget;
    if (hasNextPage && !isFetchingNextPage && scrollHeight - scrollTop - clientHeight < 600) void fetchNextPage();
  };
  const filtered = asked !== "" || chip !== "all";

  return (
    <>
      {project === undefined ? <Header title={t("activity.title")} aside={<span className="t3 f12 tg-about">{t("activity.kept")}</span>} /> : null}
      <div className="bar tg-bar ac-bar">
        <FilterField label={t("activity.search")} placeholder={t("activity.placeholder")} value={filter} error={null} field={field} onChange={setFilter} />
        <CountedChoice
          label={t("activity.filter")}
          value={chip}
          options={[
            { value: "all", label: t("activity.all"), count: chips?.[0] ?? null },
            { value: "done", label: t("activity.done"), count: chips?.[1] ?? null },
            { value: "refused", label: t("activity.refused"), count: chips?.[2] ?? null },
          ]}
          onChange={setChip}
        />
      </div>
      {error === null ? null : (
        <div className="tg-error">
          <ErrorNotice error={asApiError(error)} />
        </div>
      )}
      {data !== undefined && lines.length === 0 ? (
        <Nothing
          filtered={filtered}
          onClear={() => {
            setFilter("");
            setChip("all");
          }}
        />
      ) : (
        <div className="tg">
          <div
            ref={list}
            className="ac-list"
            role="grid"
            aria-label={t("activity.grid")}
            aria-rowcount={hasNextPage ? -1 : lines.length}
            aria-busy={data === undefined}
            aria-activedescendant={at === null ? undefined : `${id}-${at}`}
            tabIndex={0}
            onKeyDown={onKeyDown}
            onScroll={onScroll}
            onFocus={(event) => {
              if (event.target === event.currentTarget) setActive((now) => now ?? (lines.length > 1 ? 1 : null));
            }}
          >
            {lines.map((line, index) => (
              <RunRow
                key={line.line === "day" ? `day-${line.title}` : line.run.id}
                id={`${id}-${index}`}
                index={index}
                line={line}
                active={line.line === "run" && (line.run.id === opened || index === at)}
                onOpen={() => {
                  setActive(index);
                  open(index);
                }}
                onRevert={() => line.line === "run" && setReverting(line.run)}
              />
            ))}
          </div>
          {run === null ? null : (
            <Details
              run={run}
              onRevert={() => setReverting(run)}
              onClose={() => {
                setOpened(null);
                list.current?.focus();
              }}
            />
          )}
        </div>
      )}
      {reverting === null ? null : (
        <ReviewDialog
          request={{ plan: "undo", run: reverting.id }}
          where={reverting.projects === 1 ? (reverting.entries[0]?.path ?? null) : null}
          onClose={() => setReverting(null)}
          onApplied={() => {
            void queries.invalidateQueries({ queryKey: ["journal"] });
            void queries.invalidateQueries({ queryKey: keys.inventory });
          }}
          onCompare={() => setReverting(null)}
          onDiscard={() => setReverting(null)}
        />
      )}
    </>
  );
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  return filtered ? (
    <EmptyState title={t("activity.nothing")} actions={<Button onClick={onClear}>{t("activity.clear")}</Button>}>
      {t("activity.nothingText")}
    </EmptyState>
  ) : (
    <EmptyState title={t("activity.emptyTitle")}>{t("activity.emptyText")}</EmptyState>
  );
}
