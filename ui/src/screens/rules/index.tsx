import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { Button } from "../../components/Button";
import { Checkbox } from "../../components/Checkbox";
import { EmptyState } from "../../components/EmptyState";
import { Message } from "../../components/Message";
import type { PatternFieldHandle } from "../../components/PatternField";
import { PatternText } from "../../components/PatternText";
import type { Draft, Effect, Finding, Fix, ProjectView, TagOutcome } from "../../ipc/bindings";
import { call } from "../../ipc/client";
import { useShortcuts } from "../../state/keys";
import { useStable } from "../../state/stable";
import { go, useRoute } from "../../state/route";
import { act, ruleAt, rulesUsed, statusOf, type DraftAction, type SelectorPart } from "./draft";
import { DialectChoice, triedRule } from "./DialectChoice";
import { DraftFoot } from "./DraftFoot";
import { firstRule } from "./KindChoice";
import { toggled } from "./lists";
import { Panes } from "./Panes";
import { askDraft, findingKey, findingsOf, savedFindings, tagsOf } from "./question";
import { kindOf } from "./RuleCard";
import type { RuledProject } from "./ruled";
import { RuleEditor } from "./RuleEditor";
import { RuleList } from "./RuleList";
import { replaced, sayFinding } from "./say/findings";
import { t } from "./say/t";
import { useDraft } from "./useDraft";
import { usePreview } from "./usePreview";
import { whyReadOnly } from "./whyReadOnly";
import "./rules.css";

const FIRST_OUTCOMES: readonly TagOutcome[] = ["newly_covered", "no_longer_covered", "still_covered"];

