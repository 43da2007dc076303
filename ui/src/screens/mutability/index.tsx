import { useCallback, useId, useMemo, useRef, useState } from "react";

import { Icon } from "../../components/Icon";
import { Message } from "../../components/Message";
import type { Draft, Finding, Fix, RuleForm, TagOutcome } from "../../ipc/bindings";
import { useShortcuts } from "../../state/keys";
import { go } from "../../state/route";
import { useStable } from "../../state/stable";
import { DraftFoot } from "../rules/DraftFoot";
import { changesIn } from "../rules/draft";
import { FindingNote, pick } from "../rules/FindingNote";
import { toggled } from "../rules/lists";
import { lossOf } from "../rules/loss";
import { Panes } from "../rules/Panes";
import { PatternProblem } from "../rules/PatternProblem";
import { PoliteStatus } from "../rules/PoliteStatus";
import type { Question } from "../rules/preview-session";
import { askDraft, findingKey, findingsOf } from "../rules/question";
import { Rich } from "../rules/say/Rich";
import { t } from "../rules/say/t";
import { StateBars } from "../rules/StateBars";
import type { RuledProject } from "../rules/ruled";
import { useDraft } from "../rules/useDraft";
import { useMessageKeys } from "../rules/useMessageKeys";
import { usePreview } from "../rules/usePreview";
import { whyReadOnly } from "../rules/whyReadOnly";
import { Exclusions } from "./Exclusions";
import { ModeChoice } from "./ModeChoice";
import { Neighbours } from "./Neighbours";
import { exclusionAt, exclusionsOf, firstAgain, patternOf, ruleOf, takesExclusions, type Setting } from "./setting";
import { useSetting, wantedOf } from "./useSetting";
import { sayMutability } from "./words";
import "../rules/rules.css";
import "./mutability.css";

export type MutabilityForm = Extract<RuleForm, { form: "mutability" }>;

const ALL: readonly TagOutcome[] = ["newly_covered", "no_longer_covered", "still_covered", "not_matched"];

