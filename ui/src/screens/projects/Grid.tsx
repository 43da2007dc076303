import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { KeyboardEvent, MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import { moveActive, VirtualRows } from "../../components/VirtualRows";
import type { ProjectSort } from "../../ipc/bindings";
import { call } from "../../ipc/client";
import { useNow } from "../../state/clock";
import { useShortcuts } from "../../state/keys";
import { go } from "../../state/route";
import { selection, useSelection } from "../../state/selection";
import { useSyncs } from "../../state/sync";
import { BulkBar } from "./BulkBar";
import { Head } from "./Head";
import { Row, rowId, SkeletonRow } from "./Row";
import { useAllIds } from "./useProjects";
import type { ListQuery, ProjectsList } from "./useProjects";

const ROW_HEIGHT = 34;
const SKELETONS = 6;
/** Rows that Page Up and Page Down pass over. */
const PAGE_KEYS = 15;

/** The table: the focus stays on the grid, the active row moves in it. */
export function Grid({ list, query, onSort }: { list: ProjectsList; query: ListQuery; onSort: (sort: ProjectSort, descending: boolean) => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const selected = useSelection();
  const syncs = useSyncs();
  const waiting = useMemo(() => new Set(syncs.filter((job) => job.progress.waiting !== null).map((job) => job.progress.connection)), [syncs]);
  const [active, setActive] = useState<number | null>(null);
  const anchor = useRef<number | null>(null);
  const count = list.page && list.page.all > 0 ? list.page.total : SKELETONS;
  const ids = useAllIds(query, selected.size > 0);

  const latest = useRef(list);
  useEffect(() => {
    latest.current = list;
  });
  const mark = useCallback((from: number, to: number, on: boolean) => {
    const rows = Array.from({ length: Math.abs(to - from) + 1 }, (_, step) => latest.current.row(Math.min(from, to) + step));
    selection.mark(rows.flatMap((row) => (row ? [row.id] : [])), on);
  }, []);
  const toggle = useCallback((index: number) => {
    const row = latest.current.row(index);
    if (!row) return;
    selection.mark([row.id], !selection.get().has(row.id));
    anchor.current = index;
    setActive(index);
  }, []);
  const onToggle = useCallback((index: number, event: MouseEvent) => {
    event.stopPropagation();
    if (event.shiftKey && anchor.current !== null) {
      mark(anchor.current, index, true);
      setActive(index);
    } else {
      toggle(index);
    }
  }, [mark, toggle]);
  const onActivate = useCallback((index: number) => setActive(index), []);
  const selectAll = useCallback(async () => {
    selection.set(await call("projects_ids", { ...query, offset: 0, limit: 500 }));
  }, [query]);
  const open = (index: number | null, tab: "rules" | "simulator" = "rules") => {
    const row = index === null ? undefined : list.row(index);
    if (!row) return false;
    go({ screen: "project", id: row.id, tab });
    return true;
  };

  const typed = useRef({ text: "", at: 0 });
  const typeAhead = (key: string, at: number): boolean => {
    const text = at - typed.current.at < 700 ? typed.current.text + key : key;
    typed.current = { text, at };
    const start = active ?? 0;
    for (let step = 0; step < count; step += 1) {
      const index = (start + step) % count;
      const row = list.row(index);
      if (row?.name.toLowerCase().startsWith(text) || row && `${row.group}/${row.name}`.toLowerCase().startsWith(text)) {
        setActive(index);
        return true;
      }
    }
    return false;
  };

  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return;
    const ctrl = event.ctrlKey || event.metaKey;
    const used = (() => {
      if (event.key === " ") return active === null ? false : (toggle(active), true);
      if (event.key === "Enter") return open(active);
      if (ctrl && event.key.toLowerCase() === "a") return void selectAll(), true;
      if (event.key === "Escape") return selected.size > 0 ? (selection.clear(), true) : false;
      if (event.altKey) return false;
      const next = moveActive(event.key, ctrl, active, count, PAGE_KEYS);
      if (next !== null) {
        if (event.shiftKey && event.key !== "J" && event.key !== "K") mark(anchor.current ??= active ?? next, next, true);
        else anchor.current = next;
        setActive(next);
        return true;
      }
      return !ctrl && /^[a-z0-9]$/i.test(event.key) && !SHORTCUT_LETTERS.has(event.key.toLowerCase()) && typeAhead(event.key.toLowerCase(), event.timeStamp);
    })();
    if (used) event.preventDefault();
  };
  useShortcuts({
    escape: () => (selected.size > 0 ? selection.clear() : false),
    "ctrl+a": () => void selectAll(),
    s: () => open(active, "simulator"),
    n: () => {
      if (selected.size > 0) go({ screen: "bulk" });
      else return open(active);
      return true;
    },
  });

  const loaded = list.loaded();
  const marked = loaded.length > 0 && loaded.every((row) => selected.has(row.id)) ? true : selected.size > 0 ? "mixed" as const : false;
  const inView = ids ? ids.reduce((sum, id) => sum + (selected.has(id) ? 1 : 0), 0) : selected.size;
  const offerAll = marked === true && list.page && inView < list.page.total ? list.page.total : null;
  return (
    <div className={list.stale ? "grid-box stale" : "grid-box"}>
      <VirtualRows
        label={t("projects.title")}
        className={selected.size > 0 ? "roving with-bulk" : "roving"}
        count={count}
        rowCount={count + 1}
        rowHeight={ROW_HEIGHT}
        active={active}
        activeId={active === null ? undefined : rowId(active)}
        resetKey={`${query.filter}|${query.chip}|${query.sort}|${query.descending}`}
        busy={!list.page}
        onRange={list.onRange}
        onKeyDown={press}
        onFocus={() => setActive((at) => at ?? 0)}
        head={
          <Head
            sort={query.sort}
            descending={query.descending}
            onSort={onSort}
            marked={marked}
            onMarkAll={() => selection.mark(loaded.map((row) => row.id), marked !== true)}
          />
        }
        row={(index, style) => {
          const row = list.row(index);
          if (!row) return <SkeletonRow key={index} index={index} style={style} />;
          return (
            <Row key={row.id} row={row} index={index} style={style} now={now} selected={selected.has(row.id)} active={index === active} waiting={waiting.has(row.connection)} onToggle={onToggle} onActivate={onActivate} />
          );
        }}
      />
      {selected.size > 0 && <BulkBar selected={selected.size} outOfView={selected.size - inView} all={offerAll} onSelectAll={() => void selectAll()} />}
    </div>
  );
}

/** Letters that are shortcuts here, and so are not typed ahead. */
const SHORTCUT_LETTERS = new Set(["j", "k", "n", "s"]);
