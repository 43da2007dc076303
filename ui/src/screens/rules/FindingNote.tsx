import { useState, type KeyboardEvent } from "react";

import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { PatternText } from "../../components/PatternText";
import type { Dialect, Finding, Fix, What } from "../../ipc/bindings";
import { meaningOf, sayFinding } from "./say/findings";
import { Rich } from "./say/Rich";
import { t } from "./say/t";
import { value } from "./say/values";

type Replacement = Extract<Fix, { do: "replace_pattern" }>;

/** Suggestions shown at most. */
const MOST_SUGGESTIONS = 3;

export type FindingNoteProps = {
  finding: Finding;
  product: string;
  dialect: Dialect;
  pattern: string;
  /** The pattern of repositories, where there is one. */
  repositories: string | undefined;
  readOnly: boolean;
  /** This is the fix that Alt F applies. */
  first: boolean;
  /** The suggestion chosen among several, by its pattern. */
  chosen: string | null;
  onChoose: (pattern: string) => void;
  onFix: (fix: Fix) => void;
  onKeep: () => void;
};

/** What is probably not meant, with the changes that would mend it. */
export function FindingNote(props: FindingNoteProps) {
  const { finding, product, dialect, pattern, readOnly } = props;
  const said = sayFinding(finding.what, { product, dialect, pattern, repositories: props.repositories });
  const replacements = finding.fixes.filter((fix): fix is Replacement => fix.do === "replace_pattern").slice(0, MOST_SUGGESTIONS);
  const fix = pick(finding, replacements, props.chosen);
  const part = "part" in finding.what ? finding.what.part : "tags";
  const severe = finding.severity === "incident";
  const look = severe ? "d" : finding.severity === "warning" ? "w" : "";
  return (
    <div className={`note finding ${look}`} data-message="" tabIndex={-1}>
      <Icon name={finding.severity === "note" ? "info" : severe ? "error" : "warning"} label={t(`findings.severity.${finding.severity}`)} />
      <div className="grow">
        <b className="b">
          <Rich text={said.title} />
        </b>{" "}
        <Rich text={said.text} />{" "}
        {replacements[0] === undefined || said.text.includes(`\`${value(replacements[0].pattern)}\``) ? <Rich text={said.remedy} /> : <Rich text={t("rules.fix.mean", { pattern: value(replacements[0].pattern) })} />}
        {replacements.length > 1 ? (
          <Suggestions list={replacements} chosen={fix?.do === "replace_pattern" ? fix.pattern : ""} dialect={dialect} onChoose={props.onChoose} />
        ) : null}
        <div className="row finding-do">
          {fix === null || readOnly ? null : (
            <Button size="sm" icon="wand" className="finding-fix" {...(props.first ? { kbd: "Alt F" } : {})} onClick={() => props.onFix(fix)}>
              {fixLabel(fix, finding.what)}
            </Button>
          )}
          {readOnly ? null : (
            <Button size="sm" kind="ghost" onClick={props.onKeep}>
              {t("rules.fix.keep", { pattern: value(part === "repositories" ? (props.repositories ?? "") : pattern, 24) })}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

/** The fix a finding offers first, or the suggestion chosen. */
export function pick(finding: Finding, replacements: readonly Replacement[], chosen: string | null): Fix | null {
  return replacements.find((one) => one.pattern === chosen) ?? replacements[0] ?? finding.fixes[0] ?? null;
}

function fixLabel(fix: Fix, what: What): string {
  switch (fix.do) {
    case "replace_pattern":
    case "replace_repositories":
      return t(what.code === "bare_comma" ? "rules.fix.write" : "rules.fix.use", { pattern: value(fix.pattern, 32) });
    case "replace_selector":
      return t(fix.tags.mode === "excluding" ? "rules.fix.exclude" : "rules.fix.use", { pattern: value(fix.tags.pattern, 32) });
    case "delete_rule":
      return t("rules.fix.delete");
    case "merge":
      return t("rules.fix.merge");
  }
}

function Suggestions(props: { list: readonly Replacement[]; chosen: string; dialect: Dialect; onChoose: (pattern: string) => void }) {
  const { list, chosen, dialect, onChoose } = props;
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = list.findIndex((one) => one.pattern === chosen);
    const next = (at + step + list.length) % list.length;
    onChoose(list[next]?.pattern ?? chosen);
    box?.querySelectorAll<HTMLElement>("[role=radio]")[next]?.focus();
  };
  return (
    <div className="sugg" role="radiogroup" aria-label={t("rules.fix.suggestions")} ref={setBox} onKeyDown={onKeyDown}>
      {list.map((one) => (
        <button
          key={one.pattern}
          type="button"
          role="radio"
          aria-checked={one.pattern === chosen}
          tabIndex={one.pattern === chosen ? 0 : -1}
          className="sugg-i"
          onClick={() => onChoose(one.pattern)}
        >
          <span className="rad" aria-hidden="true" data-on={one.pattern === chosen ? "" : undefined} />
          <PatternText pattern={one.pattern} dialect={dialect} />
          <span className="grow" />
          <span className="f12 t3 trunc">{one.meaning === null ? "" : meaningOf(one.meaning)}</span>
          <span className="f12 num sugg-n">{t("rules.fix.count", { count: one.matches })}</span>
        </button>
      ))}
    </div>
  );
}
