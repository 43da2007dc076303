import { useDeferredValue, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";

import { Button } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Header } from "../../components/Header";
import { Icon } from "../../components/Icon";
import { moveActive, VirtualRows } from "../../components/VirtualRows";
import { number } from "../../format";
import type { ProjectView, TagLine, TagRow, TagSort, TagState } from "../../ipc/bindings";
import { useShortcuts } from "../../state/keys";
import { useMedia } from "../../state/media";
import { go, useRoute } from "../../state/route";
import { useStable } from "../../state/stable";
import { CountedChoice } from "../rules/CountedChoice";
import { Rich } from "../rules/say/Rich";
import { t } from "../rules/say/t";
import { value } from "../rules/say/values";
import { FilterField } from "./FilterField";
import { Inspector } from "./Inspector";
import { TagLineRow } from "./TagLineRow";
import { useImages } from "./useImages";
import { useTagPages, type TagPages } from "./useTagPages";
import "../rules/rules.css";
import "./tags.css";

const ROW = 30;
const PAGE = 18;

/** All tags, or those of one project. Draws its own head only when it stands alone. */
export default function TagsScreen({ project }: { project?: ProjectView }) {
  const route = useRoute();
  const [filter, setFilter] = useState(() => route?.params?.filter ?? "");
  const [state, setState] = useState<TagState | "all">("all");
  const [moved, setMoved] = useState(false);
  const [grouped, setGrouped] = useState(true);
  const [sort, setSort] = useState<{ by: TagSort; descending: boolean }>({ by: "name", descending: false });
  const asked = useDeferredValue(filter);
  const question = useMemo(
    () => ({
      project: project?.row.id ?? null,
      filter: asked,
      state: state === "all" ? null : state,
      moved,
      grouped,
      sort: sort.by,
      descending: sort.descending,
    }),
    [project?.row.id, asked, state, moved, grouped, sort],
  );
  const pages = useTagPages(question);
  const field = useRef<HTMLInputElement>(null);
  useShortcuts({ "/": () => field.current?.focus() });

  const { head } = pages;
  const states = head?.states;
  const all = states === undefined ? null : states.open + states.protected + states.immutable + states.unknown;
  const about = head === null ? null : t("tags.about", { tags: t("tags.count", { count: head.total }), repositories: t("tags.repositories", { count: head.repositories }) });
  const clear = () => {
    setFilter("");
    setState("all");
    setMoved(false);
  };
  return (
    <>
      {project === undefined ? <Header title={t("tags.title")} aside={<span className="t3 f12 tg-about">{pages.counting ? t("tags.counting") : about}</span>} /> : null}
      <div className="bar tg-bar">
        <FilterField
          label={t("tags.search")}
          placeholder={t("tags.placeholder")}
          value={filter}
          error={
            head?.filter_error == null ? null : (
              <Rich
                text={[
                  t("tags.unknownKey", { token: value(head.filter_error.token) }),
                  head.filter_error.did_you_mean === null ? "" : t("tags.didYouMean", { key: value(head.filter_error.did_you_mean) }),
                ].join(" ")}
              />
            )
          }
          field={field}
          onChange={setFilter}
        />
        <CountedChoice
          label={t("tags.byState")}
          value={state}
          options={[
            { value: "all", label: t("tags.all"), count: all },
            { value: "open", label: t("tags.open"), icon: "open", count: states?.open ?? null },
            { value: "protected", label: t("tags.protected"), icon: "protected", count: states?.protected ?? null },
            { value: "immutable", label: t("tags.immutable"), icon: "immutable", count: states?.immutable ?? null },
            ...(states !== undefined && states.unknown > 0 ? [{ value: "unknown" as const, label: t("tags.unknown"), icon: "unknown" as const, count: states.unknown }] : []),
          ]}
          onChange={setState}
        />
      </div>
      <div className="bar tg-chips">
        <button type="button" className="chip" aria-pressed={moved} onClick={() => setMoved(!moved)}>
          <Icon name="moved" size="xs" />
          {t("tags.moved")}
          <span className="n">{head === null ? "–" : number(head.moved)}</span>
        </button>
        <span className="tg-sep" />
        <button type="button" className="chip" aria-pressed={grouped} onClick={() => setGrouped(!grouped)}>
          <Icon name="repository" size="xs" />
          {t("tags.group")}
        </button>
        <span className="grow" />
        {project === undefined ? null : <span className="f12 t3 nowrap">{pages.counting ? t("tags.counting") : about}</span>}
      </div>
      {pages.error === null ? null : (
        <div className="tg-error">
          <ErrorNotice error={pages.error} />
        </div>
      )}
      <Table
        pages={pages}
        grouped={grouped}
        sort={sort}
        onSort={(by) => setSort((now) => ({ by, descending: now.by === by ? !now.descending : by !== "name" }))}
        filtered={asked !== "" || state !== "all" || moved}
        onClear={clear}
        made={project?.capabilities?.images_on_request ?? false}
        empty={project === undefined ? undefined : <BeforeTags project={project} />}
        emptyText={t(project === undefined ? "tags.emptyText" : takesRules(project) ? "tags.emptyTry" : "tags.emptyReadOnly")}
      />
    </>
  );
}

