import { memo } from "react";

import { Button } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Icon } from "../../components/Icon";
import type { FutureTag, NearMissView, PreviewAnswer, TagOutcome } from "../../ipc/bindings";
import { useStore, type Store } from "../../state/store";
import { slices } from "./bytes";
import { OutcomeFilter } from "./OutcomeFilter";
import { PreviewLines } from "./PreviewLines";
import { Rich } from "./say/Rich";
import { sayWhy } from "./say/why";
import { t } from "./say/t";
import { value } from "./say/values";
import type { LivePreview } from "./usePreview";

/** Near misses shown at most. */
const MOST_NEAR = 3;
/** Names that do not exist yet shown at most. */
const MOST_FUTURE = 4;

export type PreviewPaneProps = {
  live: Store<LivePreview>;
  /** Rows came in sight: the first, and the one after the last. */
  onRange: (from: number, to: number) => void;
  outcomes: readonly TagOutcome[];
  onToggle: (outcome: TagOutcome) => void;
  onShowAll: () => void;
  /** Repositories of which only the heading is listed. */
  collapsed: readonly number[];
  onCollapse: (repository: number) => void;
  /** Changes the pattern to a near miss's; `null` where it cannot be changed. */
  onPattern: ((pattern: string) => void) | null;
  /** Whether there is a rule to preview; without one nothing is on its way. */
  asked: boolean;
  /** Leads to where names can be tried. */
  onTest: (() => void) | null;
  /** Covered means immutable: there is one setting instead of rules. */
  immutable?: boolean;
  /** The counts stand elsewhere, and so does the head. */
  bare?: boolean;
};

/** What the draft would do to the tags that exist. */
export const PreviewPane = memo(function PreviewPane(props: PreviewPaneProps) {
  const live = useStore(props.live);
  const { shown } = live;
  return (
    <section className="pv" aria-label={t("rules.preview.label")} aria-busy={live.slow}>
      {props.bare === true ? null : (
        <>
          <PreviewHead live={live} />
          <OutcomeFilter counts={shown?.outcomes ?? null} on={props.outcomes} onToggle={props.onToggle} immutable={props.immutable} />
        </>
      )}
      <div className={`pv-bar${live.slow ? " is-on" : ""}`} aria-hidden="true" />
      {live.failure === null ? null : (
        <div className="pv-error">
          <ErrorNotice error={live.failure} />
        </div>
      )}
      {live.dimmed ? <p className="pv-old">{t("rules.preview.lastValid")}</p> : null}
      <List {...props} now={live} />
      {shown === null ? null : (
        <>
          <WhatChanges answer={shown} dimmed={live.dimmed} />
          <Future title={t("rules.preview.future")} tags={shown.future} sign="+" dimmed={live.dimmed} />
          <Future title={t("rules.preview.futureLost")} tags={shown.future_lost.map((name) => ({ name, added: false }))} sign="-" dimmed={live.dimmed} />
          <LeftOut answer={shown} dimmed={live.dimmed} />
          <NearMisses answer={shown} dimmed={live.dimmed} onPattern={props.onPattern} />
        </>
      )}
    </section>
  );
});

/** Title, how much was looked at, and how long it took. */
export function PreviewHead({ live, title = true }: { live: LivePreview; title?: boolean }) {
  const { shown } = live;
  return (
    <div className={title ? "phead" : "row"}>
      {title ? <h2>{t("rules.preview.title")}</h2> : null}
      <span className="f12 t3 trunc">{shown === null ? "" : about(shown)}</span>
      <span className="grow" />
      <span className="f11 t3 row pv-took" style={{ gap: 4 }}>
        {live.slow ? (
          t("rules.preview.working")
        ) : shown === null || !isLookedAt(shown) ? null : (
          <>
            <span className="ok">
              <Icon name="check" size="xs" />
            </span>
            {took(shown)}
          </>
        )}
      </span>
    </div>
  );
}

