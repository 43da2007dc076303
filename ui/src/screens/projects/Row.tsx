import { memo } from "react";
import type { CSSProperties, MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../components/Icon";
import { RegistryMark } from "../../components/RegistryMark";
import { RulePips, ShareBar } from "../../components/State";
import { errorWords } from "../../components/errorWords";
import { age, moment, number } from "../../format";
import type { ProjectRow } from "../../ipc/bindings";
import { hashOf } from "../../state/route";
import { needsOf } from "../rules/say/visibility";
import { ArchivedChip } from "./ArchivedChip";
import { FindingCell } from "./FindingCell";

export interface RowProps {
  row: ProjectRow;
  index: number;
  style: CSSProperties;
  selected: boolean;
  active: boolean;
  waiting: boolean;
  now: number;
  onToggle: (index: number, event: MouseEvent) => void;
  onActivate: (index: number) => void;
}

export const rowId = (index: number) => `project-row-${index}`;

/** One project. Rows are drawn again only when something in them changed. */
export const Row = memo(function Row({ row, index, style, selected, active, waiting, now, onToggle, onActivate }: RowProps) {
  const { t } = useTranslation();
  const path = row.group ? `${row.group}/${row.name}` : row.name;
  const read = row.read_at !== null;
  return (
    <div
      role="row"
      id={rowId(index)}
      className={`prow${active ? " cur" : ""}`}
      style={style}
      aria-rowindex={index + 2}
      aria-selected={selected}
      onClick={() => onActivate(index)}
    >
      <span role="gridcell" className="cell-cb" onClick={(event) => onToggle(index, event)}>
        <span className="cb" role="checkbox" aria-checked={selected} aria-label={t("projects.select", { path })} tabIndex={-1}>{selected && <Icon name="check" />}</span>
      </span>
      <span role="gridcell" className="trunc" title={path}>
        {row.group && <span className="t3">{row.group}/</span>}
        <a className="t1 m name" tabIndex={-1} href={hashOf({ screen: "project", id: row.id, tab: "rules" })}>{row.name}</a>
        {row.archived && <> <ArchivedChip /></>}
      </span>
      <span role="gridcell" className="row" style={{ gap: 7 }}>
        <RegistryMark mark={row.mark} />
        <span className="trunc t2" title={row.connection_name}>{row.connection_name}</span>
      </span>
      <span role="gridcell" className="num">{read ? number(row.repositories) : <NotKnown />}</span>
      <span role="gridcell" className="num">{read ? number(row.tags) : <NotKnown />}</span>
      <span role="gridcell">{read ? <ShareBar states={row.states} /> : <Unknown />}</span>
      <span role="gridcell"><RulesUsed row={row} /></span>
      <span role="gridcell">{row.rules.known === "read" ? <FindingCell row={row} /> : <Unknown />}</span>
      <span role="gridcell" className="t3 trunc"><LastSync row={row} waiting={waiting} now={now} /></span>
    </div>
  );
});

function Unknown() {
  const { t } = useTranslation();
  return <span className="t3">{t("common.unknown")}</span>;
}

/** The same in a column of numbers, where the word has no room. */
function NotKnown() {
  const { t } = useTranslation();
  return <span className="t3" role="img" aria-label={t("common.unknown")} title={t("projects.notRead")}>?</span>;
}

function RulesUsed({ row }: { row: ProjectRow }) {
  const { t } = useTranslation();
  const { rules } = row;
  if (rules.known === "not_read") return <Unknown />;
  if (rules.known === "not_visible") {
    return <span className="t3" title={t(`visibility.cell.${rules.reason.why}`, { needs: needsOf(rules.reason, row.role_names) })}>{t("visibility.short")}</span>;
  }
  const used = rules.rules;
  return (
    <span className="row" style={{ gap: 7 }}>
      <span aria-hidden="true" className="row"><RulePips rules={used} limit={row.rule_limit} /></span>
      <span className="nowrap">{row.rule_limit === null ? number(used.length) : t("projects.ofRules", { used: used.length, limit: row.rule_limit })}</span>
      {!row.rules_complete && <span className="warn" title={t("projects.rulesPartly")}><Icon name="warning" size="xs" label={t("projects.rulesPartly")} /></span>}
    </span>
  );
}

function LastSync({ row, waiting, now }: { row: ProjectRow; waiting: boolean; now: number }) {
  const { t } = useTranslation();
  if (waiting) return <span className="row warn" style={{ gap: 5 }}><Icon name="clock" size="xs" />{t("projects.waiting")}</span>;
  const when = row.read_at === null ? t("projects.notRead") : age(row.read_at, now);
  if (row.error) {
    const words = errorWords(row.error, t);
    return <span className="row warn" style={{ gap: 5 }} title={`${words.title}. ${words.text} ${words.help}`}><Icon name="error" size="xs" label={words.title} />{when}</span>;
  }
  return <span title={row.read_at === null ? undefined : moment(row.read_at)}>{when}</span>;
}

/** A row whose page is still on its way. */
export function SkeletonRow({ index, style }: { index: number; style: CSSProperties }) {
  return (
    <div role="row" className="prow" style={style} aria-rowindex={index + 2}>
      {[14, 150, 110, 20, 30, 108, 60, 120, 30].map((width, column) => (
        <span key={column} role="gridcell"><span className="skeleton" style={{ width }} /></span>
      ))}
    </div>
  );
}
