import { useRef, type KeyboardEvent } from "react";

import { Icon } from "../../components/Icon";
import { number } from "../../format";
import type { OutcomeCounts, TagOutcome } from "../../ipc/bindings";
import { t } from "./say/t";

/** Outcomes in the order of the columns, with their signs. */
export const OUTCOMES = ["newly_covered", "no_longer_covered", "still_covered", "not_matched"] as const satisfies readonly TagOutcome[];

/** Sign and look of an outcome. */
export const SIGN: Readonly<Record<TagOutcome, { sign: string; look: string }>> = {
  newly_covered: { sign: "+", look: "add" },
  no_longer_covered: { sign: "−", look: "del" },
  still_covered: { sign: "=", look: "eq" },
  not_matched: { sign: "·", look: "eq" },
};

/** What an outcome is called: of a rule, or of the one setting that makes tags immutable. */
export function sayOutcome(outcome: TagOutcome, immutable: boolean): string {
  return immutable ? t(`mutability.outcome.${outcome}`) : t(`rules.preview.${outcome}`);
}

/** How many tags have an outcome. */
export function countOf(counts: OutcomeCounts, outcome: TagOutcome): number {
  switch (outcome) {
    case "newly_covered":
      return counts.newly;
    case "no_longer_covered":
      return counts.no_longer;
    case "still_covered":
      return counts.still;
    case "not_matched":
      return counts.not_matched;
  }
}

/** The four outcomes with their numbers; each can be shown or not. */
export function OutcomeFilter(props: { counts: OutcomeCounts | null; on: readonly TagOutcome[]; onToggle: (outcome: TagOutcome) => void; immutable?: boolean | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const buttons = [...(box.current?.querySelectorAll("button") ?? [])];
    const at = buttons.findIndex((button) => button === document.activeElement);
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
    event.preventDefault();
  };
  return (
    <div className={`pv-chips${props.immutable === true ? " is-immutable" : ""}`} role="group" aria-label={t("rules.preview.filter")} ref={box} onKeyDown={onKeyDown}>
      {OUTCOMES.map((outcome) => {
        const count = props.counts === null ? null : countOf(props.counts, outcome);
        const on = props.on.includes(outcome);
        const name = sayOutcome(outcome, props.immutable === true);
        return (
          <button
            key={outcome}
            type="button"
            aria-pressed={on}
            onClick={() => props.onToggle(outcome)}
          >
            <span className="k">
              {name}
              {count === null ? null : <span className="pause">,</span>}
            </span>{" "}
            <span className="v">
              <span className={`gl ${SIGN[outcome].look}`} style={{ width: 11 }} aria-hidden="true">
                {SIGN[outcome].sign}
              </span>
              {count === null ? <span aria-hidden="true">–</span> : number(count)}
            </span>
            <span className="cb" aria-hidden="true">
              {on ? <Icon name="check" /> : null}
            </span>
          </button>
        );
      })}
    </div>
  );
}