function about(answer: PreviewAnswer): string {
  const tags = t("rules.preview.tags", { count: answer.tags });
  return answer.projects > 1
    ? t("rules.preview.aboutProjects", { tags, projects: t("rules.preview.projects", { count: answer.projects }) })
    : t("rules.preview.about", { tags, repositories: t("rules.preview.repositories", { count: answer.repositories }) });
}

/** Whether tags were compared with a pattern, so that it took any time. */
function isLookedAt(answer: PreviewAnswer): boolean {
  return answer.tags > 0 && answer.pattern_error === null;
}

function took(answer: PreviewAnswer): string {
  return answer.micros < 1000 ? t("rules.preview.underOne") : t("rules.preview.took", { ms: Math.round(answer.micros / 1000) });
}

function List(props: PreviewPaneProps & { now: LivePreview }) {
  const { now: live, onTest } = props;
  const { shown } = live;
  if (shown === null && !props.asked) {
    return (
      <div className="scroll pv-empty">
        <EmptyState title={t("rules.preview.idle")}>{t("rules.preview.idleText")}</EmptyState>
      </div>
    );
  }
  if (shown === null) {
    return (
      <div className="scroll">
        {live.failure === null
          ? Array.from({ length: 6 }, (_, index) => <div key={index} className="pr is-coming" />)
          : null}
      </div>
    );
  }
  if (shown.tags === 0) {
    return (
      <div className="scroll pv-empty">
        <EmptyState title={t("rules.preview.emptyTitle")} actions={onTest === null ? undefined : <Button icon="simulator" onClick={onTest}>{t("rules.preview.testNames")}</Button>}>
          {t("rules.preview.emptyText")}
        </EmptyState>
      </div>
    );
  }
  const newest = live.newest?.pattern_error ?? null;
  // Nothing valid was there before that could be shown instead.
  if (shown.pattern_error !== null && newest !== null && newest.code !== "blank" && newest.kind === "refused" && shown.outcomes.no_longer === 0) {
    return (
      <div className="scroll pv-empty">
        <EmptyState title={t("rules.preview.invalid")}>{t("rules.preview.invalidText")}</EmptyState>
      </div>
    );
  }
  if (shown.pattern_error?.code === "blank" && shown.outcomes.no_longer === 0) {
    return (
      <div className="scroll pv-empty">
        <EmptyState title={t("rules.preview.blank")}>{t("rules.preview.blankText")}</EmptyState>
      </div>
    );
  }
  if (shown.total_lines === 0) {
    return (
      <div className="scroll pv-empty">
        <EmptyState title={t("rules.preview.nothing")} actions={<Button onClick={props.onShowAll}>{t("rules.preview.showAll")}</Button>}>
          {t("rules.preview.nothingText")}
        </EmptyState>
      </div>
    );
  }
  return (
    <PreviewLines
      total={shown.total_lines}
      line={live.line}
      onRange={props.onRange}
      stamp={live.stamp}
      dimmed={live.dimmed}
      collapsed={props.collapsed}
      onCollapse={props.onCollapse}
      immutable={props.immutable === true}
    />
  );
}

/** What becomes of tags that move, such as `latest`, when nobody can move them any more. */
function WhatChanges({ answer, dimmed }: { answer: PreviewAnswer; dimmed: boolean }) {
  const moving = answer.findings.flatMap((finding) => (finding.what.code === "blocks_moving_tags" ? finding.what.tags : []));
  const immutable = answer.changes.reduce((sum, change) => sum + (change.to === "immutable" ? change.tags : 0), 0);
  if (moving.length === 0 || immutable === 0) return null;
  const names = [...new Set(moving)].map((name) => `\`${value(name)}\``);
  return (
    <div className={`pv-x${dimmed ? " is-dimmed" : ""}`}>
      <h3>{t("rules.preview.what")}</h3>
      <p className="f12 t2">
        <Rich text={t("rules.preview.whatText", { count: immutable, names: listed(names) })} />
      </p>
    </div>
  );
}

