import { useId, useRef, useState, type ReactNode, type RefObject } from "react";

import { Icon } from "../../components/Icon";
import { Message } from "../../components/Message";
import type { PatternFieldHandle } from "../../components/PatternField";
import { Button } from "../../components/Button";
import type { Capabilities, Dialect, Effect, Finding, Fix, PreviewAnswer, Role, Rule } from "../../ipc/bindings";
import { useShortcuts } from "../../state/keys";
import { useStable } from "../../state/stable";
import { BlockToolbar } from "./BlockToolbar";
import { FindingNote, pick } from "./FindingNote";
import { KindChoice } from "./KindChoice";
import { lossOf } from "./loss";
import { PoliteStatus } from "./PoliteStatus";
import { RoleFields } from "./RoleFields";
import { SelectorField } from "./SelectorField";
import { sayCover } from "./say/cover";
import { dialectKey } from "./say/dialect";
import { sayEffects } from "./say/effects";
import { inWords } from "./say/phrases";
import { Rich } from "./say/Rich";
import { sayRole } from "./say/roles";
import { t } from "./say/t";
import { sayLoss, sayMend } from "./say/why";
import { useMessageKeys } from "./useMessageKeys";

export type RuleEditorProps = {
  rule: Rule;
  saved: Rule | null;
  /** The rule shall be deleted: nothing but restoring it is offered. */
  deleted: boolean;
  capabilities: Capabilities;
  /** The user's role in the project, when known. */
  userRole: Role | null;
  readOnly: string | null;
  /** The newest answer about this rule, valid or not. */
  newest: PreviewAnswer | null;
  /** The answer that is shown. */
  shown: PreviewAnswer | null;
  dimmed: boolean;
  findings: readonly Finding[];
  /** Where the rule holds. */
  scope: string;
  onPattern: (pattern: string, at: number | null) => void;
  onRepositories: (pattern: string, at: number | null) => void;
  onEffect: (effect: Effect) => void;
  onChange: (rule: Rule) => void;
  onFix: (fix: Fix) => void;
  onKeep: (finding: Finding) => void;
  onUndo: () => void;
  onRedo: () => void;
  onRestore?: () => void;
  onShowLost: () => void;
  field: RefObject<PatternFieldHandle | null>;
  children?: ReactNode;
};


