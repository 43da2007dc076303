import { Button } from "../../components/Button";
import { ErrorCode } from "../../components/ErrorNotice";
import { Icon } from "../../components/Icon";
import type { Capabilities, PatternError } from "../../ipc/bindings";
import { sayProblem, serverWords } from "./say/problem";
import { Rich } from "./say/Rich";
import { t } from "./say/t";
import { value } from "./say/values";

export type PatternProblemProps = {
  id: string;
  error: PatternError;
  capabilities: Capabilities;
  pattern: string;
  /** An older valid pattern is being previewed. */
  dimmed: boolean;
  readOnly: boolean;
  onFix: (pattern: string) => void;
};

/** Why the pattern cannot be used, where, and what would mend it. */
export function PatternProblem({ id, error, capabilities, pattern, dimmed, readOnly, onFix }: PatternProblemProps) {
  const { product, dialect, pattern_characters: limit } = capabilities;
  const said = sayProblem(error, { product, dialect, used: [...pattern].length, limit });
  const words = serverWords(error, product);
  if (error.code === "blank") {
    return (
      <p id={id} className="hint">
        {said}
      </p>
    );
  }
  const { suggestion } = error;
  return (
    <div id={id} className="problem" role="alert" data-message="" tabIndex={-1}>
      <Icon name="error" />
      <div>
        <p>
          {said}
          {dimmed ? ` ${t("rules.problem.lastValid")}` : null}
        </p>
        {words === null ? null : (
          <p className="t2">
            <Rich text={words} />
          </p>
        )}
        <div className="row problem-do">
          {suggestion === null || readOnly ? null : (
            <Button size="sm" icon="wand" kbd="Alt F" onClick={() => onFix(suggestion)}>
              {fixLabel(pattern, suggestion)}
            </Button>
          )}
          <ErrorCode code="pattern.syntax" />
        </div>
      </div>
    </div>
  );
}

/** What the fix does: the few characters it adds at the end, or the pattern it puts there. */
function fixLabel(pattern: string, suggestion: string): string {
  const added = suggestion.startsWith(pattern) ? suggestion.slice(pattern.length) : "";
  return added !== "" && added.length <= 3 ? t("rules.fix.add", { text: value(added) }) : t("rules.fix.use", { pattern: value(suggestion, 40) });
}