/** “a, b and c”. */
function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(t("rules.words.comma"))}${t("rules.words.and")}${last}`;
}

type FutureProps = { title: string; tags: readonly FutureTag[]; sign: "+" | "-"; dimmed: boolean };

/** Names that do not exist yet. Those that only the edit lets in have a plus, as rows have. */
function Future({ title, tags, sign, dimmed }: FutureProps) {
  if (tags.length === 0) return null;
  const lost = sign === "-";
  return (
    <div className={`pv-x${dimmed ? " is-dimmed" : ""}`}>
      <h3>{title}</h3>
      <ul className="row pv-future">
        {tags.slice(0, MOST_FUTURE).map(({ name, added }) => (
          <li key={name} className="chip mono" title={added ? `${name} (${t("rules.preview.futureAdded")})` : name}>
            {lost || added ? (
              <span className={`gl ${lost ? "del" : "add"}`} aria-hidden="true">
                {lost ? "−" : "+"}
              </span>
            ) : null}
            {lost ? (
              <bdi className="trunc">{name}</bdi>
            ) : (
              <mark className="trunc">
                <bdi>{name}</bdi>
              </mark>
            )}
            {added ? <span className="sr">{t("rules.preview.futureAdded")}</span> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

function NearMisses(props: { answer: PreviewAnswer; dimmed: boolean; onPattern: ((pattern: string) => void) | null }) {
  const { answer, dimmed, onPattern } = props;
  const shown = answer.near_misses.slice(0, MOST_NEAR);
  const total = Math.max(answer.near_miss_total, shown.length);
  // Without a pattern, or without tags, there is nothing that could be near.
  if (answer.tags === 0 || answer.pattern_error !== null) return null;
  // The repositories that are left out stand here instead of nothing.
  if (shown.length === 0 && (answer.chosen?.left_out.length ?? 0) > 0) return null;
  return (
    <div className={`pv-x${dimmed ? " is-dimmed" : ""}`}>
      <h3>
        {t("rules.preview.near")}{" "}
        {shown.length === 0 ? null : <span className="t3">{t("rules.preview.nearOf", { shown: shown.length, total })}</span>}
      </h3>
      {shown.length === 0 ? (
        <p className="f12 t3">
          {answer.outcomes.not_matched === 0 && answer.outcomes.no_longer === 0
            ? t("rules.preview.nearNothing")
            : t("rules.preview.nearNone")}
        </p>
      ) : (
        <ul>
          {shown.map((miss) => (
            <li key={miss.name}>
              <NearMiss miss={miss} onPattern={onPattern} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function NearMiss({ miss, onPattern }: { miss: NearMissView; onPattern: ((pattern: string) => void) | null }) {
  const [before, inside, after] = slices(miss.name, miss.span);
  const said = (
    <>
      <span className="gl eq" aria-hidden="true">
        ·
      </span>
      <span className="mono trunc">
        <bdi>
          {before}
          <s>{inside}</s>
          {after}
        </bdi>
      </span>
      <span className="t3 trunc">{sayWhy(miss.why)}</span>
    </>
  );
  const { suggestion } = miss;
  if (suggestion === null || onPattern === null) {
    return (
      <div className="nm" title={miss.name}>
        {said}
      </div>
    );
  }
  return (
    <button type="button" className="nm nm-b" title={t("rules.preview.nearUse", { name: miss.name, pattern: suggestion })} onClick={() => onPattern(suggestion)}>
      {said}
    </button>
  );
}

/** Repositories that the rule leaves out. */
function LeftOut({ answer, dimmed }: { answer: PreviewAnswer; dimmed: boolean }) {
  const { chosen } = answer;
  if (chosen === null || chosen.left_out.length === 0) return null;
  const more = answer.repositories - chosen.covered - chosen.left_out.length;
  return (
    <div className={`pv-x${dimmed ? " is-dimmed" : ""}`}>
      <h3>{t("rules.preview.leftOut")}</h3>
      <ul className="row pv-future">
        {chosen.left_out.map((name) => (
          <li key={name} className="chip mono" title={name}>
            <bdi className="trunc">{name}</bdi>
          </li>
        ))}
        {more > 0 ? <li className="f12 t3">{t("rules.preview.leftOutMore", { count: more })}</li> : null}
      </ul>
    </div>
  );
}
