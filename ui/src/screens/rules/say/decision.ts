/** Decisions in words. */
import type { Actor, Decision, Outcome, RoleNames, Rule, SimulateAnswer, Step } from "../../../ipc/bindings";
import { shortDigest } from "../../../format";
import { sayActor, sayRole } from "./roles";
import { t } from "./t";
import { selectorText, value } from "./values";

/** Whether the registry carries it out; `null` when it cannot be told or does not apply. */
export function isAllowed(outcome: Outcome): boolean | null {
  switch (outcome) {
    case "creates":
    case "overwrites":
    case "deletes":
      return true;
    case "not_used":
    case "unknown":
    case "not_found":
      return null;
    case "no_access":
    case "role_too_low":
    case "tag_immutable":
    case "any_digest":
    case "has_tags":
    case "in_index":
    case "read_only":
    case "patterns_refused":
    case "skipped":
      return false;
  }
}

/** What a step's sentence needs to know around it. */
export type Around = { actor: Actor; rules: readonly Rule[]; answer: Pick<SimulateAnswer, "digest" | "roles">; age: string | null; outcome: Outcome };

/** What happened at a step. */
export function sayStep(step: Step, around: Around): string {
  const { roles: names } = around.answer;
  const rule = step.rule === null ? undefined : around.rules[step.rule];
  const pattern = rule === undefined ? null : value(selectorText(rule.tags));
  const needed = step.needed === null ? null : sayRole(names, step.needed);
  const who = sayActor(names, around.actor);
  const digest = around.answer.digest === null ? null : shortDigest(around.answer.digest);
  if (step.result === "not_reached") {
    return step.check === "write" && digest !== null ? t("decision.step.write_keeps", { digest }) : t("decision.step.not_reached");
  }
  switch (step.check) {
    case "role":
      return sayRoleCheck(step, pattern, needed, who, names);
    case "exists":
      if (step.result === "no") return t("decision.step.exists_no");
      return digest === null || around.age === null
        ? t("decision.step.exists_yes_plain")
        : t("decision.step.exists_yes", { age: around.age, digest });
    case "immutable":
      if (step.result !== "stopped") return t("decision.step.immutable_passed");
      return pattern === null ? t("decision.step.immutable_stopped") : t("decision.step.immutable_stopped_rule", { pattern });
    case "write":
      if (step.result === "stopped") return sayRefused(around.outcome);
      return sayWrite(around.outcome);
  }
}

function sayRoleCheck(step: Step, pattern: string | null, needed: string | null, who: string, names: RoleNames): string {
  if (step.result === "stopped") {
    if (pattern !== null && needed !== null) return t("decision.step.role_stopped_rule", { pattern, needed });
    return needed === null ? t("decision.step.role_stopped", { who }) : t("decision.step.role_stopped_needed", { needed });
  }
  if (pattern !== null && needed !== null) return t("decision.step.role_passed_rule", { pattern, needed, who });
  return needed === null ? t(`decision.step.role_passed.${names}`, { who }) : t("decision.step.role_passed_needed", { needed, who });
}

function sayRefused(outcome: Outcome): string {
  return outcome === "in_index" || outcome === "read_only" ? t(`decision.step.write_stopped_${outcome}`) : t("decision.step.write_stopped");
}

function sayWrite(outcome: Outcome): string {
  switch (outcome) {
    case "creates":
      return t("decision.step.write_done_creates");
    case "overwrites":
      return t("decision.step.write_done_overwrites");
    case "deletes":
      return t("decision.step.write_done_deletes");
    default:
      return t("decision.step.write_done_any");
  }
}

/** The whole decision as lines of text, for the clipboard. */
export function explain(title: string, question: string, decision: Decision, lines: readonly string[], answered: string | null): string {
  const steps = decision.steps.map(
    (step, index) => `${index + 1}. ${t(`decision.check.${step.check}`)}: ${t(`decision.result.${step.result}`)}. ${lines[index] ?? ""}`,
  );
  return [title, question, "", ...steps, ...(answered === null ? [] : ["", answered])].join("\n");
}
