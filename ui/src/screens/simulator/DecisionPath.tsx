import { Icon, type IconName } from "../../components/Icon";
import type { Decision, Operation, Step } from "../../ipc/bindings";
import { Rich } from "../rules/say/Rich";
import { t } from "../rules/say/t";

/** The steps of a decision in the server's order; branches not taken are dashed. */
export function DecisionPath({ decision, operation, lines }: { decision: Decision; operation: Operation; lines: readonly string[] }) {
  const { steps } = decision;
  const columns = steps.map((_, index) => `${index === 1 ? "1fr" : index === 3 ? ".8fr" : "1.15fr"}${index === steps.length - 1 ? "" : " 44px"}`).join(" ");
  return (
    <ol className="flow2" aria-label={t("simulator.path")} style={{ gridTemplateColumns: columns }}>
      {steps.flatMap((step, index) => {
        const next = steps[index + 1];
        const node = <Node key={step.check} step={step} number={index + 1} line={lines[index] ?? ""} alternative={untaken(step, operation)} />;
        return next === undefined ? [node] : [node, <Link key={`${step.check}-to`} from={step} to={next} />];
      })}
    </ol>
  );
}

function Node({ step, number, line, alternative }: { step: Step; number: number; line: string; alternative: string | null }) {
  const look = { passed: "pass", yes: "pass", no: "pass", done: "pass", stopped: "fail", not_reached: "off" }[step.result];
  const colour = look === "fail" ? "bad" : look === "off" ? "t3" : "ok";
  return (
    <li className="path-step">
      <div className={`node ${look}`}>
        <span className="nq">{t("simulator.step", { number, check: t(`decision.check.${step.check}`) })}</span>
        <h2 className={look === "off" ? "t3" : undefined}>
          <span className={colour}>
            <Icon name={iconOf(step)} />
          </span>
          {t(`decision.result.${step.result}`)}
        </h2>
        <p className={look === "off" ? "t3" : undefined}>
          <Rich text={line} />
        </p>
      </div>
      {alternative === null ? null : (
        <div className="alt">
          <div>{alternative}</div>
        </div>
      )}
    </li>
  );
}

function iconOf(step: Step): IconName {
  if (step.result === "stopped") return "no";
  if (step.result === "not_reached") return "minus";
  if (step.check === "exists") return step.result === "yes" ? "tag" : "plus";
  return "check-circle";
}

function Link({ from, to }: { from: Step; to: Step }) {
  const off = from.result === "stopped" || to.result === "not_reached" || from.result === "not_reached";
  // No rule covers the tag: that is how the immutable check is passed.
  const no = from.result === "no" || from.check === "immutable";
  const word = off ? "" : t(no ? "decision.between.no" : "decision.between.yes");
  return (
    <li aria-hidden="true" className={`con${off ? " off" : ""}`}>
      <i />
      <b />
      <span>{word}</span>
    </li>
  );
}

/** What the other answer at a step would have meant. */
function untaken(step: Step, operation: Operation): string | null {
  const push = operation === "push";
  switch (step.check) {
    case "role":
      if (step.result === "passed") return t("decision.untaken.role_no");
      return step.result === "stopped" ? t("decision.untaken.role_yes") : null;
    case "exists":
      if (step.result === "yes") return t(push ? "decision.untaken.exists_no_push" : "decision.untaken.exists_no");
      return step.result === "no" ? t("decision.untaken.exists_yes") : null;
    case "immutable":
      if (step.result === "stopped") return t(push ? "decision.untaken.immutable_no_push" : "decision.untaken.immutable_no");
      return step.result === "passed" ? t("decision.untaken.immutable_yes") : null;
    case "write":
      return null;
  }
}
