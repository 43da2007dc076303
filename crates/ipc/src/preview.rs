//! The live preview: what draft rules would do to the tags that exist.

use serde::{Deserialize, Serialize};
use tagwarden_rules::blocks::{Block, BlockProblem, Phrase};
use tagwarden_rules::finding::Finding;
use tagwarden_rules::pattern::{Dialect, PatternError};
use tagwarden_rules::preview::{LossReason, Why};
use tagwarden_rules::rule::{Role, Rule};
use tagwarden_rules::state::{StateCounts, TagState};

/// One keystroke's question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct PreviewRequest {
    /// The projects whose tags are looked at: one, or the selection.
    #[serde(deserialize_with = "crate::limits::list::id")]
    pub projects: Vec<String>,
    /// Number of the keystroke. A newer one cancels an older one of the same `session`.
    pub generation: u32,
    /// The editor that asks, so that two editors do not cancel each other.
    pub session: u32,
    /// The rules in force; `None`: as last read of each project.
    #[serde(default, deserialize_with = "crate::limits::structure")]
    pub before: Option<Vec<Rule>>,
    /// The draft's rules; for several projects: `None`, each project's own plus `edited`.
    #[serde(default, deserialize_with = "crate::limits::structure")]
    pub after: Option<Vec<Rule>>,
    /// The rule in the editor.
    #[serde(deserialize_with = "crate::limits::structure")]
    pub edited: Rule,
    /// Its index in `before`, when it was there.
    pub edited_before: Option<u32>,
    /// Its index in `after`.
    pub edited_after: Option<u32>,
    /// Outcomes to list.
    #[serde(deserialize_with = "crate::limits::plain")]
    pub outcomes: Vec<TagOutcome>,
    /// Repositories of which only the heading is listed, by their number in earlier answers.
    #[serde(deserialize_with = "crate::limits::plain")]
    pub collapsed: Vec<u32>,
    /// First line.
    pub offset: u32,
    /// Lines at most; 200 at the highest.
    pub limit: u32,
}

/// What the edited rule does to one tag, compared with the rule as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum TagOutcome {
    /// It did not match and now does.
    NewlyCovered,
    /// It matched and no longer does.
    NoLongerCovered,
    /// It matched and still does.
    StillCovered,
    /// It matches neither way.
    NotMatched,
}

/// The answer to one keystroke. A page, never all rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct PreviewAnswer {
    /// The keystroke it answers.
    pub generation: u32,
    /// Why the edited pattern cannot be used. Then everything else is of the rules without it.
    pub pattern_error: Option<PatternError>,
    /// What the rule makes of the repositories, where it can choose among them.
    pub chosen: Option<ChosenRepositories>,
    /// Tags that each entry matches by itself where the edited pattern is a list of them, `None` for one
    /// that cannot be used; empty where it is no list, and for several projects.
    pub entry_tags: Vec<Option<u32>>,
    /// Time taken, in microseconds.
    pub micros: u32,
    /// Tags looked at.
    pub tags: u32,
    /// Repositories looked at.
    pub repositories: u32,
    /// Projects looked at.
    pub projects: u32,
    /// Projects left out, since their rules are not known and so neither is what would change.
    pub left_out: u32,
    /// Tags by outcome.
    pub outcomes: OutcomeCounts,
    /// How many tags each rule of `after` matches (empty for several projects).
    pub rule_tags: Vec<u32>,
    /// States before.
    pub before: StateCounts,
    /// States after.
    pub after: StateCounts,
    /// Tags by change of state.
    pub changes: Vec<StateChange>,
    /// The page.
    pub lines: Vec<PreviewLine>,
    /// Lines in all under the chosen outcomes.
    pub total_lines: u32,
    /// Names that do not exist yet and would match, those first that the edit adds.
    pub future: Vec<FutureTag>,
    /// Names that do not exist yet, and that the rule as it is matches and the edited one does not.
    pub future_lost: Vec<String>,
    /// Tags one edit away from being matched.
    pub near_misses: Vec<NearMissView>,
    /// Near misses in all.
    pub near_miss_total: u32,
    /// What most of the tags that are no longer covered have in common, with a pattern that would
    /// keep them.
    pub lost: Option<LossReason>,
    /// Findings about the draft's rules.
    pub findings: Vec<Finding>,
    /// The pattern in words.
    pub words: Vec<Phrase>,
    /// The pattern as a building block, where it is one.
    pub block: Option<Block>,
    /// What changes for whom.
    pub effects: Vec<RoleEffect>,
}

