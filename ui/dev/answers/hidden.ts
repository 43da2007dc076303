// With `?hidden`: tags and answers where the rules are not visible, and the registry gives most tags a state.
import type { Decision, MatrixRow, NotVisible, Outcome, SimulateAnswer, TagDetails, TagRow } from "../../src/ipc/bindings";

const reason: NotVisible = { why: "role", needs: "maintainer" };

/** The row as the registry itself tells it: a state without a rule, or nothing. */
export function told(row: TagRow): TagRow {
  const bare: TagRow = { ...row, deciding: null, told_by_server: true };
  return row.name.startsWith("nightly") ? { ...bare, told_by_server: false, state: "unknown", push: null, delete: null } : bare;
}

function unknown(row: MatrixRow): MatrixRow {
  const left = (outcome: Outcome): Outcome => (outcome === "no_access" || outcome === "not_used" ? outcome : "unknown");
  return {
    actor: row.actor, push_new: left(row.push_new), overwrite: left(row.overwrite), delete_tag: left(row.delete_tag),
    delete_manifest: left(row.delete_manifest), delete_repository: left(row.delete_repository),
  };
}

function undecided({ steps, ...decision }: Decision): Decision {
  return { ...decision, outcome: "unknown", answer: null, steps: steps.map((step, index) => ({ ...step, rule: null, needed: null, result: index === 0 ? "stopped" : "not_reached" })) };
}

export function hiddenTag(details: TagDetails): TagDetails {
  return { ...details, rules_known: { known: "not_visible", reason }, covering: [], matrix: details.matrix.map(unknown) };
}

export function hiddenAnswer(answer: SimulateAnswer): SimulateAnswer {
  return {
    ...answer, rules: [], rules_known: { known: "not_visible", reason }, has_draft: false, matrix: answer.matrix.map(unknown),
    server_says: answer.exists ? "immutable" : null, decision: answer.decision === null ? null : undecided(answer.decision),
  };
}
