import { memo, useId, useState, type CSSProperties, type KeyboardEvent } from "react";

import { Icon } from "../../components/Icon";
import { StateIcon } from "../../components/State";
import { moveActive, VirtualRows } from "../../components/VirtualRows";
import { age, moment, number } from "../../format";
import type { PreviewLine } from "../../ipc/bindings";
import { sayOutcome, SIGN } from "./OutcomeFilter";
import { slices } from "./bytes";
import { t } from "./say/t";

const ROW = 26;
/** Rows that a page key moves. */
const PAGE = 16;

export type PreviewLinesProps = {
  total: number;
  line: (index: number) => PreviewLine | undefined;
  onRange: (from: number, to: number) => void;
  stamp: number;
  dimmed: boolean;
  collapsed: readonly number[];
  onCollapse: (repository: number) => void;
  /** Covered means immutable. */
  immutable: boolean;
};

/** Tags by repository, with what becomes of each. */
export function PreviewLines(props: PreviewLinesProps) {
  const { total, line, onRange, stamp, dimmed, collapsed, onCollapse, immutable } = props;
  const id = useId();
  const [active, setActive] = useState<number | null>(null);
  const at = active === null || active >= total ? null : active;

  const onKeyDown = (event: KeyboardEvent) => {
    const to = moveActive(event.key, event.ctrlKey, at, total, PAGE);
    if (to !== null) setActive(to);
    else if (!wantsFold(event.key, at === null ? undefined : line(at))) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const wantsFold = (key: string, found: PreviewLine | undefined): boolean => {
    if (found === undefined || !["Enter", "ArrowLeft", "ArrowRight"].includes(key)) return false;
    const closed = collapsed.includes(found.repository);
    const heading = found.line === "repository";
    if (heading && (key === "Enter" || (key === "ArrowLeft" && !closed) || (key === "ArrowRight" && closed))) onCollapse(found.repository);
    return heading;
  };

  return (
    <VirtualRows
      className={`scroll pv-list${dimmed ? " is-dimmed" : ""}`}
      label={t("rules.preview.list")}
      count={total}
      rowHeight={ROW}
      resetKey={stamp}
      active={at}
      activeId={at === null ? undefined : `${id}-${at}`}
      onRange={onRange}
      role="treegrid"
      onKeyDown={onKeyDown}
      row={(index, style) => (
        <Line
          key={index}
          id={`${id}-${index}`}
          index={index}
          style={style}
          active={index === at}
          line={line(index)}
          collapsed={collapsed}
          onCollapse={onCollapse}
          immutable={immutable}
        />
      )}
    />
  );
}

type LineProps = {
  id: string;
  index: number;
  style: CSSProperties;
  active: boolean;
  line: PreviewLine | undefined;
  collapsed: readonly number[];
  onCollapse: (repository: number) => void;
  /** Covered means immutable. */
  immutable: boolean;
};

/** Drawn anew only when something of it is other than before: most letters leave most lines alone. */
const Line = memo(function Line({ id, index, style, active, line, collapsed, onCollapse, immutable }: LineProps) {
  const common = { id, style, role: "row", "aria-rowindex": index + 1, "aria-selected": active };
  if (line === undefined) {
    return (
      <div {...common} className="pr is-coming">
        <span role="gridcell" className="sr">
          …
        </span>
      </div>
    );
  }
  if (line.line === "repository") {
    const closed = collapsed.includes(line.repository);
    return (
      <div
        {...common}
        className={`grp${active ? " is-active" : ""}`}
        aria-expanded={!closed}
        title={line.path}
        onClick={() => onCollapse(line.repository)}
      >
        <span role="gridcell" className="grp-name">
          <Icon name={closed ? "chevron-right" : "chevron-down"} size="xs" />
          <b className="trunc">
            <bdi>{line.path}</bdi>
          </b>
        </span>
        <span role="gridcell" className="grp-n">
          <span className="ok">+{number(line.newly)}</span>
          <span className="bad">−{number(line.no_longer)}</span>
          <span>{t("rules.preview.matched", { count: line.matched })}</span>
        </span>
      </div>
    );
  }
  const { sign, look } = SIGN[line.outcome];
  const name = sayOutcome(line.outcome, immutable);
  return (
    <div {...common} className={`pr${active ? " is-active" : ""}`}>
      <span role="gridcell" className={`gl ${look}`} title={name} aria-label={name}>
        {sign}
      </span>
      <span role="gridcell" className="tg" title={line.name}>
        <bdi>
          <Marked text={line.name} span={line.span} />
        </bdi>
      </span>
      <span role="gridcell" className="tr">
        <StateIcon state={line.from} />
        {line.from === line.to ? null : (
          <>
            <Icon name="arrow" />
            <StateIcon state={line.to} />
          </>
        )}
      </span>
      <span role="gridcell" className="ag" title={line.pushed_at === null ? undefined : moment(line.pushed_at)}>
        {line.pushed_at === null ? "–" : age(line.pushed_at)}
      </span>
      <span role="gridcell" className="dg">
        {line.digest ?? "–"}
      </span>
    </div>
  );
}, sameLine);

function sameLine(one: LineProps, other: LineProps): boolean {
  return (
    one.id === other.id &&
    one.index === other.index &&
    one.active === other.active &&
    one.collapsed === other.collapsed &&
    one.onCollapse === other.onCollapse &&
    one.immutable === other.immutable &&
    one.style.top === other.style.top &&
    one.style.visibility === other.style.visibility &&
    (one.line === other.line || JSON.stringify(one.line) === JSON.stringify(other.line))
  );
}

/** A name with the part that the pattern matches. */
export function Marked({ text, span }: { text: string; span: [number, number] | null }) {
  if (span === null) return <>{text}</>;
  const [before, inside, after] = slices(text, span);
  return (
    <>
      {before}
      {inside === "" ? null : <mark>{inside}</mark>}
      {after}
    </>
  );
}