/// Which repositories a rule covers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ChosenRepositories {
    /// Why the pattern of repositories cannot be used. Then it covers as it did before.
    pub error: Option<PatternError>,
    /// Repositories covered.
    pub covered: u32,
    /// Some of those that are left out, by name inside the project.
    pub left_out: Vec<String>,
    /// The pattern in words; none where it cannot be said plainly.
    pub words: Vec<Phrase>,
    /// The pattern as a building block, where it is one.
    pub block: Option<Block>,
}

/// A name that does not exist yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct FutureTag {
    /// The name.
    pub name: String,
    /// Whether the rule as it is does not match it.
    pub added: bool,
}

/// Tags by outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct OutcomeCounts {
    /// Newly covered.
    pub newly: u32,
    /// No longer covered.
    pub no_longer: u32,
    /// Still covered.
    pub still: u32,
    /// Not matched.
    pub not_matched: u32,
}

/// How many tags go from one state to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct StateChange {
    /// From.
    pub from: TagState,
    /// To.
    pub to: TagState,
    /// Tags.
    pub tags: u32,
}

/// What a role loses or gains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct RoleEffect {
    /// The role.
    pub role: Role,
    /// Tags it can no longer push over.
    pub loses_push: u32,
    /// Tags it can push over again.
    pub gains_push: u32,
    /// Tags it can no longer delete.
    pub loses_delete: u32,
    /// Tags it can delete again.
    pub gains_delete: u32,
}

/// One line of the preview.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum PreviewLine {
    /// A repository's heading.
    Repository {
        /// Its number, to collapse it.
        repository: u32,
        /// Its path (with the project's where several are looked at).
        path: String,
        /// Newly covered.
        newly: u32,
        /// No longer covered.
        no_longer: u32,
        /// Matched now.
        matched: u32,
        /// Tags in it.
        tags: u32,
    },
    /// A tag.
    Tag {
        /// Its name.
        name: String,
        /// Project it is in.
        project: String,
        /// Repository it is in.
        repository: u32,
        /// What becomes of it.
        outcome: TagOutcome,
        /// State before, by all rules.
        from: TagState,
        /// State after, by all rules.
        to: TagState,
        /// Where the pattern matches: start and end in bytes.
        span: Option<(u32, u32)>,
        /// First eight characters of its digest.
        digest: Option<String>,
        /// When it was pushed (unix seconds).
        pushed_at: Option<i64>,
    },
}

/// A tag one edit away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct NearMissView {
    /// Its name.
    pub name: String,
    /// What keeps it from matching.
    pub why: Why,
    /// The part concerned: start and end in bytes.
    pub span: (u32, u32),
    /// A pattern that would match it too.
    pub suggestion: Option<String>,
}

/// Asks for a pattern to be read as a building block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct PatternQuestion {
    /// The language.
    pub dialect: Dialect,
    /// The pattern.
    #[serde(deserialize_with = "crate::limits::pattern")]
    pub pattern: String,
}

/// What a pattern says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct PatternReading {
    /// Why it cannot be used.
    pub error: Option<PatternError>,
    /// The building block it is.
    pub block: Option<Block>,
    /// The pattern in words.
    pub words: Vec<Phrase>,
}

/// Asks for a building block to be written as a pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct BlockQuestion {
    /// The language.
    pub dialect: Dialect,
    /// The block.
    #[serde(deserialize_with = "crate::limits::structure")]
    pub block: Block,
}

/// A building block as a pattern, or why it is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct BlockWritten {
    /// The pattern.
    pub pattern: Option<String>,
    /// Why there is none.
    pub problem: Option<BlockProblem>,
}
