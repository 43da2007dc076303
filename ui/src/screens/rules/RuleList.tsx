import { useRef, type KeyboardEvent } from "react";

import { Button } from "../../components/Button";
import { ErrorCode } from "../../components/ErrorNotice";
import { Message } from "../../components/Message";
import { RulePips } from "../../components/State";
import type { Capabilities, Draft, Finding, Fix, StateCounts } from "../../ipc/bindings";
import { rulesUsed, statusOf } from "./draft";
import { kindOf, RuleCard } from "./RuleCard";
import { StateBars } from "./StateBars";
import { t } from "./say/t";

export type RuleListProps = {
  draft: Draft;
  capabilities: Capabilities;
  /** Tags that each rule of the draft matches; `null` where not known. */
  tags: readonly (number | null)[];
  /** Warnings for each rule of the draft. */
  warnings: readonly (readonly string[])[];
  now: StateCounts;
  after: StateCounts | null;
  /** Why nothing can be changed here. */
  readOnly: string | null;
  /** The limit is explained. */
  limitShown: boolean;
  /** A finding that would make one rule of two. */
  overlap: { finding: Finding; fix: Fix } | null;
  onChoose: (rule: number) => void;
  onEdit: () => void;
  onDelete: (rule: number) => void;
  onRestore: (rule: number) => void;
  onNew: () => void;
  onMerge: () => void;
  /** Opens the rule whose finding says what overlaps. */
  onShowOverlap: () => void;
  onCloseLimit: () => void;
};

/** The project's rules, and what they make of its tags. */
export function RuleList(props: RuleListProps) {
  const { draft, capabilities, readOnly } = props;
  const list = useRef<HTMLDivElement>(null);
  const used = rulesUsed(draft);
  const limit = capabilities.rule_limit;
  const shown = capabilities.rules_shown;
  const saved = draft.rules.flatMap((rule) => (rule.saved !== null && rule.wanted !== null ? [kindOf(rule.wanted)] : []));
  const fresh = used - saved.length;
  const chosen = draft.editing ?? -1;

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLElement && event.target.tagName === "BUTTON") return;
    const last = draft.rules.length - 1;
    const to = { ArrowDown: chosen + 1, ArrowUp: chosen - 1, Home: 0, End: last }[event.key];
    if (to !== undefined) {
      const next = Math.min(Math.max(to, 0), last);
      props.onChoose(next);
      document.getElementById(cardId(next))?.scrollIntoView?.({ block: "nearest" });
    } else if (event.key === "Enter") props.onEdit();
    else if (event.key === "Delete" && readOnly === null && chosen >= 0) props.onDelete(chosen);
    else return;
    event.preventDefault();
  };

  return (
    <section className="rl" aria-label={t("rules.list.label")}>
      <div className="phead">
        <span className="row" style={{ gap: 8 }}>
          <RulePips rules={saved} limit={limit ?? shown} fresh={fresh} />
          <span className="f12 m nowrap">{limit === null ? (shown === null ? t("rules.list.noLimit", { count: used }) : t("rules.list.ofShown", { used: used - fresh, limit: shown })) : t("rules.list.ofLimit", { used: used - fresh, limit })}</span>
        </span>
        <span className="grow" />
        <Button size="sm" icon="plus" disabledReason={readOnly} onClick={props.onNew}>
          {t("rules.list.new")}
        </Button>
      </div>
      {props.limitShown && limit !== null ? (
        <div className="rl-note">
          <Message
            severity="warning"
            role="status"
            title={t("rules.limit.title", { limit })}
            actions={
              <>
                {props.overlap === null ? null : (
                  <>
                    <Button size="sm" icon="wand" onClick={props.onMerge}>
                      {t("rules.limit.merge")}
                    </Button>
                    <Button size="sm" kind="ghost" onClick={props.onShowOverlap}>
                      {t("rules.limit.show")}
                    </Button>
                  </>
                )}
                <Button size="sm" kind="ghost" onClick={props.onCloseLimit}>
                  {t("rules.limit.close")}
                </Button>
                <ErrorCode code="rules.limit" />
              </>
            }
          >
            {t("rules.limit.text", { product: capabilities.product, limit })}{" "}
            {t(props.overlap === null ? "rules.limit.delete" : "rules.limit.overlap")}
          </Message>
        </div>
      ) : null}
      <div
        ref={list}
        className="rl-cards"
        role="listbox"
        aria-label={t("rules.list.label")}
        aria-activedescendant={draft.editing === null ? undefined : cardId(draft.editing)}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {draft.rules.map((rule, index) => (
          <RuleCard
            key={`${rule.saved?.id ?? "new"}-${index}`}
            id={cardId(index)}
            rule={rule}
            current={index === draft.editing}
            tags={props.tags[index] ?? null}
            warnings={statusOf(rule) === "deleted" ? "" : (props.warnings[index] ?? []).join("\n")}
            index={index}
            onChoose={props.onChoose}
            onRestore={props.onRestore}
          />
        ))}
      </div>
      <StateBars title={t("rules.list.inProject")} now={props.now} after={props.after} kinds={capabilities.kinds} />
    </section>
  );
}

function cardId(index: number): string {
  return `rule-card-${index}`;
}
