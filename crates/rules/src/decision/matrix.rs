//! Every actor and every operation for one tag, side by side.

use serde::{Deserialize, Serialize};

use crate::decision::{Actor, Attached, Operation, Outcome, Question, decide_attached};
use crate::state::CompiledRules;

/// A column of the matrix: pushing is asked twice, because the two answers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Attempt {
    /// Push it as a tag that does not exist yet.
    PushNew,
    /// Push over the existing tag.
    Overwrite,
    /// Delete the tag.
    DeleteTag,
    /// Delete the manifest behind it by digest.
    DeleteManifest,
    /// Delete the whole repository.
    DeleteRepository,
}

impl Attempt {
    /// All columns, in the order they are shown.
    pub const ALL: [Self; 5] =
        [Self::PushNew, Self::Overwrite, Self::DeleteTag, Self::DeleteManifest, Self::DeleteRepository];

    fn operation(self) -> Operation {
        match self {
            Self::PushNew | Self::Overwrite => Operation::Push,
            Self::DeleteTag => Operation::DeleteTag,
            Self::DeleteManifest => Operation::DeleteManifest,
            Self::DeleteRepository => Operation::DeleteRepository,
        }
    }
}

/// One answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct MatrixCell {
    /// What is tried.
    pub attempt: Attempt,
    /// What comes of it.
    pub outcome: Outcome,
}

/// One actor and what they may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct MatrixRow {
    /// Who.
    pub actor: Actor,
    /// One cell for each of [`Attempt::ALL`], in that order.
    pub cells: Vec<MatrixCell>,
}

/// Every actor and every attempt for one tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Matrix {
    /// In the order the actors were given.
    pub rows: Vec<MatrixRow>,
}

/// The tag that a matrix is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The repository's full path.
    pub repository: &'a str,
    /// The tag.
    pub tag: &'a str,
    /// Whether the tag is there for the three kinds of deletion; pushing as new and overwriting each
    /// carry their own answer to that.
    pub exists: bool,
    /// Other tags at the same digest, as far as they are known.
    pub same_digest: &'a [String],
    /// The repository's tags, as far as they are known.
    pub repository_tags: &'a [String],
    /// What is attached to its image.
    pub attached: Attached<'a>,
}

/// Asks every attempt for every actor. Deleting the repository is asked as for one that has tags: an
/// empty one holds nothing to protect.
pub fn matrix(rules: &CompiledRules, subject: &Subject<'_>, actors: &[Actor]) -> Matrix {
    let outcome = |actor: Actor, attempt: Attempt| {
        let exists = match attempt {
            Attempt::PushNew => false,
            Attempt::Overwrite => true,
            _ => subject.exists,
        };
        let question = Question {
            actor,
            operation: attempt.operation(),
            repository: subject.repository,
            tag: subject.tag,
            exists,
            repository_has_tags: true,
            same_digest: subject.same_digest,
            repository_tags: subject.repository_tags,
        };
        decide_attached(rules, &question, subject.attached).outcome
    };
    let row = |actor: Actor| MatrixRow {
        actor,
        cells: Attempt::ALL
            .iter()
            .map(|&attempt| MatrixCell { attempt, outcome: outcome(actor, attempt) })
            .collect(),
    };
    Matrix { rows: actors.iter().copied().map(row).collect() }
}
