import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Message } from "../../components/Message";
import type { RunSummary } from "../../ipc/bindings";
import { go } from "../../state/route";
import { StateBars } from "../rules/StateBars";
import { t } from "../rules/say/t";
import { Calls } from "./Calls";
import { AskOwner } from "./AskOwner";
import { countStates, isBulk } from "./plan";
import { ProjectOutcomes } from "./ProjectOutcomes";
import type { Stage } from "./useReview";

/** What became of the run, and what can be done next. */
export function Result({ stage, onUndo, onCompare, onClose }: { stage: Extract<Stage, { at: "done" }>; onUndo: (run: string) => void; onCompare: () => void; onClose: () => void }) {
  const { plan, standing, run } = stage;
  const errors = [...standing.values()].flatMap((one) => (one.error === null ? [] : [{ project: one.project, error: one.error }]));
  const good = run !== null && run.failed === 0 && run.unclear === 0 && run.exposed === 0 && run.skipped === 0;
  const states = new Set([...standing.values()].flatMap((one) => one.changes));
  const explained = (["exposed", "restored", "lost", "partial"] as const).filter((state) => states.has(state));
  return (
    <>
      <Message
        severity={good ? "success" : "warning"}
        role="status"
        title={summary(run, countStates(plan, standing))}
        actions={
          <>
            <Button size="sm" icon="activity" 
              onClick={() => {
                onClose();
                go({ screen: "activity" });
              }}
            >
              {t("review.activity")}
            </Button>
            {run === null || run.done === 0 ? null : (
              <Button size="sm" kind="ghost" icon="undo" onClick={() => onUndo(run.run)}>
                {t("review.undo")}
              </Button>
            )}
          </>
        }
      >
        {run === null ? null : t("review.resultTags", { count: run.changed_tags })} {stage.cancelled ? t("review.cancelledText") : null}{" "}
        {run !== null && run.unclear > 0 ? t("review.unclearText") : null} {explained.map((state) => t(`review.${state}Text`)).join(" ")}
      </Message>
      {stage.error === null ? null : <ErrorNotice error={stage.error} />}
      {isBulk(plan) ? null : errors.map(({ project, error }) => <ErrorNotice key={project} error={error} actions={
        // Somebody was faster than the first call: the draft goes on from the rules as they are now.
        error.code === "rules.conflict" && plan.undoes === null
          ? <Button onClick={onCompare}>{t("review.compare")}</Button>
          : <AskOwner plan={plan} project={project} error={error} standing={standing} />
      } />)}
      {run === null ? null : (
        <div className="rv-bars">
          <StateBars title={t("review.states")} now={run.before} after={run.after} nowName={t("review.before")} />
        </div>
      )}
      {isBulk(plan) ? <ProjectOutcomes plan={plan} standing={standing} /> : <Calls plan={plan} standing={standing} />}
    </>
  );
}

function summary(run: RunSummary | null, counts: { done: number; failed: number; left: number }): string {
  const done = run?.done ?? counts.done;
  const parts: string[] = [t("review.doneTitle", { count: done })];
  const failed = run?.failed ?? counts.failed;
  if (failed > 0) parts.push(t("review.failedPart", { count: failed }));
  if (run !== null && run.exposed > 0) parts.push(t("review.exposedPart", { count: run.exposed }));
  if (run !== null && run.unclear > 0) parts.push(t("review.unclearPart", { count: run.unclear }));
  const skipped = run?.skipped ?? counts.left;
  if (skipped > 0) parts.push(t("review.skippedPart", { count: skipped }));
  return parts.join(", ");
}
