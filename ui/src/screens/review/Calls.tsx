import { Icon, type IconName } from "../../components/Icon";
import type { ApplyState, Plan } from "../../ipc/bindings";
import { t } from "../rules/say/t";
import { callStates, takesEffect } from "./plan";
import type { Standing } from "./useReview";

const SIGN: Readonly<Record<ApplyState, { icon: IconName; look: string }>> = {
  waiting: { icon: "minus", look: "t3" },
  running: { icon: "spinner", look: "t2" },
  done: { icon: "check-circle", look: "ok" },
  partial: { icon: "warning", look: "warn" },
  failed: { icon: "error", look: "bad" },
  not_made: { icon: "error", look: "bad" },
  unclear: { icon: "warning", look: "warn" },
  exposed: { icon: "error", look: "bad" },
  restored: { icon: "undo", look: "warn" },
  lost: { icon: "error", look: "bad" },
  unverifiable: { icon: "warning", look: "warn" },
  skipped: { icon: "minus", look: "t3" },
};

/** The state of a call as a sign; the word is its name. */
export function CallState({ state }: { state: ApplyState }) {
  const { icon, look } = SIGN[state];
  return (
    <span className={look}>
      <Icon name={icon} size="xs" label={t(`review.callState.${state}`)} />
    </span>
  );
}

/** The calls of one project, in order, with a tick for each as it is carried out. */
export function Calls({ plan, standing }: { plan: Plan; standing: Standing | null }) {
  const project = plan.projects[0];
  if (project === undefined || project.calls.length === 0) return null;
  const states = standing === null ? null : callStates(project, standing.get(project.project)?.changes ?? []);
  return (
    <div>
      <div className="row f12 t3 rv-calls-h">
        <Icon name="terminal" />
        <span>{t("review.calls", { host: project.connection_name })}</span>
      </div>
      <ol className="mono rv-calls">
        {project.calls.map((call, index) => (
          <li key={index} className="row">
            <span className="t3 num rv-calls-n">{states === null ? index + 1 : <CallState state={states[index] ?? "waiting"} />}</span>
            <b>{call.method}</b>
            <span className="trunc" title={call.path}>
              {call.path}
              {call.operation === null ? null : `, ${call.operation}`}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** When it takes effect, and what happens if a call fails. */
export function Notes({ plan }: { plan: Plan }) {
  const calls = plan.projects.reduce((sum, project) => sum + project.calls.length, 0);
  return (
    <div className="f12 t2 rv-notes">
      {plan.propagation_seconds === null ? null : (
        <div className="row">
          <Icon name="clock" />
          <span>{takesEffect(plan.propagation_seconds)}</span>
        </div>
      )}
      {calls === 0 ? null : (
        <div className="row">
          <Icon name="undo" />
          <span>{calls > 2 ? t("review.ifFailsMany") : t("review.ifFails", { count: calls })}</span>
        </div>
      )}
    </div>
  );
}
