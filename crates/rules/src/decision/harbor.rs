//! Decisions in the order in which Harbor checks: its read-only mode, the role, whether the tag is there,
//! whether an index refers to the image, then the immutability rules one after another.
//!
//! Deletions take whole artifacts or repositories with them, signatures included, and one immutable tag
//! among theirs refuses them all (`src/controller/{tag,artifact,repository}/controller.go`).

use crate::decision::path::{Path, answer};
use crate::decision::{Attached, Check, Decision, Operation, Outcome, Question, ServerAnswer, StepResult};
use crate::rule::Role;
use crate::state::{CompiledRules, TagState};

const ORDER: [Check; 4] = [Check::Role, Check::Exists, Check::Immutable, Check::Write];

/// `src/server/middleware/readonly/readonly.go`, which comes before everything else.
const READ_ONLY: &str = "The system is in read only mode. Any modification is prohibited.";

/// How Harbor answers the question.
pub(super) fn decide(rules: &CompiledRules, question: &Question<'_>, attached: Attached<'_>) -> Decision {
    let path = Path::new(ORDER, None);
    let Some(role) = question.actor.role() else { return path.end(Outcome::NotUsed, None) };
    if rules.is_read_only() {
        return path.refuse_write(Outcome::ReadOnly, answer(403, READ_ONLY));
    }
    let need = needed(rules, question.operation);
    if role < need {
        return path.stop(Check::Role, None, Some(need)).end(Outcome::NoAccess, no_right(question));
    }
    let path = path.pass(Check::Role, StepResult::Passed);
    match question.operation {
        Operation::Push if !question.exists => {
            path.pass(Check::Exists, StepResult::No).done(Outcome::Creates)
        }
        Operation::DeleteTag | Operation::DeleteManifest if !question.exists => {
            let message = format!("artifact {}:{} not found", question.repository, question.tag);
            path.pass(Check::Exists, StepResult::No).end(Outcome::NotFound, answer(404, message))
        }
        Operation::DeleteRepository if !question.repository_has_tags => {
            path.pass(Check::Exists, StepResult::No).done(Outcome::Deletes)
        }
        Operation::DeleteManifest if attached.in_index => {
            let message = "the deleting artifact is referenced by others";
            let path = path.pass(Check::Exists, StepResult::Yes);
            path.refuse_write(Outcome::InIndex, answer(412, message))
        }
        _ => ask_rules(rules, question, attached, path.pass(Check::Exists, StepResult::Yes)),
    }
}

fn needed(rules: &CompiledRules, operation: Operation) -> Role {
    let writers = rules.enforcement().writers();
    match operation {
        Operation::Push => writers.push,
        Operation::DeleteTag | Operation::DeleteManifest | Operation::DeleteRepository => writers.delete,
    }
}

/// The data plane repeats itself: the error is wrapped into one with the same message
/// (`src/server/middleware/v2auth/auth.go`).
fn no_right(question: &Question<'_>) -> Option<ServerAnswer> {
    if question.operation != Operation::Push {
        return answer(403, "forbidden");
    }
    let message = format!("unauthorized to access repository: {}, action: push", question.repository);
    answer(401, format!("{message}: {message}"))
}

/// Asks about every tag that would be concerned, in Harbor's order. One that is immutable decides; else
/// one of which nothing is known leaves it open.
fn ask_rules(rules: &CompiledRules, question: &Question<'_>, attached: Attached<'_>, path: Path) -> Decision {
    let mut unsure = None;
    for tag in concerned(question, attached) {
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

/// The tags that an operation concerns. `deleteDeeply` removes accessories before the artifact's own
/// tags, and lists come newest first (`default:-push_time`).
fn concerned<'q>(question: &'q Question<'_>, attached: Attached<'q>) -> impl Iterator<Item = &'q str> {
    let (attached, others): (&[String], &[String]) = match question.operation {
        Operation::Push | Operation::DeleteTag => (&[], &[]),
        Operation::DeleteManifest => (attached.tags, question.same_digest),
        Operation::DeleteRepository => (&[], question.repository_tags),
    };
    // A repository is deleted whether or not it has the tag.
    let itself = question.exists || question.operation == Operation::Push;
    let listed = others.iter().any(|other| other == question.tag);
    let oldest = (itself && !listed).then_some(question.tag);
    let others = others.iter().filter(move |other| itself || *other != question.tag);
    attached.iter().chain(others).map(String::as_str).chain(oldest)
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
