//! May this actor do this operation on this tag? The answer, with the steps that led there.

mod ecr;
mod gitlab;
mod harbor;
mod matrix;
mod path;

use serde::{Deserialize, Serialize};

use crate::enforcement::Enforcement;
use crate::rule::{Effect, Role};
use crate::state::CompiledRules;

pub use gitlab::{TOKEN_PATTERN_BYTES, TOKEN_PATTERN_COUNT};
pub use matrix::{Attempt, Matrix, MatrixCell, MatrixRow, Subject, matrix};

/// What somebody wants to do to one tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// Who asks.
    pub actor: Actor,
    /// What they want to do.
    pub operation: Operation,
    /// The repository's full path.
    pub repository: &'a str,
    /// The tag.
    pub tag: &'a str,
    /// Whether the tag exists.
    pub exists: bool,
    /// Whether the repository has any tag.
    pub repository_has_tags: bool,
    /// Other tags at the same digest, as far as they are known: they go with the manifest. Newest first,
    /// which is the order in which a registry checks them; the tag itself counts as the oldest unless it
    /// is among them.
    pub same_digest: &'a [String],
    /// The repository's tags, as far as they are known: they go with the repository. Newest image first,
    /// and of each image the newest tag first, as with `same_digest`.
    pub repository_tags: &'a [String],
}

/// What is attached to an image beside its own tags, and can keep it from being deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attached<'a> {
    /// Tags of what the registry deletes together with the image, such as signatures. Newest first.
    pub tags: &'a [String],
    /// Whether an index refers to the image.
    pub in_index: bool,
}

/// May this actor do this? With the steps that led to the answer, in the server's order.
pub fn decide(rules: &CompiledRules, question: &Question<'_>) -> Decision {
    decide_attached(rules, question, Attached::default())
}

/// The same for a tag of whose image is known what is attached to it.
pub fn decide_attached(rules: &CompiledRules, question: &Question<'_>, attached: Attached<'_>) -> Decision {
    if rules.is_unseen() {
        return decide_unseen(rules, question);
    }
    match rules.enforcement() {
        Enforcement::Gitlab => gitlab::decide(rules, question),
        Enforcement::Harbor => harbor::decide(rules, question, attached),
        // Without rules nothing is checked; with ECR's, pushes over a tag are.
        Enforcement::Ecr | Enforcement::Nothing => ecr::decide(rules, question),
    }
}

/// The answer where the rules are not known. Rules only take rights away: what is refused without any
/// stays refused, and everything else is unknown.
fn decide_unseen(rules: &CompiledRules, question: &Question<'_>) -> Decision {
    let without_rules = decide(&rules.clone().seen_as_none(), question);
    match without_rules.outcome {
        // The words of the refusal may be those of a rule that is asked first.
        Outcome::NoAccess => Decision { answer: None, ..without_rules },
        Outcome::NotUsed | Outcome::ReadOnly => without_rules,
        _ => Decision { outcome: Outcome::Unknown, steps: Vec::new(), answer: None },
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A member with the role Guest.
    Guest,
    /// A member with the role Reporter.
    Reporter,
    /// A member with the role Developer.
    Developer,
    /// A member with the role Maintainer.
    Maintainer,
    /// A member with the role Owner.
    Owner,
    /// An instance administrator.
    Admin,
    /// Anybody whom the registry's own permissions let, where there are no roles.
    Permitted,
    /// A deploy token: no user behind it.
    DeployToken,
    /// The server's own cleanup run: no user behind it.
    CleanupPolicy,
}

impl Actor {
    /// The role behind the actor, if there is one.
    pub fn role(self) -> Option<Role> {
        match self {
            Self::Guest => Some(Role::Guest),
            Self::Reporter => Some(Role::Reporter),
            Self::Developer => Some(Role::Developer),
            Self::Maintainer => Some(Role::Maintainer),
            Self::Owner => Some(Role::Owner),
            Self::Admin => Some(Role::Admin),
            Self::Permitted | Self::DeployToken | Self::CleanupPolicy => None,
        }
    }
}

/// What they want to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Push an image under this tag.
    Push,
    /// Delete this tag.
    DeleteTag,
    /// Delete the manifest this tag points at, by its digest.
    DeleteManifest,
    /// Delete the whole repository.
    DeleteRepository,
}

