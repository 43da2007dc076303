import type { CSSProperties } from "react";

import { Button } from "../../components/Button";
import { Icon, type IconName } from "../../components/Icon";
import { PatternText } from "../../components/PatternText";
import { clock, moment } from "../../format";
import type { EntryView, Rule, RunView } from "../../ipc/bindings";
import { sides } from "../review/ChangeList";
import { t } from "../rules/say/t";
import { entryTitle, isRefused, isReverted, runLine, stillToRevert, type Line } from "./say";

export type RunRowProps = {
  id: string;
  index: number;
  line: Line;
  style?: CSSProperties;
  active: boolean;
  onOpen: () => void;
  onRevert: () => void;
};

/** A day's heading, or one run. */
export function RunRow({ id, index, line, active, onOpen, onRevert }: RunRowProps) {
  if (line.line === "day") {
    return (
      <div id={id} role="row" aria-rowindex={index + 1} aria-selected={false} className="grp ac-day">
        <span role="gridcell" className="row">
          <span className="m t1">{line.title}</span>
          <span>{dayCount(line.done, line.changes)}</span>
        </span>
      </div>
    );
  }
  const { run } = line;
  const first = run.entries[0];
  const said = [runLine(run), stillToRevert(run)].filter((part) => part !== null).join(", ");
  return (
    <div id={id} role="row" aria-rowindex={index + 1} aria-selected={active} className="ac-row" onClick={onOpen}>
      <span role="gridcell" className="f12 t3" title={moment(run.started_at)}>
        {clock(run.started_at)}
      </span>
      <span role="gridcell" className={isRefused(run) ? "bad" : "t2"}>
        <Icon name={iconOf(run)} />
      </span>
      <div role="gridcell" className="col">
        <span className="row ac-what">
          <span className="m nowrap">{titleOf(run)}</span>
          {run.entry_count === 1 && first !== undefined ? <What entry={first} /> : null}
        </span>
        <span className="f12 t3 trunc" title={said}>
          <bdi>{said}</bdi>
        </span>
      </div>
      <div role="gridcell" className="col ac-who">
        <span className="f12 trunc">{t("activity.you")}</span>
        <span className="f11 t3 trunc">{t("activity.here")}</span>
      </div>
      <span role="gridcell" className="ac-do">
        {isReverted(run) ? (
          <span className="f12 t3">{t("activity.reverted")}</span>
        ) : run.can_undo ? (
          <Button
            size="sm"
            icon="undo"
            tabIndex={-1}
            onClick={(event) => {
              event.stopPropagation();
              onRevert();
            }}
          >
            {t("activity.revert")}
          </Button>
        ) : (
          <Button size="sm" kind="ghost" tabIndex={-1} onClick={onOpen}>
            {t("activity.details")}
          </Button>
        )}
      </span>
    </div>
  );
}

/** What the run did, as a title. */
export function titleOf(run: RunView): string {
  const first = run.entries[0];
  if (run.undoes !== null) return undoTitle(run);
  if (first === undefined) return t("activity.skippedTitle");
  if (run.entry_count === 1) return entryTitle(first);
  return run.projects === 1 ? t("activity.changes", { count: run.entry_count }) : t("activity.run", { projects: t("activity.projects", { count: run.projects }) });
}

/** “3 changes”, or how many of them were done. */
function dayCount(done: number, all: number): string {
  const changes = t("activity.changes", { count: all });
  return done === all ? changes : t("activity.changesDone", { done, changes });
}

function undoTitle({ counts, entry_count: all }: RunView): string {
  if (counts.done === all) return t("activity.revertedOne");
  if (counts.pending > 0) return t("activity.reverting");
  return t(counts.done + counts.partial > 0 ? "activity.revertedPart" : "activity.revertedNot");
}

/** The pattern, or what else is other than before. */
export function What({ entry }: { entry: EntryView }) {
  const { from, to } = sides(entry.change);
  const rule = to ?? from;
  if (rule === null) return null;
  if (from !== null && to !== null && (from.tags.pattern !== to.tags.pattern || from.tags.mode !== to.tags.mode)) {
    return (
      <>
        <Pattern rule={from} />
        <Icon name="arrow" size="xs" />
        <Pattern rule={to} />
      </>
    );
  }
  return <Pattern rule={rule} />;
}

function Pattern({ rule }: { rule: Rule }) {
  return <PatternText pattern={rule.tags.pattern} dialect={rule.tags.dialect} mode={rule.tags.mode} className="trunc" />;
}

function iconOf(run: RunView): IconName {
  if (run.undoes !== null) return "undo";
  if (isRefused(run)) return "error";
  const first = run.entries[0];
  if (run.entry_count !== 1 || first === undefined) return "checklist";
  switch (first.change.change) {
    case "create": {
      const { to } = sides(first.change);
      return to?.effect.kind === "immutable" ? "immutable" : "plus";
    }
    case "update":
    case "recreate":
      return "edit";
    case "delete":
      return "trash";
  }
}
