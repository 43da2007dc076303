// The three states of a tag, in the same textures everywhere: hollow, hatched, solid.
// Signs are drawn by the dozen at every keystroke; a hook in each, for a change of language, would be felt.
import { t } from "i18next";
import { memo } from "react";
import type { RuleKind, StateCounts, TagState } from "../ipc/bindings";
import { percent } from "../format";
import { Icon } from "./Icon";

const STYLE: Record<TagState, string> = { open: "open", protected: "prot", immutable: "imm", unknown: "unk" };

/** Class of the texture of a state, for spines and swatches. */
export function textureOf(state: TagState): string {
  return `tx-${STYLE[state]}`;
}

/** The state as a word with its sign. */
export function StateBadge({ state }: { state: TagState }) {
  return <span className={`st ${STYLE[state]}`}><Icon name={state} size="xs" />{t(`common.state.${state}`)}</span>;
}

/** The state as a sign alone; the word is its name, unless the word stands beside it. */
export const StateIcon = memo(function StateIcon({ state, size = "xs", decorative = false }: { state: TagState; size?: "s" | "xs"; decorative?: boolean }) {
  return <span className={`si ${STYLE[state]}`}><Icon name={state} size={size} {...(!decorative && { label: t(`common.state.${state}`) })} /></span>;
});

/** From one state to another. */
export function StateArrow({ from, to }: { from: TagState; to: TagState }) {
  return (
    <span className="row" style={{ gap: 2 }}>
      <StateIcon state={from} />
      <span className="t3"><Icon name="arrow" size="xs" /></span>
      <StateIcon state={to} />
    </span>
  );
}

const ORDER = ["open", "protected", "immutable", "unknown"] as const;

/** How a number of tags is divided among the states. */
export function ShareBar({ states, width }: { states: StateCounts; width?: number | string }) {
  const all = ORDER.reduce((sum, state) => sum + states[state], 0);
  const told = ORDER.filter((state) => state !== "unknown" || states.unknown > 0)
    .map((state) => t("common.share", { state: t(`common.state.${state}`), percent: percent(states[state], all) }));
  return (
    <span className="share" role="img" aria-label={all === 0 ? t("common.noTags") : told.join(", ")} style={width === undefined ? undefined : { width }}>
      {ORDER.filter((state) => states[state] > 0).map((state) => (
        <i key={state} className={textureOf(state)} style={{ flex: `${states[state]} 0 0` }} />
      ))}
    </span>
  );
}

/** The three textures with their words, and with that of an unknown state where there may be one. */
export function StateLegend({ unknown = false }: { unknown?: boolean }) {
  return (
    <span className="row" style={{ gap: 14, height: 24 }}>
      {ORDER.filter((state) => unknown || state !== "unknown").map((state) => (
        <span key={state} className="row f11 t3" style={{ gap: 5 }}>
          <i className={textureOf(state)} style={{ width: 12, height: 9, borderRadius: 1, display: "block" }} />
          {t(`common.state.${state}`)}
        </span>
      ))}
    </span>
  );
}

/** Rules in use, one pip each, of those allowed. `fresh` rules of a draft are drawn after them. */
export function RulePips({ rules, limit, fresh = 0 }: { rules: readonly RuleKind[]; limit: number | null; fresh?: number }) {
  const free = limit === null ? 0 : Math.max(0, limit - rules.length - fresh);
  const many = (limit ?? rules.length) > 8;
  const used = rules.length + fresh;
  return (
    <span
      className={`pips${many ? " many" : ""}`}
      role="meter"
      aria-label={t("common.rulesUsed")}
      aria-valuenow={used}
      aria-valuemin={0}
      aria-valuemax={Math.max(limit ?? used, used)}
      aria-valuetext={limit === null ? String(used) : t("common.of", { part: used, whole: limit })}
    >
      {rules.map((kind, index) => <i key={index} className={textureOf(kind)} />)}
      {Array.from({ length: fresh }, (_, index) => <i key={`fresh-${index}`} className="new" />)}
      {Array.from({ length: free }, (_, index) => <i key={`free-${index}`} />)}
    </span>
  );
}