/// The outcome, and the reason as a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Allowed: creates the tag.
    Creates,
    /// Allowed: overwrites the tag.
    Overwrites,
    /// Allowed: deletes it.
    Deletes,
    /// Denied: the role has no right to push or delete in this project at all.
    NoAccess,
    /// Denied: a protected rule asks for a higher role.
    RoleTooLow,
    /// Denied: an immutable rule covers the tag.
    TagImmutable,
    /// Denied: any delete or immutable rule holds back deletion by digest.
    AnyDigest,
    /// Denied: the repository has tags and a rule holds it back.
    HasTags,
    /// Denied: an index refers to the image.
    InIndex,
    /// Denied: the server takes no changes at present.
    ReadOnly,
    /// Denied: the registry refuses the caller's token (too many patterns, or a pattern it cannot use).
    PatternsRefused,
    /// The cleanup run leaves the tag alone.
    Skipped,
    /// The tag does not exist.
    NotFound,
    /// This actor never does this.
    NotUsed,
    /// A rule could not be read with certainty.
    Unknown,
}

impl Outcome {
    /// Whether the registry carries the operation out; `None` when it cannot be told or does not apply.
    pub fn allowed(self) -> Option<bool> {
        match self {
            Self::Creates | Self::Overwrites | Self::Deletes => Some(true),
            Self::NotUsed | Self::Unknown | Self::NotFound => None,
            _ => Some(false),
        }
    }
}

/// One check on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Step {
    /// What is checked.
    pub check: Check,
    /// How it went.
    pub result: StepResult,
    /// Index of the rule that decided this step.
    pub rule: Option<u32>,
    /// The role that was asked for.
    pub needed: Option<Role>,
}

/// What a step checks, in the server's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Does the role reach what protected rules ask for?
    Role,
    /// Does the tag exist?
    Exists,
    /// Does an immutable rule cover it?
    Immutable,
    /// The write itself.
    Write,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum StepResult {
    /// Goes on.
    Passed,
    /// Ends here.
    Stopped,
    /// The answer is yes.
    Yes,
    /// The answer is no.
    No,
    /// Not evaluated, because an earlier step ended it.
    NotReached,
    /// Carried out.
    Done,
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Decision {
    /// What comes of it.
    pub outcome: Outcome,
    /// The steps, in the server's order.
    pub steps: Vec<Step>,
    /// The status and words the server would answer with, when it refuses.
    pub answer: Option<ServerAnswer>,
}

/// What a registry answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ServerAnswer {
    /// HTTP status.
    pub status: u16,
    /// The server's words.
    pub words: String,
}

/// The patterns that GitLab writes into a caller's registry token.
///
/// Which of the lists are sent depends on the actions the token grants (`push`, `delete`); a list
/// for an action that is not granted is left out there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DenyPatterns {
    /// Patterns of tags the caller may not push.
    pub push: Vec<String>,
    /// Patterns of tags the caller may not delete.
    pub delete: Vec<String>,
    /// Patterns of tags nobody may change once they exist.
    pub immutable: Vec<String>,
}

/// What a token of `actor` says about tags: protected rules that ask for a higher role than the
/// actor has, and every immutable rule. Rules that are switched off are left out.
pub fn deny_patterns(rules: &CompiledRules, actor: Actor) -> DenyPatterns {
    let mut patterns = DenyPatterns::default();
    for (_, slot) in rules.in_force() {
        let pattern = || slot.rule.tags.pattern.clone();
        match slot.rule.effect {
            Effect::Immutable { .. } => patterns.immutable.push(pattern()),
            Effect::Protect { push, delete } => {
                if held_back(actor, push) {
                    patterns.push.push(pattern());
                }
                if held_back(actor, delete) {
                    patterns.delete.push(pattern());
                }
            }
        }
    }
    patterns
}

/// Whether a protected rule that asks for `needed` concerns `actor`.
///
/// Administrators pass every protected rule. A deploy token has no user, and GitLab leaves the
/// deny patterns out then (read in its code; the documentation does not say so). A cleanup run has
/// no user either, but skips whatever any rule covers.
fn held_back(actor: Actor, needed: Role) -> bool {
    match actor {
        Actor::Admin | Actor::Permitted | Actor::DeployToken => false,
        Actor::CleanupPolicy => true,
        _ => actor.role().is_some_and(|role| role < needed),
    }
}