/** Whether a rule can be drawn up: its registry has some kind of rule, and those there are can be seen. */
function takesRules(project: ProjectView): boolean {
  return project.rules.known !== "not_visible" && (project.capabilities === null || project.capabilities.kinds.length > 0);
}

/** Rules can be made, and tried on names, before there is a tag. */
function BeforeTags({ project }: { project: ProjectView }) {
  const { id } = project.row;
  if (!takesRules(project)) return null;
  return (
    <>
      <Button kind="filled" icon="plus" onClick={() => go({ screen: "project", id, tab: "rules", params: { new: "1" } })}>
        {t("rules.list.new")}
      </Button>
      <Button icon="simulator" onClick={() => go({ screen: "project", id, tab: "simulator" })}>
        {t("rules.preview.testNames")}
      </Button>
    </>
  );
}

type TableProps = {
  pages: TagPages;
  grouped: boolean;
  sort: { by: TagSort; descending: boolean };
  onSort: (by: TagSort) => void;
  filtered: boolean;
  onClear: () => void;
  /** The registry tells when images were made, not when they were pushed. */
  made: boolean;
  /** What can be done where no tag is yet. */
  empty: ReactNode;
  emptyText: string;
};

function Table({ pages, grouped, sort, onSort, filtered, onClear, made, empty, emptyText }: TableProps) {
  const id = useId();
  const [active, setActive] = useState<number | null>(null);
  const [opened, setOpened] = useState<TagRow | null>(null);
  const narrow = useMedia("(max-width: 1199px)");
  const list = useRef<HTMLDivElement>(null);
  const total = pages.head?.total_lines ?? 0;
  const at = active === null || active >= total ? null : active;
  useEffect(() => setActive(null), [pages.stamp]);

  const images = useImages();
  const lineAt = (index: number): TagLine | undefined => {
    const line = pages.line(index);
    return line?.line === "tag" ? { ...line, tag: images.of(line.tag) } : line;
  };
  const tagAt = (index: number | null): TagRow | null => {
    const line = index === null ? undefined : lineAt(index);
    return line?.line === "tag" ? line.tag : null;
  };
  const sight = useRef<[number, number]>([0, 0]);
  const lookAt = (from: number, to: number) => {
    const tags: TagRow[] = [];
    for (let index = from; index < Math.min(to, total); index += 1) {
      const tag = tagAt(index);
      if (tag !== null) tags.push(tag);
    }
    images.inSight(tags);
  };
  // Pages arrive after the rows have come in sight.
  useEffect(() => lookAt(...sight.current));
  const onRange = useStable((from: number, to: number) => {
    sight.current = [from, to];
    pages.onRange(from, to);
    lookAt(from, to);
  });
  const focusGrid = () => list.current?.querySelector<HTMLElement>(".vrows")?.focus();
  const move = (index: number) => {
    setActive(index);
    const tag = tagAt(index);
    if (opened !== null && tag !== null) setOpened(tag);
  };
  /** The next line that is a tag, in a direction. */
  const step = (by: 1 | -1) => {
    let to = (at ?? -1) + by;
    if (pages.line(to)?.line === "repository") to += by;
    if (to >= 0 && to < total && tagAt(to) !== null) move(to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = moveActive(event.key, event.ctrlKey, at, total, PAGE);
    if (to !== null) move(to);
    else if (event.key === "Enter" || event.key === "F2" || event.key === " ") setOpened(tagAt(at) ?? opened);
    else if (event.key === "Escape" && opened !== null) setOpened(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  if (pages.head !== null && total === 0) {
    return filtered ? (
      <EmptyState title={t("tags.nothing")} actions={<Button onClick={onClear}>{t("tags.clearFilters")}</Button>}>
        {t("tags.nothingText")}
      </EmptyState>
    ) : (
      <EmptyState title={t("tags.emptyTitle")} actions={empty}>
        {emptyText}
      </EmptyState>
    );
  }
  const columns = columnsOf(grouped, opened !== null && !narrow, narrow);
  return (
    <div className="tg" ref={list}>
      <VirtualRows
        className={`tg-list${columns.hide}`}
        label={t("tags.grid")}
        count={pages.head === null ? 6 : total}
        rowCount={total + 1}
        rowHeight={ROW}
        resetKey={pages.stamp}
        busy={pages.head === null || pages.counting}
        active={at}
        activeId={at === null ? undefined : `${id}-${at}`}
        onRange={onRange}
        onKeyDown={onKeyDown}
        onFocus={() => setActive((now) => now ?? (total > 0 ? 0 : null))}
        head={<Heads grouped={grouped} made={made} sort={sort} onSort={onSort} columns={columns.template} />}
        row={(index, style) => (
          <TagLineRow
            key={index}
            id={`${id}-${index}`}
            index={index}
            style={style}
            line={lineAt(index)}
            active={index === at}
            grouped={grouped}
            columns={columns.template}
            onChoose={() => {
              setActive(index);
              const tag = tagAt(index);
              if (tag !== null) setOpened(tag);
            }}
          />
        )}
      />
      {opened === null ? null : (
        <Inspector
          tag={opened}
          image={images.of}
          onPrevious={() => step(-1)}
          onNext={() => step(1)}
          onClose={() => {
            setOpened(null);
            focusGrid();
          }}
        />
      )}
    </div>
  );
}

/** Widths of the columns; the less wanted ones go first when room is short. */
function columnsOf(grouped: boolean, inspected: boolean, narrow: boolean): { template: string; hide: string } {
  const short = narrow || (inspected && !grouped);
  const repository = grouped ? "" : "minmax(120px, .8fr) ";
  if (short) return { template: `minmax(110px, 1fr) ${repository}108px 100px 126px 58px 76px`, hide: " is-short" };
  return { template: `minmax(110px, 1fr) ${repository}74px 108px 94px 126px 70px 58px 72px`, hide: "" };
}

function Heads(props: { grouped: boolean; made: boolean; sort: { by: TagSort; descending: boolean }; onSort: (by: TagSort) => void; columns: string }) {
  const head = (by: TagSort, name: string, look = "") => {
    const on = props.sort.by === by;
    return (
      <span role="columnheader" className={look} aria-sort={on ? (props.sort.descending ? "descending" : "ascending") : "none"}>
        <button type="button" className="tg-sort" tabIndex={-1} title={t("tags.sortBy", { column: name })} onClick={() => props.onSort(by)}>
          {name}
          {on ? <Icon name={props.sort.descending ? "sort-up" : "sort-down"} size="xs" /> : null}
        </button>
      </span>
    );
  };
  return (
    <div role="row" aria-rowindex={1} className="tg-row tg-heads" style={{ gridTemplateColumns: props.columns }}>
      {head("name", t("tags.column.tag"))}
      {props.grouped ? null : <span role="columnheader">{t("tags.column.repository")}</span>}
      <span role="columnheader" className="c-digest">
        {t("tags.column.digest")}
      </span>
      <span role="columnheader">{t("tags.column.state")}</span>
      <span role="columnheader">{t("tags.column.rule")}</span>
      <span role="columnheader" className="c-roles">
        {t("tags.column.roles")}
      </span>
      {head("size", t("tags.column.size"), "num c-size")}
      {head("pushed", t(props.made ? "tags.column.made" : "tags.column.pushed"), "num c-pushed")}
      <span role="columnheader">{t("tags.column.changed")}</span>
    </div>
  );
}