/** One rule: kind, pattern, roles, and what comes of it. */
export function RuleEditor(props: RuleEditorProps) {
  const { rule, capabilities, readOnly, newest, shown } = props;
  const explained = useId();
  const body = useRef<HTMLDivElement>(null);
  const repositories = useRef<PatternFieldHandle>(null);
  const [suggestion, setSuggestion] = useState<string | null>(null);
  const { pattern } = rule.tags;
  const error = newest?.pattern_error ?? null;
  const invalid = error !== null && error.code !== "blank";
  // What was found about the last valid pattern says nothing about the text that is there now.
  const findings = props.deleted || error !== null || newest?.chosen?.error != null ? [] : props.findings;
  const used = [...pattern].length;
  const limit = capabilities.pattern_characters;
  const dialect = rule.tags.dialect;
  const locked = readOnly !== null || props.deleted;
  const first = findings.find((finding) => finding.fixes.length > 0);

  const lost = lossOf(shown);
  const why = props.deleted ? null : shown?.lost;
  const mendFirst = first === undefined && error?.suggestion == null;

  useMessageKeys(body);
  const onBlock = useStable((text: string) => props.onPattern(text, null));
  const onRepositoriesBlock = useStable((text: string) => props.onRepositories(text, null));
  const onInsert = useStable((text: string) => props.field.current?.insert(text));
  useShortcuts({
    "alt+f": () => {
      if (readOnly !== null) return false;
      if (error?.suggestion != null) props.onPattern(error.suggestion, null);
      else {
        const replacements = first?.fixes.filter((fix) => fix.do === "replace_pattern") ?? [];
        const fix = first === undefined ? null : pick(first, replacements, suggestion);
        if (fix !== null) props.onFix(fix);
        else if (why != null) props.onPattern(why.suggestion, null);
        else return false;
      }
      return true;
    },
  });

  return (
    <div className="body" ref={body} data-region="">
      {props.deleted ? (
        <Message
          severity="warning"
          actions={
            props.onRestore === undefined ? null : (
              <Button size="sm" icon="undo" onClick={props.onRestore}>
                {t("rules.editor.restore")}
              </Button>
            )
          }
        >
          {t("rules.editor.deletedText")}
        </Message>
      ) : null}
      {readOnly === null || props.deleted ? null : <Message severity="note">{readOnly}</Message>}
      <KindChoice
        rule={rule}
        saved={props.saved}
        capabilities={capabilities}
        userRole={props.userRole}
        readOnly={props.deleted ? t("rules.editor.deletedText") : readOnly}
        onChange={props.onEffect}
      />
      {rule.repositories === null ? null : (
        <SelectorField
          part="repositories"
          selector={rule.repositories}
          capabilities={capabilities}
          error={newest?.chosen?.error ?? null}
          dimmed={props.dimmed}
          locked={locked}
          count={
            shown?.chosen == null ? null : (
              <span className="num">{t("rules.editor.repositoriesOf", { count: shown.repositories, covered: shown.chosen.covered })}</span>
            )
          }
          onPattern={props.onRepositories}
          onMode={(mode) => rule.repositories !== null && props.onChange({ ...rule, repositories: { ...rule.repositories, mode } })}
          onUndo={props.onUndo}
          onRedo={props.onRedo}
          field={repositories}
        >
          {props.deleted ? null : (
            <BlockToolbar
              dialect={rule.repositories.dialect}
              part="repositories"
              present={newest?.chosen?.error == null ? (newest?.chosen?.block ?? null) : null}
              readOnly={readOnly}
              onPattern={onRepositoriesBlock}
              onInsert={(text) => repositories.current?.insert(text)}
            />
          )}
        </SelectorField>
      )}
      <SelectorField
        part="tags"
        selector={rule.tags}
        capabilities={capabilities}
        error={error}
        dimmed={props.dimmed}
        locked={locked}
        describedBy={explained}
        count={
          <span className={`num${limit !== null && used > limit ? " bad" : ""}`}>
            {limit !== null
              ? t("rules.editor.of", { used, limit })
              : shown === null
                ? t("rules.editor.used", { used })
                : t("rules.editor.tagsOf", { count: shown.tags, covered: shown.outcomes.newly + shown.outcomes.still })}
          </span>
        }
        onPattern={props.onPattern}
        onMode={(mode) => props.onChange({ ...rule, tags: { ...rule.tags, mode } })}
        onUndo={props.onUndo}
        onRedo={props.onRedo}
        field={props.field}
      >
        {props.deleted ? null : (
          <BlockToolbar
            dialect={dialect}
            part="tags"
            present={error === null ? (newest?.block ?? null) : null}
            readOnly={readOnly}
            onPattern={onBlock}
            onInsert={onInsert}
          />
        )}
      </SelectorField>
      {findings.map((finding, index) => (
        <FindingNote
          key={`${finding.what.code}-${"part" in finding.what ? finding.what.part : ""}-${index}`}
          finding={finding}
          product={capabilities.product}
          dialect={dialect}
          pattern={pattern}
          repositories={rule.repositories?.pattern}
          readOnly={readOnly !== null}
          first={finding === first && error?.suggestion == null}
          chosen={finding === first ? suggestion : null}
          onChoose={setSuggestion}
          onFix={props.onFix}
          onKeep={() => props.onKeep(finding)}
        />
      ))}
      <div className="fld">
        <span className="lbl">{t("rules.editor.words")}</span>
        <p className={`expl${invalid ? " t3" : ""}`} id={explained}>
          <Rich text={words(rule, shown)} />
        </p>
      </div>
      {lost > 0 && !props.dimmed ? (
        <div className="note w" data-message="" tabIndex={-1}>
          <Icon name="warning" label={t("findings.severity.warning")} />
          <div className="grow">
            <b className="b">{t("rules.editor.lose", { count: lost })}</b> {why == null ? null : <Rich text={sayLoss(why)} />}
            <div className="row finding-do">
              {why == null || readOnly !== null ? null : (
                <Button size="sm" icon="wand" {...(mendFirst ? { kbd: "Alt F" } : {})} onClick={() => props.onPattern(why.suggestion, null)}>
                  {sayMend(why.why)}
                </Button>
              )}
              {shown !== null && shown.outcomes.no_longer > 0 ? (
                <Button size="sm" kind="ghost" onClick={props.onShowLost}>
                  {t("rules.editor.show", { count: shown.outcomes.no_longer })}
                </Button>
              ) : null}
            </div>
          </div>
        </div>
      ) : null}
      {props.deleted ? null : <RoleFields effect={rule.effect} capabilities={capabilities} readOnly={readOnly} onChange={props.onEffect} />}
      <div className="fld">
        <span className="lbl">{t("rules.editor.effect")}</span>
        <p className={`expl${props.dimmed ? " t3" : ""}`}>{shown === null || shown.pattern_error?.kind === "refused" ? "–" : sayEffects(shown.effects, capabilities.role_names)}</p>
        {props.scope === "" ? null : <p className="hint">{props.scope}</p>}
      </div>
      {rule.repositories === null ? null : <RepositoriesNote dialect={rule.repositories.dialect} />}
      <FixedNote rule={rule} saved={props.saved} deleted={props.deleted} capabilities={capabilities} />
      {props.children}
      <PoliteStatus findings={findings} product={capabilities.product} dialect={dialect} pattern={pattern} repositories={rule.repositories?.pattern} />
    </div>
  );
}

/** The patterns in words: with a choice of repositories, both in one sentence with what comes of them. */
function words(rule: Rule, shown: PreviewAnswer | null): string {
  if (shown === null) return "–";
  if (rule.repositories !== null) return sayCover(rule, shown);
  if (shown.pattern_error !== null) return "–";
  return rule.tags.mode === "excluding" ? t("rules.words.excluding", { words: inWords(shown.words) }) : inWords(shown.words);
}

/** How a registry compares the names of repositories. */
function RepositoriesNote({ dialect }: { dialect: Dialect }) {
  const text = t(`rules.dialect.${dialectKey(dialect)}.repositories`);
  if (text === "") return null;
  return (
    <Message severity="note">
      <Rich text={text} />
    </Message>
  );
}

/** Says that a kind of rule cannot be edited, only made anew. */
function FixedNote({ rule, saved, deleted, capabilities }: { rule: Rule; saved: Rule | null; deleted: boolean; capabilities: Capabilities }) {
  const kind = rule.effect.kind === "protect" ? "protected" : "immutable";
  const capability = capabilities.kinds.find((one) => one.kind === kind);
  if (capability === undefined || capability.editable || deleted) return null;
  const values = {
    product: capabilities.product,
    kind: t(`rules.kind.${kind}`).toLowerCase(),
    role: sayRole(capabilities.role_names, capability.minimum_role),
  };
  const edited = saved !== null && JSON.stringify(saved) !== JSON.stringify(rule);
  return (
    <Message severity={edited ? "warning" : "note"} icon="immutable">
      {edited ? t("rules.editor.recreateNote", values) : t("rules.editor.immutableNote", values)}
    </Message>
  );
}
