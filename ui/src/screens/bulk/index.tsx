import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { Button } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Header } from "../../components/Header";
import { Message } from "../../components/Message";
import type { PatternFieldHandle } from "../../components/PatternField";
import type { Fix, PlanRequest, ProjectView, Rule, StateCounts, TagOutcome } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { useShortcuts } from "../../state/keys";
import { useLateReducer } from "../../state/late";
import { keys } from "../../state/queries";
import { go } from "../../state/route";
import { selection, useSelection } from "../../state/selection";
import { useStable } from "../../state/stable";
import { ReviewDialog } from "../review/ReviewDialog";
import { act, start, type DraftAction, type DraftState } from "../rules/draft";
import { firstRule } from "../rules/KindChoice";
import { toggled } from "../rules/lists";
import { Panes } from "../rules/Panes";
import { askMany, findingKey } from "../rules/question";
import { kindOf } from "../rules/RuleCard";
import { RuleEditor } from "../rules/RuleEditor";
import { StateBars } from "../rules/StateBars";
import { replaced } from "../rules/say/findings";
import { t } from "../rules/say/t";
import { usePreview } from "../rules/usePreview";
import { begun } from "./kept";
import { SelectedProjects } from "./SelectedProjects";
import "../rules/rules.css";
import "./bulk.css";

const NONE: StateCounts = { open: 0, protected: 0, immutable: 0, unknown: 0 };

/** One rule for the selected projects. Draws its own head. */
export default function BulkScreen() {
  const selected = useSelection();
  const ids = useMemo(() => [...selected], [selected]);
  const first = ids[0];
  // What the editor offers is what the first project's registry can do; the plan says where others cannot.
  const { data, error } = useQuery({ queryKey: keys.project(first ?? ""), queryFn: () => call("project_open", first ?? ""), enabled: first !== undefined });
  return (
    <>
      <Header title={t("bulk.title")} aside={<span className="t3 f12">{ids.length === 0 ? "" : t("bulk.about", { count: ids.length })}</span>}>
        <Button kind="ghost" onClick={() => go({ screen: "projects" })}>
          {t("bulk.back")}
        </Button>
      </Header>
      {first === undefined ? (
        <EmptyState title={t("bulk.noneTitle")} actions={<Button kind="filled" onClick={() => go({ screen: "projects" })}>{t("bulk.openProjects")}</Button>}>
          {t("bulk.noneText")}
        </EmptyState>
      ) : null}
      {error === null ? null : (
        <div className="bk-error">
          <ErrorNotice error={asApiError(error)} />
        </div>
      )}
      {data === undefined || first === undefined ? null : <Editor key="editor" ids={ids} project={data} />}
    </>
  );
}