/** The one setting of a repository that takes the place of rules: the tab of its page. */
export default function MutabilityScreen({ project, form }: { project: RuledProject; form: MutabilityForm }) {
  const { capabilities, row } = project;
  const { product } = capabilities;
  const open = useDraft(project);
  const { draft } = open.state;
  const [outcomes, setOutcomes] = useState(ALL);
  const [collapsed, setCollapsed] = useState<readonly number[]>([]);
  const [keptFindings, setKeptFindings] = useState<ReadonlySet<string>>(new Set());
  const [suggestion, setSuggestion] = useState<string | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const problemId = useId();

  const ask = useCallback((wanted: Draft) => questionOf(project, wanted, outcomes, collapsed), [project, outcomes, collapsed]);
  const question = useMemo(() => ask(draft), [ask, draft]);
  const preview = usePreview(question, open.catchUp);
  const { setting, listed, saved, choose, exclude, set } = useSetting(row.id, open, capabilities, (wanted, at) => preview.ask(ask(wanted), at));

  const readOnly = whyReadOnly(project);
  const excluding = takesExclusions(setting.mode);
  const error = excluding ? (preview.newest?.pattern_error ?? null) : null;
  const blank = setting.exclusions.includes("");
  // Where it goes wrong is told in the exclusion, not in the list that it is part of.
  const place = error === null || error.column === null ? null : exclusionAt(setting.exclusions, error.column);
  const shown = preview.shown;
  const lost = lossOf(shown);
  const rule = wantedOf(draft);
  // Without exclusions there is no pattern of the user's to talk about, only what it covers.
  const told = (finding: Finding) => excluding || (setting.mode === "immutable" && finding.what.code === "blocks_moving_tags");
  const findings = error === null ? findingsOf(draft, shown).filter((one) => one.rule === 0 && told(one) && !keptFindings.has(findingKey(one, rule))) : [];
  const first = findings.find((one) => one.fixes.length > 0);
  const again = firstAgain(setting.exclusions);

  const onFix = (fix: Fix) => {
    if (fix.do === "replace_pattern") exclude(exclusionsOf(fix.pattern), null);
    if (fix.do === "replace_selector") set({ mode: fix.tags.mode === "excluding" ? "immutable_except" : "mutable_except", exclusions: exclusionsOf(fix.tags.pattern) });
  };
  const undo = () => open.dispatch({ do: "undo" });
  const redo = () => open.dispatch({ do: "redo" });
  useMessageKeys(body);
  useShortcuts({
    "alt+f": () => {
      if (readOnly !== null || first === undefined) return false;
      const fix = pick(first, first.fixes.filter((one) => one.do === "replace_pattern"), suggestion);
      if (fix !== null) onFix(fix);
      return fix !== null;
    },
    s: () => go({ screen: "project", id: row.id, tab: "simulator" }),
    "ctrl+z": undo,
    "ctrl+shift+z": redo,
  });
  const onToggle = useStable((outcome: TagOutcome) => setOutcomes((now) => toggled(now, outcome)));
  const onShowAll = useStable(() => setOutcomes(ALL));
  const onCollapse = useStable((repository: number) => setCollapsed((now) => toggled(now, repository)));
  const onTest = useStable(() => go({ screen: "project", id: row.id, tab: "simulator" }));
  const changes = changesIn(draft);

  return (
    <Panes
      list={
        <section className="rl" aria-label={t("mutability.repositoriesLabel")}>
          <Neighbours project={project} setting={setting} edited={changes > 0} limit={form.exclusions} />
          <StateBars title={t("mutability.tagsIn", { name: row.name })} now={shown?.before ?? row.states} after={shown?.after ?? null} kinds={capabilities.kinds} />
        </section>
      }
      title={
        <>
          {t("mutability.title")} <span className="f12 t3 mu-only">{t("mutability.only", { name: row.name })}</span>
        </>
      }
      aside={changes === 0 ? null : <span className="f11 t3 nowrap">{sayWas(saved)}</span>}
      messages={findings.length + (error === null ? 0 : 1)}
      editor={
        <div className="body mu-body" ref={body} data-region="">
          {readOnly === null ? null : <Message severity="note">{readOnly}</Message>}
          <ModeChoice value={setting.mode} readOnly={readOnly} onChange={choose} />
          {excluding || listed.length > 0 ? (
            <Exclusions
              exclusions={listed}
              saved={saved.exclusions}
              tags={preview.newest?.entry_tags ?? []}
              limits={form}
              product={product}
              unused={!excluding}
              bad={blank ? null : (place?.index ?? null)}
              readOnly={readOnly}
              describedBy={problemId}
              onChange={exclude}
              onUndo={undo}
              onRedo={redo}
            />
          ) : null}
          {error === null ? (
            <span id={problemId} className={again === null || !excluding ? "sr" : "hint"}>
              {again === null || !excluding ? "" : t("mutability.again", { pattern: setting.exclusions[again] ?? "" })}
            </span>
          ) : (
            <PatternProblem id={problemId} error={place === null ? error : { ...error, column: place.column }} capabilities={capabilities} pattern={patternOf(setting.exclusions)} dimmed={preview.dimmed} readOnly={readOnly !== null} onFix={(pattern) => exclude(exclusionsOf(pattern), null)} />
          )}
          <div className="fld">
            <span className="lbl">{t("rules.editor.words")}</span>
            <p className={`expl${error === null ? "" : " t3"}`}>{error === null && (shown !== null || !excluding) ? sayMutability(setting.mode, shown?.words ?? []) : "–"}</p>
          </div>
          {lost > 0 && !preview.dimmed ? (
            <div className="note w" data-message="" tabIndex={-1}>
              <Icon name="warning" label={t("findings.severity.warning")} />
              <div className="grow">
                <b className="b">{t("mutability.opened", { count: lost })}</b> {t("mutability.openedText")}
              </div>
            </div>
          ) : null}
          {findings.map((finding, index) => (
            <FindingNote
              key={`${finding.what.code}-${index}`}
              finding={finding}
              product={product}
              dialect={capabilities.dialect}
              pattern={rule?.tags.pattern ?? ""}
              repositories={undefined}
              readOnly={readOnly !== null}
              first={finding === first}
              chosen={finding === first ? suggestion : null}
              onChoose={setSuggestion}
              onFix={onFix}
              onKeep={() => setKeptFindings((now) => new Set([...now, findingKey(finding, rule)]))}
            />
          ))}
          {setting.mode === "mutable" ? null : <Notes project={project} />}
          <PoliteStatus findings={findings} product={product} dialect={capabilities.dialect} pattern={rule?.tags.pattern ?? ""} repositories={undefined} />
          {open.notKept ? <Message severity="warning">{t("rules.editor.notSaved")}</Message> : null}
        </div>
      }
      foot={<DraftFoot project={project} open={open} whyNot={error !== null || blank ? t("rules.editor.reviewInvalid") : readOnly} />}
      preview={{ live: preview.live, asked: true, onRange: preview.onRange, outcomes, onToggle, onShowAll, collapsed, onCollapse, onPattern: null, onTest, immutable: true }}
    />
  );
}

/** What is peculiar to this registry. */
function Notes({ project }: { project: RuledProject }) {
  const { notes, product } = project.capabilities;
  return notes.map((note) =>
    note === "delete_stays_possible" ? (
      <Message key={note} severity="note" icon="trash">
        <Rich text={t(`rules.note.${note}`, { product })} />
      </Message>
    ) : (
      <p key={note} className="hint row mu-hint">
        <Icon name="info" size="xs" />
        <span>
          <Rich text={t(`rules.note.${note}`, { product })} />
        </span>
      </p>
    ),
  );
}

/** What the draft asks of the preview. Where no rule is and none shall be, that all tags stay as they are. */
function questionOf(project: RuledProject, draft: Draft, outcomes: readonly TagOutcome[], collapsed: readonly number[]): Question | null {
  const listed = { outcomes, collapsed };
  if (draft.rules.length > 0) return askDraft(project.row.id, { ...draft, editing: 0 }, listed);
  const edited = ruleOf({ mode: "immutable", exclusions: [] }, project.capabilities);
  if (edited === null) return null;
  const question = askDraft(project.row.id, { base: [], rules: [{ saved: null, wanted: edited }], editing: 0 }, listed);
  return question === null ? null : { ...question, after: [], edited_after: null };
}

function sayWas({ mode, exclusions }: Setting): string {
  if (takesExclusions(mode)) return t("mutability.wasExclusions", { count: exclusions.length });
  return t("mutability.was", { setting: t(`mutability.mode.${mode}`) });
}
