//! Decisions of AWS ECR: a push over an existing tag is checked, nothing else. Who may push or delete
//! at all is up to IAM, which is not asked here.

use crate::decision::path::{Path, answer};
use crate::decision::{Check, Decision, Operation, Outcome, Question, StepResult};
use crate::state::{CompiledRules, TagState};

const ORDER: [Check; 4] = [Check::Role, Check::Exists, Check::Immutable, Check::Write];

/// What ECR makes of the question, for somebody whom IAM lets do it. A registry without rules says the
/// same with none.
///
/// A push of the very digest that the tag points at is refused as well.
pub(super) fn decide(rules: &CompiledRules, question: &Question<'_>) -> Decision {
    let path = Path::new(ORDER, None).pass(Check::Role, StepResult::Passed);
    if question.operation != Operation::Push {
        return if question.operation == Operation::DeleteRepository {
            path.done(Outcome::Deletes)
        } else {
            path.look_up(question)
        };
    }
    if !question.exists {
        return path.pass(Check::Exists, StepResult::No).done(Outcome::Creates);
    }
    let path = path.pass(Check::Exists, StepResult::Yes);
    let standing = rules.standing(question.repository, question.tag);
    match standing.state {
        TagState::Immutable => {
            let words = format!(
                "The image tag '{}' already exists in the '{}' repository and cannot be overwritten because \
                 the tag is immutable.",
                question.tag, question.repository
            );
            path.stop(Check::Immutable, standing.deciding, None)
                .end(Outcome::TagImmutable, answer(400, words))
        }
        TagState::Unknown => path.stop(Check::Immutable, standing.deciding, None).end(Outcome::Unknown, None),
        TagState::Open | TagState::Protected => {
            path.pass(Check::Immutable, StepResult::Passed).done(Outcome::Overwrites)
        }
    }
}
