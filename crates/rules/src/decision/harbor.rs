//! Decisions in the order in which Harbor checks: the role, whether the tag is there, then the
//! immutability rules one after another.
//!
//! Deletions take whole artifacts or repositories with them, and one immutable tag among theirs
//! refuses them all (`src/controller/{tag,artifact,repository}/controller.go`).

use crate::decision::path::{Path, answer};
use crate::decision::{Check, Decision, Operation, Outcome, Question, StepResult};
use crate::rule::Role;
use crate::state::{CompiledRules, TagState};

const ORDER: [Check; 4] = [Check::Role, Check::Exists, Check::Immutable, Check::Write];

/// What Harbor makes of the question.
pub(super) fn decide(rules: &CompiledRules, question: &Question<'_>) -> Decision {
    let path = Path::new(ORDER, None);
    let Some(role) = question.actor.role() else { return path.end(Outcome::NotUsed, None) };
    let need = needed(rules, question.operation);
    if role < need {
        // What the registry answers to a push without the right to it was not checked.
        let words = answer(403, "forbidden").filter(|_| question.operation != Operation::Push);
        return path.stop(Check::Role, None, Some(need)).end(Outcome::NoAccess, words);
    }
    let path = path.pass(Check::Role, StepResult::Passed);
    match question.operation {
        Operation::Push if !question.exists => {
            path.pass(Check::Exists, StepResult::No).done(Outcome::Creates)
        }
        Operation::DeleteTag | Operation::DeleteManifest if !question.exists => path.look_up(question),
        Operation::DeleteRepository if !question.repository_has_tags => {
            path.pass(Check::Exists, StepResult::No).done(Outcome::Deletes)
        }
        _ => ask_rules(rules, question, path.pass(Check::Exists, StepResult::Yes)),
    }
}

fn needed(rules: &CompiledRules, operation: Operation) -> Role {
    let writers = rules.enforcement().writers();
    match operation {
        Operation::Push => writers.push,
        Operation::DeleteTag | Operation::DeleteManifest | Operation::DeleteRepository => writers.delete,
    }
}

/// Asks about every tag that would be concerned. One that is immutable decides; else one of which
/// nothing is known leaves it open.
fn ask_rules(rules: &CompiledRules, question: &Question<'_>, path: Path) -> Decision {
    let mut unsure = None;
    for tag in concerned(question) {
        let standing = rules.standing(question.repository, tag);
        match standing.state {
            TagState::Immutable => {
                let outcome = match question.operation {
                    Operation::DeleteRepository => Outcome::HasTags,
                    _ => Outcome::TagImmutable,
                };
                let words = refusal(question, tag);
                return path.stop(Check::Immutable, standing.deciding, None).end(outcome, answer(412, words));
            }
            TagState::Unknown => unsure = unsure.or(Some(standing.deciding)),
            TagState::Open | TagState::Protected => {}
        }
    }
    if let Some(rule) = unsure {
        return path.stop(Check::Immutable, rule, None).end(Outcome::Unknown, None);
    }
    let done = match question.operation {
        Operation::Push => Outcome::Overwrites,
        _ => Outcome::Deletes,
    };
    path.pass(Check::Immutable, StepResult::Passed).done(done)
}

fn concerned<'q>(question: &'q Question<'_>) -> impl Iterator<Item = &'q str> {
    let others = match question.operation {
        Operation::Push | Operation::DeleteTag => &[],
        Operation::DeleteManifest => question.same_digest,
        Operation::DeleteRepository => question.repository_tags,
    };
    // A repository is deleted whether or not it has the tag.
    let this = (question.exists || question.operation == Operation::Push).then_some(question.tag);
    this.into_iter().chain(others.iter().map(String::as_str))
}

fn refusal(question: &Question<'_>, tag: &str) -> String {
    let repository = question.repository.split_once('/').map_or(question.repository, |(_, inside)| inside);
    match question.operation {
        Operation::Push => {
            format!("Failed to process request due to '{repository}:{tag}' configured as immutable.")
        }
        _ => format!("the tag {tag} configured as immutable, cannot be deleted"),
    }
}
