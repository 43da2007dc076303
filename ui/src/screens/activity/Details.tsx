import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Icon } from "../../components/Icon";
import { clock, date, duration, moment } from "../../format";
import type { EntryView, RunView } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { keys } from "../../state/queries";
import { go } from "../../state/route";
import { ChangeList } from "../review/ChangeList";
import { StateBars } from "../rules/StateBars";
import { t } from "../rules/say/t";
import { BAD, effect, isRefused, isReverted, outcomes, stillToRevert, sum } from "./say";
import { titleOf } from "./RunRow";

/** Changes drawn before the rest is asked for. */
const FEW = 6;

export type DetailsProps = { run: RunView; onRevert: () => void; onClose: () => void };

/** One run closely: what was changed where, what it did to the tags, and how to take it back. */
export function Details({ run, onRevert, onClose }: DetailsProps) {
  // The same panel goes from run to run, so that the focus stays; what was unfolded belongs to one of them.
  const [unfolded, setUnfolded] = useState<string | null>(null);
  const all = unfolded === run.id;
  const more = run.entry_count > run.entries.length;
  const { data, error } = useQuery({ queryKey: keys.journal({ run: run.id }), queryFn: () => call("journal_run", run.id), enabled: all && more });
  const entries = data?.entries ?? run.entries;
  const shown = all ? entries : entries.slice(0, FEW);
  const first = run.entries[0];
  const errors = entries.filter((entry) => entry.error !== null);
  return (
    <aside className="insp ac-insp" aria-label={t("activity.detailsLabel")} onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <div className="phead" style={{ paddingRight: 8 }}>
        {isRefused(run) ? (
          <span className="bad">
            <Icon name="error" />
          </span>
        ) : null}
        <h2 className="trunc">{titleOf(run)}</h2>
        <span className="grow" />
        <Button size="sm" kind="ghost" icon="close" aria-label={t("activity.close")} onClick={onClose} />
      </div>
      <div className="ac-body">
        <div className="sect">
          <dl className="kv">
            <dt>{t("activity.project")}</dt>
            <dd className="wrap">
              {run.projects === 1 && first !== undefined ? (
                <button type="button" className="lk-b" onClick={() => go({ screen: "project", id: first.project, tab: "rules" })}>
                  <bdi>{first.path}</bdi>
                </button>
              ) : (
                t("activity.run", { projects: t("activity.projects", { count: run.projects }) })
              )}
            </dd>
            <dt>{t("activity.when")}</dt>
            <dd>{whenOf(run)}</dd>
            <dt>{t("activity.state")}</dt>
            <dd>{outcomes(run.counts)}</dd>
            {run.undo.undone === 0 ? null : (
              <>
                <dt>{t("activity.reverted")}</dt>
                <dd>{stillToRevert(run) ?? t("activity.changes", { count: run.undo.undone })}</dd>
              </>
            )}
            <dt>{t("activity.who")}</dt>
            <dd>
              {t("activity.you")}, {t("activity.here")}
            </dd>
            <dt>{t("activity.effect")}</dt>
            <dd>{run.counts.done === 0 ? t("activity.noState") : effect(run)}</dd>
          </dl>
        </div>
        <div className="sect">
          <h3>{t("activity.before")}</h3>
          <ul className="ac-entries">
            {shown.map((entry, index) => (
              <li key={`${entry.project}-${index}`}>
                {run.projects > 1 ? (
                  <div className="f11 t3 trunc" title={entry.path}>
                    <bdi>{entry.path}</bdi>
                  </div>
                ) : null}
                <ChangeList changes={[entry.change]} />
                <Outcome entry={entry} />
              </li>
            ))}
          </ul>
          {!all && run.entry_count > FEW ? (
            <Button size="sm" onClick={() => setUnfolded(run.id)}>
              {t("activity.moreEntries", { count: run.entry_count - FEW })}
            </Button>
          ) : null}
          {error === null ? null : <ErrorNotice error={asApiError(error)} />}
        </div>
        {errors.slice(0, 3).map((entry, index) => (
          <div className="sect" key={index}>
            {entry.error === null ? null : <ErrorNotice error={entry.error} fresh={false} />}
          </div>
        ))}
        {run.counts.done === 0 ? null : (
          <div className="ac-bars">
            <StateBars title={t("activity.states")} now={sum(run, "before")} after={sum(run, "after")} nowName={t("activity.beforeStates")} />
          </div>
        )}
        <div className="sect">
          <h3>{t("activity.what")}</h3>
          <p className="f12 t2 ac-p">{advice(run)}</p>
        </div>
      </div>
      {run.can_undo ? (
        <div className="efoot" style={{ padding: "0 12px" }}>
          <Button kind="filled" icon="undo" onClick={onRevert}>
            {t("activity.revert")}
          </Button>
        </div>
      ) : null}
    </aside>
  );
}

/** What became of a change that is not simply done: the outcome, its reason, and how long a rule was missing. */
function Outcome({ entry }: { entry: EntryView }) {
  const bad = BAD.includes(entry.state);
  const outcome = t(`activity.outcome.${entry.state}`);
  const { exposure } = entry;
  // A rule that is created at once after the old one was deleted is what the review announced.
  const missing = exposure !== null && (exposure.until === null || exposure.until - exposure.from > 1);
  return (
    <>
      {entry.state === "done" ? null : (
        <div className={`row f11 ${bad ? "bad" : "warn"}`} style={{ gap: 4 }}>
          <Icon name={bad ? "error" : "warning"} size="xs" />
          {entry.reason === null ? outcome : t("activity.because", { outcome, reason: t(`activity.reason.${entry.reason}`) })}
        </div>
      )}
      {!missing ? null : (
        <div className="row f11 warn" style={{ gap: 4 }}>
          <Icon name="clock" size="xs" />
          {exposure.until === null
            ? t("activity.exposedSince", { from: moment(exposure.from) })
            : t("activity.exposedFor", { time: duration(exposure.until - exposure.from), from: moment(exposure.from) })}
        </div>
      )}
      {entry.undone ? <div className="f11 t3">{t("activity.entryReverted")}</div> : null}
    </>
  );
}

function advice(run: RunView): string {
  const parts: string[] = [];
  if (run.counts.exposed > 0) parts.push(t("activity.whatExposed"));
  if (run.counts.unclear > 0) parts.push(t("activity.whatUnclear"));
  if (run.can_undo) parts.push(t(run.undo.undone > 0 ? "activity.whatRest" : "activity.whatRevert"), t("activity.whatOverlap"));
  if (run.undo.out_of_reach > 0) parts.push(t("activity.outOfReach", { count: run.undo.out_of_reach }));
  if (isReverted(run)) parts.push(t("activity.whatReverted"));
  return parts.length === 0 ? t("activity.whatFailed") : parts.join(" ");
}

function whenOf(run: RunView): string {
  const from = moment(run.started_at);
  if (run.finished_at === null) return run.running ? from : `${from}, ${t("activity.unfinished")}`;
  return moment(run.finished_at) === from ? from : t("activity.whenRange", { from, to: until(run.started_at, run.finished_at) });
}

/** The time alone where the day is the same. */
function until(from: number, to: number): string {
  return date(from) === date(to) ? clock(to) : moment(to);
}
