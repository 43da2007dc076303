//! Findings: what is worth telling the owner of a set of rules.

mod check;
mod cleanup;
mod entries;
mod expensive;
mod foreign;
mod given_up;
mod glob;
mod limits;
mod moving;
mod narrower;
mod needless;
mod pairs;
mod repositories;
mod shape;
mod unreachable;
mod unread;
mod whole_name;

use serde::{Deserialize, Serialize};

pub use check::{findings, findings_with};
pub use unread::unread;

use crate::moving::MovingReason;
use crate::pattern::PatternErrorCode;
use crate::rule::{Role, Rule, RulePart, Selector};
use crate::translation::{Syntax, Translation};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// Probably not what was meant.
    Warning,
    /// Something is broken or exposed now.
    Incident,
}

/// One finding about one rule or one project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Finding {
    /// What was found, with the values its sentence needs.
    pub what: What,
    /// How bad it is.
    pub severity: Severity,
    /// Index of the rule concerned, if it is about one.
    pub rule: Option<u32>,
    /// Changes that would remove it, best first.
    pub fixes: Vec<Fix>,
}

/// What was found. The tag of the variant is its stable code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum What {
    /// The pattern matches every tag there can be, e.g. `v*`.
    MatchesEveryTag {
        /// The character that `*` repeats, when that is the likely misunderstanding.
        repeated: Option<String>,
    },
    /// The pattern matches no tag that exists.
    MatchesNothing {
        /// Whether no tag that could exist is matched either.
        #[serde(default)]
        never: bool,
        /// Whether the rule covers what the pattern does not match, so that it leaves nothing out.
        #[serde(default)]
        excluding: bool,
    },
    /// The pattern is written in another language than the server reads, e.g. `v\d+` where it compares
    /// globs.
    ForeignSyntax {
        /// In which pattern.
        part: RulePart,
        /// The language it looks to be written in.
        syntax: Syntax,
        /// The same in the server's language, where that can say it.
        translation: Option<Translation>,
        /// Whether it matches no tag at all as it stands.
        matches_none: bool,
        /// Whether the rule covers what the pattern does not match.
        excluding: bool,
    },
    /// A part of the pattern, or all of it, that no tag can reach, e.g. `\+\w+`.
    Unreachable {
        /// In which pattern.
        part: RulePart,
        /// The part as it is written.
        text: String,
        /// The character that no tag has; `None`: no tag begins so.
        character: Option<String>,
        /// Whether it is the whole pattern.
        whole: bool,
        /// Whether the rule covers what the pattern does not match.
        excluding: bool,
    },
    /// The server compares whole names, so that what looks like a start matches exact names only.
    ExactNamesOnly {
        /// The entries of the pattern that are concerned, or the pattern itself; at most five.
        entries: Vec<String>,
        /// A tag that starts so and is not matched (an existing one where there is one).
        example: Option<String>,
        /// How many existing tags start so and are not matched.
        beyond: u32,
        /// Whether the rule covers what the pattern does not match.
        excluding: bool,
        /// Whether it is a pattern of a cleanup policy: as the one of what to keep, it lets the others go.
        cleanup: bool,
    },
    /// The server saved the pattern without validating it, and refuses it as soon as it does.
    NotValidated {
        /// What is wrong.
        problem: PatternErrorCode,
        /// The server's words.
        reason: String,
        /// Where, counted from 1 in characters.
        column: Option<u32>,
    },
    /// The server takes very long to compare the pattern with some tags.
    SlowPattern {
        /// In which pattern.
        part: RulePart,
        /// Such a name, as short as it can be.
        example: String,
        /// How many steps it takes for that one.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        steps: u64,
    },
    /// Not anchored where a prefix seems meant: `v1.0` also matches `dev1.0x`.
    NotAnchored {
        /// A tag that is matched and probably not meant (an existing one where there is one).
        example: String,
        /// Whether the example exists.
        exists: bool,
    },
    /// Alternatives of a cleanup pattern that are not whole names: `\A` is put before the first one
    /// only, and `\z` after the last one only.
    LooseAlternatives {
        /// A tag that is matched and probably not meant (an existing one where there is one).
        example: String,
        /// Whether the example exists.
        exists: bool,
    },
    /// An unescaped dot between digits stands for any character.
    UnescapedDot {
        /// A tag that is matched because of it.
        example: String,
    },
    /// Every tag this rule matches is matched by another rule that is at least as strict.
    Covered {
        /// Index of the other rule.
        by: u32,
        /// A tag of both.
        example: Option<String>,
    },
    /// Every tag this rule matches is matched by others that are together at least as strict.
    CoveredTogether {
        /// Indices of the other rules, none of which can be spared.
        by: Vec<u32>,
        /// For each of them a tag of this rule for which the others do less than this rule.
        examples: Vec<String>,
    },
    /// Another rule that is at least as strict matches the same tags, in other words.
    SameTags {
        /// Index of the other rule.
        with: u32,
        /// A tag of both.
        example: Option<String>,
    },
    /// Two rules ask for different roles for the same tags; the stricter wins.
    ContradictoryLevels {
        /// Index of the other rule.
        with: u32,
        /// A tag both match.
        example: String,
        /// The role that is in force for pushing.
        push: Role,
        /// The role that is in force for deleting.
        delete: Role,
    },
    /// All rules the registry allows are used.
    RuleLimit {
        /// Rules in use.
        used: u32,
        /// Rules allowed.
        limit: u32,
    },
    /// Longer than the server accepts, in characters.
    PatternTooLong {
        /// Characters used.
        characters: u32,
        /// Characters allowed.
        limit: u32,
    },
    /// Short enough in characters, too long in bytes for the part that enforces it: every push would fail.
    PatternTooManyBytes {
        /// Bytes used.
        bytes: u32,
        /// Bytes allowed.
        limit: u32,
    },
    /// The rule's patterns together are so long that the server may be unable to keep it.
    RuleMayBeTooLong {
        /// Bytes of its patterns, as the server writes them down.
        bytes: u32,
        /// Bytes that are certainly kept.
        limit: u32,
    },
    /// The same pattern twice in one project.
    DuplicatePattern {
        /// Index of the other rule.
        with: u32,
        /// Whether the other rule is of the other kind (needed in both: the server has no way to say it).
        other_kind: bool,
    },
    /// An immutable rule would refuse the next push of tags that pipelines move.
    BlocksMovingTags {
        /// Moving tags that it covers, e.g. `latest`; at most five.
        tags: Vec<String>,
        /// Why each of them moves.
        #[serde(default)]
        reasons: Vec<MovingReason>,
        /// How many there are in all, among the tags that exist.
        #[serde(default)]
        total: u32,
    },
    /// The pattern is refused by the engine that enforces it, though the server saves it.
    EnforcerRefuses {
        /// What that engine does not know, e.g. `\C`.
        construct: String,
    },
    /// The server saves a malformed pattern. For tags with which it finds out, this rule does nothing
    /// and no later rule is asked.
    MalformedPattern {
        /// What is wrong.
        problem: PatternErrorCode,
        /// Where, counted from 1 in characters.
        column: Option<u32>,
        /// A tag for which the server errs (an existing one where there is one); `None`: there is none.
        example: Option<String>,
        /// Whether the example exists.
        exists: bool,
    },
    /// The same of the pattern of repositories.
    MalformedRepositories {
        /// What is wrong.
        problem: PatternErrorCode,
        /// Where, counted from 1 in characters.
        column: Option<u32>,
        /// Repositories for which the server errs.
        repositories: u32,
    },
    /// The server has saved a selector of a kind it does not know. It errs at this rule whatever the
    /// tag.
    UnsupportedSelector,
    /// For these tags the server errs at this rule, and so does not get to a later one that would
    /// have covered them.
    SwitchesOffLaterRules {
        /// How many tags.
        tags: u32,
        /// The repository of the example.
        repository: String,
        /// One of the tags.
        example: String,
    },
    /// The pattern of repositories begins with the project, and repositories are matched without it.
    ProjectInRepositories {
        /// The project.
        project: String,
    },
    /// The rule covers no repository that exists.
    NoRepository,
    /// The product's own pages do not show all rules there are.
    HiddenByProduct {
        /// Rules in use.
        used: u32,
        /// Rules that are shown.
        shown: u32,
    },
    /// The server itself says something else of these tags than its rules do.
    ServerDisagrees {
        /// How many tags.
        tags: u32,
        /// The repository of the example.
        repository: String,
        /// One of the tags.
        example: String,
        /// What the server says of it: that it is immutable, or that it is not.
        immutable: bool,
    },
    /// A comma outside of braces stands for itself: `a,b` is no list.
    BareComma {
        /// In which pattern.
        #[serde(default)]
        part: RulePart,
    },
    /// `**` at the start of an alternative inside of braces does no more than `*`.
    DoubleStarInBraces {
        /// In which pattern.
        #[serde(default)]
        part: RulePart,
    },
    /// A name that one alternative matches is lost, because another one wants more after a slash.
    AlternativeLost {
        /// In which pattern.
        #[serde(default)]
        part: RulePart,
        /// The name.
        example: String,
    },
    /// White space stands for itself, and no name has any.
    WhiteSpace {
        /// In which pattern.
        #[serde(default)]
        part: RulePart,
    },
    /// The server has saved more selectors with a rule than it looks at: the first of each part.
    FurtherSelectors {
        /// The patterns that are not looked at; at most five.
        patterns: Vec<String>,
    },
    /// A rule selects by namespace, and nothing has one when the server looks: it covers nothing.
    NamespaceSelector {
        /// The server's word for it, e.g. `nsMatches`.
        decoration: String,
        /// The pattern.
        pattern: String,
    },
    /// A rule on the server could not be read with certainty.
    UncertainPattern,
    /// A project has tags and no rule at all.
    NoRules {
        /// How many tags are open.
        open: u32,
    },
}

/// A change that removes a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Fix {
    /// Use this pattern instead.
    ReplacePattern {
        /// The pattern.
        pattern: String,
        /// What it means, as a building block where it is one.
        meaning: Option<crate::blocks::Block>,
        /// How many of the given tags it matches.
        matches: u32,
    },
    /// Use this selector of tags instead.
    ReplaceSelector {
        /// The selector.
        tags: Selector,
        /// How many of the given tags the rule then covers.
        covers: u32,
    },
    /// Use this pattern of repositories instead.
    ReplaceRepositories {
        /// The pattern.
        pattern: String,
    },
    /// Delete this rule.
    DeleteRule,
    /// Put this rule in the place of both.
    Merge {
        /// Index of the rule that goes.
        with: u32,
        /// The rule that covers what both did.
        into: Box<Rule>,
    },
}