function Editor({ ids, project }: { ids: readonly string[]; project: ProjectView }) {
  const { capabilities } = project;
  const queries = useQueryClient();
  const { state, newest, dispatch, dispatchLate, catchUp } = useLateReducer<DraftState, DraftAction>(act, () => {
    const kept = begun.get();
    const rule = kept?.tags.dialect === capabilities.dialect ? kept : firstRule(capabilities, null);
    return start({ base: [], rules: rule === null ? [] : [{ saved: null, wanted: rule }], editing: rule === null ? null : 0 });
  });
  const rule = state.draft.rules[0]?.wanted ?? null;
  useEffect(() => begun.set(rule), [rule]);
  const [outcomes, setOutcomes] = useState<readonly TagOutcome[]>(["newly_covered", "still_covered"]);
  const [collapsed, setCollapsed] = useState<readonly number[]>([]);
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  const [request, setRequest] = useState<PlanRequest | null>(null);
  const field = useRef<PatternFieldHandle>(null);
  const ask = useCallback((wanted: Rule | null) => (wanted === null ? null : askMany(ids, wanted, { outcomes, collapsed })), [ids, outcomes, collapsed]);
  const question = useMemo(() => ask(rule), [ask, rule]);
  const preview = usePreview(question, catchUp);

  const setRule = useStable((to: Rule, at: number | null) => {
    preview.ask(ask(to), at ?? performance.now());
    dispatch({ do: "change", rule: 0, to });
  });
  const setPattern = useStable((pattern: string, at: number | null) => {
    const now = newest().draft.rules[0]?.wanted;
    if (now == null) return;
    const to = { ...now, tags: { ...now.tags, pattern } };
    preview.ask(ask(to), at ?? performance.now());
    // The field shows a letter by itself; the rest of the page changes with the answer.
    if (at === null) dispatch({ do: "change", rule: 0, to });
    else dispatchLate({ do: "type", rule: 0, part: "tags", pattern, at });
  });
  const applyFix = (fix: Fix) => {
    const to = rule === null ? null : replaced(rule, fix);
    if (to !== null) setRule(to, null);
  };
  const invalid = preview.newest?.pattern_error?.kind === "refused" || rule === null || rule.tags.pattern === "";
  const whyNoReview = invalid ? t("rules.editor.reviewInvalid") : null;
  const review = () => {
    if (whyNoReview === null && rule !== null) setRequest({ plan: "bulk", projects: [...ids], rule });
  };
  useShortcuts({
    "ctrl+enter": review,
    "ctrl+z": () => dispatch({ do: "undo" }),
    "ctrl+shift+z": () => dispatch({ do: "redo" }),
  });
  // The preview draws many rows: what it is given stays the same while letters are typed.
  const onToggle = useStable((outcome: TagOutcome) => setOutcomes((now) => toggled(now, outcome)));
  const onShowAll = useStable(() => setOutcomes(["newly_covered", "no_longer_covered", "still_covered", "not_matched"]));
  const onCollapse = useStable((repository: number) => setCollapsed((now) => toggled(now, repository)));
  const onPattern = useStable((pattern: string) => setPattern(pattern, null));
  if (rule === null) return <EmptyState title={t("rules.readOnly.nothing", { product: capabilities.product })} />;

  const answer = preview.shown;
  // With one project its own rules come first and the new one last; with several nothing is said of rules.
  const last = (answer?.rule_tags.length ?? 0) - 1;
  const findings = (answer?.findings ?? []).filter(
    (one) => one.rule === last && !kept.has(findingKey(one, rule)) && one.fixes.every((fix) => fix.do === "replace_pattern" || fix.do === "replace_selector" || fix.do === "replace_repositories"),
  );
  return (
    <>
      <Panes
        list={
          <section className="rl" aria-label={t("bulk.list")}>
            <SelectedProjects ids={ids} onRemove={(id) => selection.mark([id], false)} />
            {(answer?.left_out ?? 0) > 0 ? <Message severity="note">{t("visibility.leftOut", { count: answer?.left_out ?? 0 })}</Message> : null}
            <StateBars title={t("rules.list.inProjects")} now={answer?.before ?? NONE} after={answer?.after ?? null} />
          </section>
        }
        title={t(`rules.editor.new_${kindOf(rule)}`)}
        aside={null}
        messages={findings.length + (preview.newest?.pattern_error == null ? 0 : 1)}
        editor={
          <RuleEditor
            rule={rule}
            saved={null}
            deleted={false}
            capabilities={capabilities}
            userRole={null}
            readOnly={null}
            newest={preview.newest}
            shown={answer}
            dimmed={preview.dimmed}
            findings={findings}
            scope={t("bulk.scope", { count: ids.length })}
            onPattern={setPattern}
            onRepositories={(pattern, at) => setRule({ ...rule, repositories: rule.repositories && { ...rule.repositories, pattern } }, at)}
            onChange={(to) => setRule(to, null)}
            onEffect={(effect) => dispatch({ do: "change", rule: 0, to: { ...rule, effect } })}
            onFix={applyFix}
            onKeep={(finding) => setKept((now) => new Set([...now, findingKey(finding, rule)]))}
            onUndo={() => dispatch({ do: "undo" })}
            onRedo={() => dispatch({ do: "redo" })}
            onShowLost={() => setOutcomes(["no_longer_covered"])}
            field={field}
          />
        }
        foot={
          <div className="efoot">
            <Button
              kind="ghost"
              onClick={() => {
                begun.set(null);
                go({ screen: "projects" });
              }}
            >
              {t("bulk.discard")}
            </Button>
            <span className="grow" />
            <Button kind="filled" kbd="Ctrl Enter" disabledReason={whyNoReview} onClick={review}>
              {t("bulk.review")}
            </Button>
          </div>
        }
        preview={{
          live: preview.live,
          asked: question !== null,
          onRange: preview.onRange,
          outcomes,
          onToggle,
          onShowAll,
          collapsed,
          onCollapse,
          onPattern,
          onTest: null,
        }}
      />
      {request === null ? null : (
        <ReviewDialog
          request={request}
          where={null}
          onClose={() => setRequest(null)}
          onApplied={() => {
            begun.set(null);
            void queries.invalidateQueries({ queryKey: keys.inventory });
          }}
          onCompare={() => setRequest(null)}
          onDiscard={() => setRequest(null)}
        />
      )}
    </>
  );
}