/** The rules of a project: the tab of its page. */
export default function RulesScreen({ project }: { project: RuledProject }) {
  const { capabilities, row } = project;
  const open = useDraft(project);
  const { state, dispatch } = open;
  const { draft } = state;
  const { editing } = draft;
  const [outcomes, setOutcomes] = useState(FIRST_OUTCOMES);
  const [collapsed, setCollapsed] = useState<readonly number[]>([]);
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  const [limitShown, setLimitShown] = useState(false);
  const field = useRef<PatternFieldHandle>(null);

  const ask = useCallback((wanted: Draft) => askDraft(row.id, wanted, { outcomes, collapsed }), [row.id, outcomes, collapsed]);
  const question = useMemo(() => ask(draft), [ask, draft]);
  const preview = usePreview(question, open.catchUp);

  const cannotSave = whyReadOnly(project);
  // A registry without rules: nothing can be saved, and every pattern can be tried on its tags.
  const trying = capabilities.kinds.length === 0 && row.read_at !== null;
  const readOnly = trying ? null : cannotSave;
  const rule = ruleAt(draft, editing);
  const edited = editing === null ? undefined : draft.rules[editing];
  const status = edited === undefined ? "same" : statusOf(edited);
  const fresh = preview.shown;
  const allFindings = useMemo(() => [...findingsOf(draft, fresh), ...savedFindings(draft, project)], [draft, fresh, project]);
  const findings = useMemo(() => allFindings.filter((one) => !kept.has(findingKey(one, ruleAt(draft, one.rule)))), [allFindings, kept, draft]);
  const warnings = draft.rules.map((one, index) =>
    findings
      .filter((finding) => finding.rule === index && finding.severity !== "note")
      .map((finding) => sayFinding(finding.what, { product: capabilities.product, dialect: capabilities.dialect, pattern: (one.wanted ?? one.saved?.rule)?.tags.pattern ?? "", repositories: (one.wanted ?? one.saved?.rule)?.repositories?.pattern }).card),
  );
  const overlap = findOverlap(allFindings);

  const write = useStable((part: SelectorPart, pattern: string, at: number | null) => {
    const newest = open.newest();
    const now = ruleAt(newest.draft, editing);
    const selector = now?.[part] ?? null;
    if (editing === null || now === null || selector === null) return;
    const action: DraftAction =
      at === null ? { do: "change", rule: editing, to: { ...now, [part]: { ...selector, pattern } } } : { do: "type", rule: editing, part, pattern, at };
    preview.ask(ask(act(newest, action).draft), at ?? performance.now());
    // The field shows a letter by itself; the rest of the page changes with the answer.
    if (at === null) dispatch(action);
    else open.dispatchLate(action);
  });
  const setPattern = useCallback((pattern: string, at: number | null) => write("tags", pattern, at), [write]);
  const addRule = useCallback(
    (pattern = "") => {
      if (readOnly !== null) return;
      const first = trying ? triedRule(capabilities) : firstRule(capabilities, row.role);
      if (first === null) return;
      if (capabilities.rule_limit !== null && rulesUsed(draft) >= capabilities.rule_limit) {
        setLimitShown(true);
        return;
      }
      dispatch({ do: "add", to: { ...first, tags: { ...first.tags, pattern } } });
      requestAnimationFrame(() => field.current?.focus());
    },
    [readOnly, trying, capabilities, row.role, draft, dispatch],
  );
  useRuleFromTag(capabilities.dialect, addRule);

  const applyFix = (fix: Fix) => {
    if (editing === null || rule === null) return;
    const to = replaced(rule, fix);
    if (to !== null) dispatch({ do: "change", rule: editing, to });
    else if (fix.do === "delete_rule") dispatch({ do: "delete", rule: editing });
    else if (fix.do === "merge") dispatch({ do: "merge", rule: editing, gone: fix.with, to: fix.into });
  };
  const merge = () => {
    if (overlap === null || overlap.finding.rule === null) return;
    if (overlap.fix.do === "merge") dispatch({ do: "merge", rule: overlap.finding.rule, gone: overlap.fix.with, to: overlap.fix.into });
    else if (overlap.fix.do === "delete_rule") dispatch({ do: "delete", rule: overlap.finding.rule });
    setLimitShown(false);
  };

  const blank = draft.rules.some((one) => one.wanted !== null && one.wanted.tags.pattern === "");
  const invalid = preview.newest?.pattern_error?.kind === "refused" || preview.newest?.chosen?.error != null || blank;
  const step = (by: 1 | -1) => {
    const next = editing === null ? 0 : editing + by;
    if (draft.rules[next] === undefined) return false;
    dispatch({ do: "choose", rule: next });
    return true;
  };
  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    n: () => addRule(),
    e: () => field.current?.focus(),
    s: () => go({ screen: "project", id: row.id, tab: "simulator" }),
    "ctrl+z": () => dispatch({ do: "undo" }),
    "ctrl+shift+z": () => dispatch({ do: "redo" }),
  });

  const onChoose = useCallback((index: number) => dispatch({ do: "choose", rule: index }), [dispatch]);
  const onRestore = useCallback((index: number) => dispatch({ do: "restore", rule: index }), [dispatch]);
  const list = (
    <RuleList
      draft={draft}
      capabilities={capabilities}
      tags={tagsOf(draft, preview.newest?.pattern_error == null ? fresh : null, project)}
      warnings={warnings}
      now={fresh?.before ?? row.states}
      after={fresh?.after ?? null}
      readOnly={readOnly}
      limitShown={limitShown}
      overlap={overlap}
      onChoose={onChoose}
      onEdit={() => field.current?.focus()}
      onDelete={(index) => dispatch({ do: "delete", rule: index })}
      onRestore={onRestore}
      onNew={() => addRule()}
      onMerge={merge}
      onShowOverlap={() => overlap !== null && overlap.finding.rule !== null && dispatch({ do: "choose", rule: overlap.finding.rule })}
      onCloseLimit={() => setLimitShown(false)}
    />
  );
  const onEffect = useStable((effect: Effect) => {
    if (editing !== null && rule !== null) dispatch({ do: "change", rule: editing, to: { ...rule, effect } });
  });
  const mine = findings.filter((finding) => finding.rule === editing && editing !== null);
  // The preview draws many rows: what it is given stays the same while letters are typed.
  const onToggle = useStable((outcome: TagOutcome) => setOutcomes((now) => toggled(now, outcome)));
  const onShowAll = useStable(() => setOutcomes(["newly_covered", "no_longer_covered", "still_covered", "not_matched"]));
  const onCollapse = useStable((repository: number) => setCollapsed((now) => toggled(now, repository)));
  const onPattern = useStable((pattern: string) => setPattern(pattern, null));
  const onTest = useStable(() => go({ screen: "project", id: row.id, tab: "simulator" }));
  return (
    <>
      <Panes
        list={list}
        title={rule === null ? t("rules.editor.label") : trying ? t("rules.try.title") : title(kindOf(rule), status)}
        aside={
          rule === null ? null : (
            <>
              {capabilities.switch && status !== "deleted" ? (
                <Checkbox
                  checked={rule.enabled}
                  label={t("rules.editor.on")}
                  disabled={readOnly !== null}
                  onChange={(enabled) => editing !== null && dispatch({ do: "change", rule: editing, to: { ...rule, enabled } })}
                />
              ) : null}
              <Was pattern={edited?.saved?.rule.tags.pattern} now={rule.tags.pattern} dialect={rule.tags.dialect} />
              {status === "deleted" ? null : (
                <Button
                  size="sm"
                  kind="ghost"
                  icon="trash"
                  aria-label={t("rules.editor.delete")}
                  title={t("rules.editor.delete")}
                  disabledReason={readOnly}
                  onClick={() => editing !== null && dispatch({ do: "delete", rule: editing })}
                />
              )}
            </>
          )
        }
        messages={mine.length + (preview.newest?.pattern_error == null ? 0 : 1)}
        editor={
          rule === null || editing === null ? (
            <div className="body ed-empty">
              <EmptyState
                title={trying ? t("rules.try.none", { product: capabilities.product }) : t("rules.empty.title")}
                actions={
                  <Button kind="filled" icon="plus" disabledReason={readOnly} onClick={() => addRule()}>
                    {trying ? t("rules.try.begin") : t("rules.list.new")}
                  </Button>
                }
              >
                {trying ? t("rules.try.text", { count: row.tags }) : row.tags === 0 ? t("rules.empty.none") : t("rules.empty.open", { count: row.tags })}
              </EmptyState>
            </div>
          ) : (
            <RuleEditor
              key={`${edited?.saved?.id ?? "new"}-${editing}`}
              rule={rule}
              saved={edited?.saved?.rule ?? null}
              deleted={status === "deleted"}
              capabilities={capabilities}
              userRole={row.role}
              readOnly={readOnly}
              newest={preview.newest}
              shown={fresh}
              dimmed={preview.dimmed}
              findings={mine}
              scope={scopeOf(project)}
              onPattern={setPattern}
              onRepositories={(pattern, at) => write("repositories", pattern, at)}
              onChange={(to) => dispatch({ do: "change", rule: editing, to })}
              onEffect={onEffect}
              onFix={applyFix}
              onKeep={(finding) => setKept((now) => new Set([...now, findingKey(finding, rule)]))}
              onUndo={() => dispatch({ do: "undo" })}
              onRedo={() => dispatch({ do: "redo" })}
              onRestore={() => dispatch({ do: "restore", rule: editing })}
              onShowLost={() => setOutcomes(["no_longer_covered"])}
              field={field}
            >
              {trying ? (
                <>
                  <Message severity="note">{t("rules.try.note", { product: capabilities.product })}</Message>
                  <DialectChoice value={rule.tags.dialect} onChange={(dialect) => dispatch({ do: "change", rule: editing, to: { ...rule, tags: { ...rule.tags, dialect } } })} />
                </>
              ) : null}
              {open.notKept ? <Message severity="warning">{t("rules.editor.notSaved")}</Message> : null}
            </RuleEditor>
          )
        }
        foot={<DraftFoot project={project} open={open} whyNot={invalid && status !== "deleted" ? t("rules.editor.reviewInvalid") : cannotSave} />}
        preview={{
          live: preview.live,
          asked: question !== null,
          onRange: preview.onRange,
          outcomes,
          onToggle,
          onShowAll,
          collapsed,
          onCollapse,
          onPattern: readOnly === null && status !== "deleted" ? onPattern : null,
          onTest,
        }}
      />
    </>
  );
}

