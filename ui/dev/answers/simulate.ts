// Decisions in GitLab's order, near enough to look at.
import type { Actor, Decision, MatrixRow, Outcome, Rule, SimulateAnswer, SimulateRequest, Step } from "../../src/ipc/bindings";
import { ledgerRules } from "../data/ledger";
import { NOW } from "../data/projects";
import { compiled, tags } from "../data/tags";

const LADDER: Actor[] = ["guest", "reporter", "developer", "maintainer", "owner", "admin"];
const ACTORS: Actor[] = ["developer", "maintainer", "owner", "admin", "deploy_token", "cleanup_policy"];

function push(actor: Actor, name: string, exists: boolean, rules: readonly Rule[]): Decision {
  const covering = rules.map((rule, index) => ({ rule, index })).filter(({ rule }) => compiled(rule.tags.pattern)?.test(name));
  const prot = covering.find(({ rule }) => rule.effect.kind === "protect");
  const imm = covering.find(({ rule }) => rule.effect.kind === "immutable");
  const needed = prot?.rule.effect.kind === "protect" ? prot.rule.effect.push : null;
  const enough = needed === null || actor === "deploy_token" || LADDER.indexOf(actor) >= LADDER.indexOf(needed);
  const step = (check: Step["check"], result: Step["result"], rule: number | null = null): Step => ({ check, result, rule, needed: check === "role" ? needed : null });
  if (!enough) return { outcome: "role_too_low", steps: [step("role", "stopped", prot?.index ?? null), step("exists", "not_reached"), step("immutable", "not_reached"), step("write", "not_reached")], answer: { status: 403, words: "protected tag" } };
  const role = step("role", "passed", prot?.index ?? null);
  if (!exists) return { outcome: "creates", steps: [role, step("exists", "no"), step("immutable", "not_reached"), step("write", "done")], answer: null };
  if (imm !== undefined) return { outcome: "tag_immutable", steps: [role, step("exists", "yes"), step("immutable", "stopped", imm.index), step("write", "not_reached")], answer: { status: 401, words: "tag is immutable" } };
  return { outcome: "overwrites", steps: [role, step("exists", "yes"), step("immutable", "passed"), step("write", "done")], answer: null };
}

export function matrixOf(name: string, _exists: boolean, rules: readonly Rule[]): MatrixRow[] {
  const immutable = push("admin", name, true, rules).outcome === "tag_immutable";
  return ACTORS.map((actor): MatrixRow => {
    if (actor === "cleanup_policy") return { actor, push_new: "not_used", overwrite: "not_used", delete_tag: immutable ? "skipped" : "deletes", delete_manifest: "not_used", delete_repository: "not_used" };
    const low = push(actor, name, true, rules).outcome === "role_too_low";
    const far: Outcome = actor === "developer" || actor === "deploy_token" ? "no_access" : "any_digest";
    return {
      actor, push_new: push(actor, name, false, rules).outcome, overwrite: push(actor, name, true, rules).outcome,
      delete_tag: actor === "deploy_token" ? "no_access" : low ? "role_too_low" : immutable ? "tag_immutable" : "deletes",
      delete_manifest: far, delete_repository: far === "any_digest" ? "has_tags" : far,
    };
  });
}

export function simulated(request: SimulateRequest): SimulateAnswer {
  const rules = ledgerRules.map((one) => one.rule);
  const found = tags.find((one) => String(one.repository) === request.repository && one.name === request.tag);
  const valid = /^\w[\w.-]{0,127}$/.test(request.tag);
  const exists = request.exists ?? found !== undefined;
  const made = push(request.actor, request.tag, exists, rules);
  const row = matrixOf(request.tag, exists, rules).find((one) => one.actor === request.actor);
  const outcome = request.operation === "push" ? made.outcome : request.operation === "delete_tag" ? row?.delete_tag : request.operation === "delete_manifest" ? row?.delete_manifest : row?.delete_repository;
  return {
    valid_name: valid, exists: found !== undefined, pushed_at: found?.pushed ?? null, digest: found?.digest ?? null,
    decision: valid ? { ...made, outcome: outcome ?? made.outcome } : null, rules, matrix: valid ? matrixOf(request.tag, exists, rules) : [],
    roles: "gitlab", based_on: "GitLab 18.10.1-ee", read_at: NOW - 120, has_draft: true,
    rules_known: { known: "read", rules: 3 }, server_says: null,
  };
}
