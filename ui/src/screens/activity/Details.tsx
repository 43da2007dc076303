import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Icon } from "../../components/Icon";
import { clock, moment } from "../../format";
import type { EntryView, RunView } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { keys } from "../../state/queries";
import { go } from "../../state/route";
import { ChangeList } from "../review/ChangeList";
import { StateBars } from "../rules/StateBars";
import { t } from "../rules/say/t";
import { BAD, isRefused, sum, tagsChanged } from "./say";
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
            <dd>{run.finished_at === null ? `${moment(run.started_at)}, ${t("activity.unfinished")}` : whenOf(run.started_at, run.finished_at)}</dd>
            <dt>{t("activity.who")}</dt>
            <dd>
              {t("activity.you")}, {t("activity.here")}
            </dd>
            <dt>{t("activity.effect")}</dt>
            <dd>{tagsChanged(run.changed_tags, sum(run, "before"), sum(run, "after"))}</dd>
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
                {entry.state === "done" ? null : <Outcome entry={entry} />}
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
        {isRefused(run) ? null : (
          <div className="ac-bars">
            <StateBars title={t("activity.states")} now={sum(run, "before")} after={sum(run, "after")} nowName={t("activity.beforeStates")} />
          </div>
        )}
        <div className="sect">
          <h3>{t("activity.what")}</h3>
          <p className="f12 t2 ac-p">{advice(run)}</p>
        </div>
      </div>
      {run.can_undo && run.undone_by === null ? (
        <div className="efoot" style={{ padding: "0 12px" }}>
          <Button kind="filled" icon="undo" onClick={onRevert}>
            {t("activity.revert")}
          </Button>
        </div>
      ) : null}
    </aside>
  );
}

function Outcome({ entry }: { entry: EntryView }) {
  const bad = BAD.includes(entry.state);
  return (
    <div className={`row f11 ${bad ? "bad" : "warn"}`} style={{ gap: 4 }}>
      <Icon name={bad ? "error" : "warning"} size="xs" />
      {t(`activity.outcome.${entry.state}`)}
    </div>
  );
}

function advice(run: RunView): string {
  if (run.undone_by !== null) return t("activity.whatReverted");
  if (!run.can_undo) return t("activity.whatFailed");
  return `${t("activity.whatRevert")} ${t("activity.whatOverlap")}`;
}

function whenOf(from: number, to: number): string {
  return clock(from) === clock(to) ? moment(from) : t("activity.whenRange", { from: moment(from), to: clock(to) });
}