function title(kind: "protected" | "immutable", status: ReturnType<typeof statusOf>): string {
  if (status === "new") return t(`rules.editor.new_${kind}`);
  return status === "deleted" ? t(`rules.editor.deleted_${kind}`) : t(`rules.editor.edit_${kind}`);
}

function Was({ pattern, now, dialect }: { pattern: string | undefined; now: string; dialect: ProjectView["capabilities"]["dialect"] }) {
  if (pattern === undefined || pattern === now) return null;
  return (
    <span className="row was" style={{ gap: 6 }}>
      <span className="f11 t3">{t("rules.editor.was")}</span>
      <PatternText pattern={pattern} dialect={dialect} className="trunc" />
    </span>
  );
}

function scopeOf({ capabilities, repositories }: RuledProject): string {
  const { product } = capabilities;
  if (capabilities.repository_dialect !== null) return "";
  if (capabilities.single_repository) return t("rules.editor.scopeSingle");
  return repositories.length === 0
    ? t("rules.editor.scopeNone", { product })
    : t("rules.editor.scopeAll", { product, count: repositories.length });
}

/** Findings of rules that change nothing. */
const NEEDLESS: ReadonlySet<Finding["what"]["code"]> = new Set(["covered", "covered_together", "same_tags"]);

function findOverlap(findings: readonly Finding[]): { finding: Finding; fix: Fix } | null {
  for (const finding of findings) {
    const fix = finding.fixes.find((one) => one.do === "merge") ?? (NEEDLESS.has(finding.what.code) ? finding.fixes.find((one) => one.do === "delete_rule") : undefined);
    if (fix !== undefined && finding.rule !== null) return { finding, fix };
  }
  return null;
}

/** Comes with the wish for a new rule (`?new=1`), or from a tag for a rule about it (`?rule-from=v2.14.0`). */
function useRuleFromTag(dialect: ProjectView["capabilities"]["dialect"], add: (pattern: string) => void): void {
  const route = useRoute();
  const tag = route?.screen === "project" ? route.params?.["rule-from"] : undefined;
  const latest = useRef(add);
  useEffect(() => {
    latest.current = add;
  });
  useEffect(() => {
    if (route?.screen !== "project" || route.params?.new === undefined) return;
    go({ screen: "project", id: route.id, tab: "rules" }, "replace");
    latest.current("");
  }, [route]);
  useEffect(() => {
    if (tag === undefined || route?.screen !== "project") return;
    go({ screen: "project", id: route.id, tab: "rules" }, "replace");
    call("pattern_write", { dialect, block: { block: "is_exactly", text: tag } }).then(
      ({ pattern }) => latest.current(pattern ?? ""),
      () => latest.current(""),
    );
    // Once for each arrival; the address is cleaned at once.
  }, [tag, dialect, route]);
}

