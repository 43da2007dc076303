//! The decision simulator: may this actor do this to this tag?

use serde::{Deserialize, Serialize};
use tagwarden_rules::decision::{Actor, Decision, Operation, Outcome};
use tagwarden_rules::rule::{RoleNames, Rule};
use tagwarden_rules::state::TagState;
use tagwarden_rules::visibility::KnownRules;

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct SimulateRequest {
    /// Project id.
    #[serde(deserialize_with = "crate::limits::id")]
    pub project: String,
    /// Repository id.
    #[serde(deserialize_with = "crate::limits::id")]
    pub repository: String,
    /// Tag name, existing or not.
    #[serde(deserialize_with = "crate::limits::name")]
    pub tag: String,
    /// Who.
    pub actor: Actor,
    /// What.
    pub operation: Operation,
    /// Treat the tag as existing; `None`: as it is.
    pub exists: Option<bool>,
    /// Use the draft's rules.
    pub with_draft: bool,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct SimulateAnswer {
    /// Whether the name follows the tag grammar; otherwise nothing else is told.
    pub valid_name: bool,
    /// Whether the tag exists.
    pub exists: bool,
    /// When it was pushed (unix seconds).
    pub pushed_at: Option<i64>,
    /// Its digest.
    pub digest: Option<String>,
    /// The decision asked for.
    pub decision: Option<Decision>,
    /// The rules its steps point at.
    pub rules: Vec<Rule>,
    /// Everybody and everything else.
    pub matrix: Vec<MatrixRow>,
    /// What the roles are called there.
    pub roles: RoleNames,
    /// The version the answer is based on.
    pub based_on: Option<String>,
    /// When the rules were read (unix seconds).
    pub read_at: Option<i64>,
    /// Whether there is a draft to use.
    pub has_draft: bool,
    /// How many rules the project has, where they are known; otherwise nothing is certain to be allowed.
    pub rules_known: KnownRules<u32>,
    /// The state that the server itself gives the tag, where the rules are not visible.
    pub server_says: Option<TagState>,
}

/// One actor's outcomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct MatrixRow {
    /// Who.
    pub actor: Actor,
    /// Push a name that does not exist.
    pub push_new: Outcome,
    /// Push over the existing tag.
    pub overwrite: Outcome,
    /// Delete the tag.
    pub delete_tag: Outcome,
    /// Delete its manifest by digest.
    pub delete_manifest: Outcome,
    /// Delete the repository.
    pub delete_repository: Outcome,
}
