import { useId, type ReactNode, type Ref } from "react";

import { PatternField, type PatternFieldHandle } from "../../components/PatternField";
import { Segmented } from "../../components/Segmented";
import type { Capabilities, PatternError, Selector, SelectorMode } from "../../ipc/bindings";
import type { SelectorPart } from "./draft";
import { PatternProblem } from "./PatternProblem";
import { comparesOther } from "./say/cover";
import { dialectKey } from "./say/dialect";
import { t } from "./say/t";

export type SelectorFieldProps = {
  part: SelectorPart;
  selector: Selector;
  capabilities: Capabilities;
  /** Why the pattern cannot be used. */
  error: PatternError | null;
  /** An older valid pattern is being previewed. */
  dimmed: boolean;
  locked: boolean;
  /** What it covers, or how long it is. */
  count: ReactNode;
  /** Id of what else explains the pattern. */
  describedBy?: string;
  onPattern: (pattern: string, at: number | null) => void;
  onMode: (mode: SelectorMode) => void;
  onUndo: () => void;
  onRedo: () => void;
  field?: Ref<PatternFieldHandle>;
  children?: ReactNode;
};

/** A pattern, whether it names what is covered or what is left out, and what is wrong with it. */
export function SelectorField(props: SelectorFieldProps) {
  const { part, selector, capabilities, error, locked } = props;
  const problemId = useId();
  const dialect = dialectKey(selector.dialect);
  const dialectName = t(`rules.dialect.${dialect}.name`);
  const invalid = error !== null && error.code !== "blank";
  const choosing = capabilities.repository_dialect !== null;
  const name = choosing ? t(`rules.editor.${part}`) : t("rules.editor.pattern");
  const other = comparesOther(selector);
  // Such a selector can be kept or replaced, but none is made here.
  const modes: readonly SelectorMode[] = other ? ["matching", "excluding", selector.mode] : ["matching", "excluding"];
  return (
    <div className="fld">
      <span className="row">
        <span className="lbl" aria-hidden="true">
          {name}
        </span>
        <span className="grow" />
        {capabilities.excluding ? (
          <Segmented
            label={t("rules.editor.mode", { part: name })}
            value={selector.mode}
            options={modes.map((mode) => ({ value: mode, label: t(`rules.editor.mode_${mode}`), disabledReason: locked && mode !== selector.mode ? t("rules.editor.locked") : null }))}
            onChange={props.onMode}
          />
        ) : null}
      </span>
      <PatternField
        value={selector.pattern}
        dialect={selector.dialect}
        label={choosing ? t(`rules.editor.${part}Label`) : t("rules.editor.patternLabel", { dialect: dialectName })}
        hint={part === "tags" ? t("rules.editor.patternHint") : t("rules.editor.repositoriesHint")}
        describedBy={props.describedBy === undefined ? problemId : `${props.describedBy} ${problemId}`}
        invalid={invalid}
        readOnly={locked}
        badColumn={invalid ? error.column : null}
        {...(props.field === undefined ? {} : { handle: props.field })}
        onChange={props.onPattern}
        onUndo={props.onUndo}
        onRedo={props.onRedo}
        foot={
          <>
            <span className="b t2">{dialectName}</span>
            <span className="sep" aria-hidden="true" />
            <span>{t(`rules.dialect.${dialect}.where`)}</span>
            <span className="sep" aria-hidden="true" />
            <span>{t(`rules.dialect.${dialect}.case`)}</span>
            <span className="grow" />
            {props.count}
          </>
        }
      />
      {error === null ? (
        <span id={problemId} />
      ) : (
        <PatternProblem
          id={problemId}
          error={error}
          capabilities={capabilities}
          pattern={selector.pattern}
          dimmed={props.dimmed}
          readOnly={locked}
          onFix={(text) => props.onPattern(text, null)}
        />
      )}
      {other ? <p className="hint">{t(`rules.editor.comparesOther.${part}`, { product: capabilities.product })}</p> : null}
      {props.children}
    </div>
  );
}
