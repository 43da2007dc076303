//! Rules as the user writes them and as servers hold them: plain data, not yet compiled.

use serde::{Deserialize, Serialize};

use crate::pattern::Dialect;

/// A role on a registry's ladder, lowest first. The order is the order of power.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// No right to push anywhere.
    Guest,
    /// May read.
    Reporter,
    /// May push and delete tags that no rule covers.
    Developer,
    /// May change protected rules.
    Maintainer,
    /// May change immutable rules.
    Owner,
    /// Instance administrator: protected rules do not hold them back, immutable ones do.
    Admin,
}

/// What a registry calls the roles of [`Role`]'s ladder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum RoleNames {
    /// Guest, Reporter, Developer, Maintainer, Owner, Administrator.
    #[default]
    Gitlab,
    /// Limited guest, Guest, Developer, Maintainer, Project admin, System administrator.
    Harbor,
    /// It has no roles: whom its own permissions let may do it, and the ladder's roles all stand for
    /// those.
    None,
}

/// Whether a selector names what is covered or what is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum SelectorMode {
    /// Covers what the pattern matches.
    Matching,
    /// Covers what the pattern does not match.
    Excluding,
    /// As `Matching`, but the pattern is compared with the name of the other part: with the repository
    /// where tags are selected, with the tag where repositories are. Harbor evaluates such selectors.
    MatchingOtherPart,
    /// As `Excluding`, but compared with the name of the other part.
    ExcludingOtherPart,
    /// The server has saved something it does not know; it errs whatever the name.
    Unsupported,
}

impl SelectorMode {
    /// Whether the pattern names what is left out.
    pub fn excludes(self) -> bool {
        matches!(self, Self::Excluding | Self::ExcludingOtherPart)
    }

    /// The part of a name that a selector in the list of `part` is compared with.
    pub fn compares(self, part: RulePart) -> RulePart {
        match self {
            Self::MatchingOtherPart | Self::ExcludingOtherPart => part.other(),
            Self::Matching | Self::Excluding | Self::Unsupported => part,
        }
    }
}

/// A set of names, given by one pattern in one dialect.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Selector {
    /// Matching or excluding.
    pub mode: SelectorMode,
    /// The language `pattern` is written in.
    pub dialect: Dialect,
    /// The pattern, exactly as the server holds it.
    pub pattern: String,
}

impl Selector {
    /// Covers the names that `pattern` matches.
    pub fn matching(dialect: Dialect, pattern: impl Into<String>) -> Self {
        Self { mode: SelectorMode::Matching, dialect, pattern: pattern.into() }
    }
}

/// What an immutable rule refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Blocks {
    /// The tag can still be deleted.
    Overwrite,
    /// The tag can be neither overwritten nor deleted.
    OverwriteAndDelete,
}

/// What a rule does to the tags it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    /// Only roles from these up may push or delete.
    Protect {
        /// Lowest role that may push (create or overwrite).
        push: Role,
        /// Lowest role that may delete.
        delete: Role,
    },
    /// Once a tag exists, nobody may change it.
    Immutable {
        /// What is refused.
        blocks: Blocks,
    },
}

impl Effect {
    /// The kind without its details.
    pub fn kind(self) -> RuleKind {
        match self {
            Self::Protect { .. } => RuleKind::Protected,
            Self::Immutable { .. } => RuleKind::Immutable,
        }
    }
}

/// The two kinds of rule that change a tag's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// Minimum roles to push and delete.
    Protected,
    /// Nobody may change an existing tag.
    Immutable,
}

/// A rule as somebody wants it: the selectors and the effect.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Rule {
    /// Which repositories it covers; `None` where the registry has no such choice (all of them).
    pub repositories: Option<Selector>,
    /// Which tags it covers.
    pub tags: Selector,
    /// What it does to them.
    pub effect: Effect,
    /// Whether it is in force. Registries without a switch have it always on.
    pub enabled: bool,
}

/// A rule as the server holds it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct SavedRule {
    /// The server's own identifier.
    pub id: String,
    /// What it says.
    pub rule: Rule,
    /// What else the server has saved with it and makes nothing of.
    #[serde(default)]
    pub unread: Vec<UnreadSelector>,
}

impl SavedRule {
    /// A rule of which everything is read.
    pub fn new(id: impl Into<String>, rule: Rule) -> Self {
        Self { id: id.into(), rule, unread: Vec::new() }
    }
}

/// The part of a rule that a selector belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum RulePart {
    /// Which repositories it covers.
    Repositories,
    /// Which tags it covers.
    #[default]
    Tags,
}

impl RulePart {
    /// The part that this one is not.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Repositories => Self::Tags,
            Self::Tags => Self::Repositories,
        }
    }
}

/// A selector that the server has saved and makes nothing of, in the server's own words.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct UnreadSelector {
    /// Where it stands.
    pub part: RulePart,
    /// Whether it stands first, so that the rule's own selector of this part only says what comes of
    /// it. Later ones are never looked at.
    pub first: bool,
    /// Whether the server, where this stands first, selects nothing at all by it. By others that it does
    /// not know it errs.
    #[serde(default)]
    pub selects_nothing: bool,
    /// The kind of pattern, e.g. `doublestar`.
    pub kind: String,
    /// What the pattern is compared with, e.g. `nsMatches`.
    pub decoration: String,
    /// The pattern.
    pub pattern: String,
}

/// A rule in a draft: where it came from, and what it shall be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct DraftRule {
    /// The saved rule this one edits or deletes; `None` for a new one.
    pub saved: Option<SavedRule>,
    /// What it shall be; `None` when the saved rule shall be deleted.
    pub wanted: Option<Rule>,
}
