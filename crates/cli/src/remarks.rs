//! Findings as English sentences.

use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::finding::{Severity, What};
use tagwarden_rules::moving::MovingReason;
use tagwarden_rules::pattern::{Dialect, PatternErrorCode};
use tagwarden_rules::rule::RulePart;
use tagwarden_rules::translation::{Syntax, Translation};

/// The word before a remark.
pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Incident => "error",
    }
}

/// What was found. Rules are counted from 1.
pub(crate) fn sentence(what: &What, pattern: &str, capabilities: &Capabilities) -> String {
    let product = &capabilities.product;
    match what {
        What::MatchesEveryTag { repeated: Some(character) } => format!(
            "{pattern} matches every tag: * repeats the character before it, so this means \
             \"zero or more {character}, anywhere\""
        ),
        What::MatchesEveryTag { repeated: None } => format!("{pattern} matches every tag"),
        What::MatchesNothing { never, excluding } => nothing(pattern, *never, *excluding),
        What::ForeignSyntax { syntax, translation, matches_none, .. } => {
            foreign(pattern, capabilities, *syntax, translation.as_ref(), *matches_none)
        }
        What::Unreachable { part, text, character, whole, .. } => {
            unreachable(pattern, *part, text, character.as_deref(), *whole)
        }
        What::ExactNamesOnly { entries, example, beyond, excluding, cleanup } => {
            let only = Exact { entries, example: example.as_deref(), beyond: *beyond, excluding: *excluding };
            only.sentence(pattern, product, *cleanup)
        }
        What::NotValidated { reason, column, .. } => {
            let place = column.map(|column| format!(" (column {column})")).unwrap_or_default();
            format!(
                "{product} has saved {pattern} without validating it, since the policy is switched off, and \
                 refuses it when the policy is switched on: {reason}{place}"
            )
        }
        What::SlowPattern { part, example, steps } => {
            let (what, compared) = match part {
                RulePart::Tags => ("tag", "every push and listing of tags waits for it"),
                RulePart::Repositories => ("repository", "every push and listing waits for it"),
            };
            format!(
                "{pattern} takes {product} some {steps} steps to compare with a {what} such as {example}, since \
                 it tries all ways to share the name among the stars and lists: {compared}"
            )
        }
        What::NotAnchored { example, exists } => {
            format!("{pattern} is not anchored, it matches anywhere in the name: {}", also(example, *exists))
        }
        What::LooseAlternatives { example, exists } => format!(
            "{pattern} does not match whole names: it is read as \\A{pattern}\\z, so the first alternative \
             means any name that starts so, and the last any name that ends so: {}",
            also(example, *exists)
        ),
        What::UnescapedDot { example } => {
            format!("a dot in {pattern} stands for any character: {example} is matched too")
        }
        What::PatternTooLong { characters, limit } => {
            format!("{characters} characters; {product} saves {limit} at most")
        }
        What::PatternTooManyBytes { bytes, limit } => format!(
            "{bytes} bytes; {product} saves the pattern, but its registry reads {limit} at most and would \
             refuse every push"
        ),
        What::RuleMayBeTooLong { bytes, limit } => {
            format!("{bytes} bytes; {product} may be unable to save a rule of more than {limit}")
        }
        What::BlocksMovingTags { tags, reasons, total } => moving(tags, reasons, *total),
        What::EnforcerRefuses { construct } => format!(
            "{product} saves the pattern, but its registry cannot read {construct} and would refuse every push"
        ),
        What::MalformedPattern { problem, column, example, exists } => {
            malformed(pattern, product, *problem, *column, example.as_deref().map(|tag| (tag, *exists)))
        }
        What::BareComma { .. } => {
            format!("a comma in {pattern} stands for itself outside of braces: this is no list")
        }
        What::DoubleStarInBraces { .. } => {
            format!("** inside of braces in {pattern} does no more than *: it does not pass a slash")
        }
        What::AlternativeLost { example, .. } => format!(
            "{pattern} does not match {example}: one alternative does, but another goes on after a slash, \
             and {product} then follows that one only"
        ),
        What::WhiteSpace { .. } => {
            format!("{pattern:?} has white space, which stands for itself: no tag has any")
        }
        _ => about_rules(what, product),
    }
}

/// What only saved rules, several rules together or a whole project can have.
fn about_rules(what: &What, product: &str) -> String {
    let number = |index: &u32| index + 1;
    match what {
        What::Covered { by, .. } => format!("rule {} covers every tag of this one", number(by)),
        What::CoveredTogether { by, .. } => {
            let numbers: Vec<String> = by.iter().map(|index| number(index).to_string()).collect();
            format!("rules {} together cover every tag of this one", numbers.join(", "))
        }
        What::SameTags { with, .. } => format!("rule {} matches exactly the same tags", number(with)),
        What::ContradictoryLevels { with, example, .. } => {
            format!("rule {} asks for other roles for {example}", number(with))
        }
        What::RuleLimit { used, limit } => format!("{used} of {limit} rules are used"),
        What::DuplicatePattern { with, .. } => format!("rule {} has the same pattern", number(with)),
        What::MalformedRepositories { repositories, .. } => format!(
            "the pattern of repositories is malformed: in {repositories} repositories this rule does nothing and \
             switches off every later rule"
        ),
        What::UnsupportedSelector => {
            format!("{product} has saved a selector that it does not know, and gives up at this rule")
        }
        What::SwitchesOffLaterRules { tags, repository, example } => format!(
            "because of this rule no later one is in force for {tags} tags, such as {example} in {repository}"
        ),
        What::ProjectInRepositories { project } => {
            format!("repositories are compared without {project}/, so that none is covered")
        }
        What::NoRepository => "this rule covers no repository that exists".to_owned(),
        What::HiddenByProduct { used, shown } => {
            format!("{product}'s own pages show {shown} of these {used} rules")
        }
        What::ServerDisagrees { tags, repository, example, .. } => format!(
            "{product} itself says something else of {tags} tags than its rules do, such as {example} in \
             {repository}"
        ),
        What::FurtherSelectors { patterns } => {
            format!("{product} looks only at the first selectors of a rule, not at {}", patterns.join(" "))
        }
        What::NamespaceSelector { decoration, pattern } => {
            format!("this rule selects by namespace ({decoration} {pattern}) and covers nothing")
        }
        What::UncertainPattern => "the pattern cannot be read with certainty".to_owned(),
        What::NoRules { open } => format!("no rules: {open} tags are open"),
        What::MatchesEveryTag { .. }
        | What::MatchesNothing { .. }
        | What::ForeignSyntax { .. }
        | What::Unreachable { .. }
        | What::ExactNamesOnly { .. }
        | What::NotValidated { .. }
        | What::SlowPattern { .. }
        | What::NotAnchored { .. }
        | What::LooseAlternatives { .. }
        | What::UnescapedDot { .. }
        | What::PatternTooLong { .. }
        | What::PatternTooManyBytes { .. }
        | What::RuleMayBeTooLong { .. }
        | What::BlocksMovingTags { .. }
        | What::EnforcerRefuses { .. }
        | What::MalformedPattern { .. }
        | What::BareComma { .. }
        | What::DoubleStarInBraces { .. }
        | What::AlternativeLost { .. }
        | What::WhiteSpace { .. } => String::new(),
    }
}

fn nothing(pattern: &str, never: bool, excluding: bool) -> String {
    match (excluding, never) {
        (false, true) => format!("{pattern} matches no tag"),
        (false, false) => format!("{pattern} matches no tag that exists"),
        (true, true) => {
            format!("{pattern} leaves nothing out: it matches no tag, so that every tag is covered")
        }
        (true, false) => format!("{pattern} leaves out no tag that exists"),
    }
}

/// That a text is written in another language than the server reads.
pub(crate) fn foreign(
    pattern: &str,
    capabilities: &Capabilities,
    syntax: Syntax,
    translation: Option<&Translation>,
    matches_none: bool,
) -> String {
    let product = &capabilities.product;
    let written = match syntax {
        Syntax::RegularExpression => "a regular expression",
        Syntax::Glob => "a glob",
    };
    let read = match capabilities.dialect {
        Dialect::Gitlab | Dialect::GitlabCleanup => "regular expressions",
        Dialect::Ecr | Dialect::EcrFilters => "names in which only * stands for other text",
        Dialect::Prefix => "the start of names, character for character",
        Dialect::Harbor | Dialect::Harbor11 => "globs",
    };
    let none = if matches_none { ", so it matches no tag" } else { "" };
    let proof = translation.map(differences).unwrap_or_default();
    format!("{pattern} looks like {written}, but {product} compares {read}{none}{proof}")
}

fn differences(translation: &Translation) -> String {
    let pattern = &translation.pattern;
    let also =
        (!translation.also.is_empty()).then(|| format!("also matches {}", translation.also.join(" and ")));
    let not =
        (!translation.not.is_empty()).then(|| format!("does not match {}", translation.not.join(" and ")));
    match (translation.equal, also, not) {
        (true, ..) => format!("; {pattern} matches exactly the tags that are meant"),
        (false, Some(also), Some(not)) => format!("; {pattern} comes closest, but {also} and {not}"),
        (false, Some(one), None) | (false, None, Some(one)) => {
            format!("; {pattern} comes closest, but {one}")
        }
        (false, None, None) => String::new(),
    }
}

fn unreachable(pattern: &str, part: RulePart, text: &str, character: Option<&str>, whole: bool) -> String {
    let noun = match part {
        RulePart::Tags => "tag",
        RulePart::Repositories => "repository",
    };
    let why = match character {
        Some("+") => format!("no {noun} contains a +, and Helm writes _ in its place"),
        Some(character) if character.trim().is_empty() => format!("no {noun} contains white space"),
        Some(character @ ("/" | ":" | "@")) => {
            format!("no {noun} contains {character}, since the name of the image is not part of it")
        }
        Some(character) => format!("no {noun} contains {character}"),
        None => format!("no {noun} begins or goes on so"),
    };
    if whole {
        format!("{pattern} matches no {noun}: {why}")
    } else {
        format!("no {noun} can reach {text} in {pattern}: {why}")
    }
}

/// Entries that match exact names only.
struct Exact<'a> {
    entries: &'a [String],
    example: Option<&'a str>,
    beyond: u32,
    excluding: bool,
}

impl Exact<'_> {
    fn sentence(&self, pattern: &str, product: &str, cleanup: bool) -> String {
        let entries = match self.entries {
            [one] => one.clone(),
            several => several.join(" and "),
        };
        let within = if entries == pattern { String::new() } else { format!(" in {pattern}") };
        let other = match (self.beyond, self.example) {
            (0, Some(example)) => format!(", not a tag such as {example}"),
            (1, Some(example)) => format!(", not {example}, which starts so"),
            (beyond, Some(example)) => format!(", not the {beyond} tags that start so, such as {example}"),
            (_, None) => String::new(),
        };
        let effect = match (self.excluding, cleanup) {
            (true, _) => "; only that is left out",
            (false, true) => "; as the pattern of tags to keep, it lets all others be deleted",
            (false, false) => "",
        };
        format!(
            "{product} compares whole names, so only the exact name matches {entries}{within}{other}{effect}"
        )
    }
}

fn moving(tags: &[String], reasons: &[MovingReason], total: u32) -> String {
    let why = |place: usize| match reasons.get(place) {
        Some(MovingReason::Seen) => " (seen to move)",
        Some(MovingReason::Series) => " (follows longer versions)",
        Some(MovingReason::Alias) => " (another name for a version)",
        Some(MovingReason::Cache) => " (a cache)",
        Some(MovingReason::Attachment) => " (signatures are added to it)",
        Some(MovingReason::Latest | MovingReason::Channel | MovingReason::Branch) | None => "",
    };
    let named: Vec<String> =
        tags.iter().enumerate().map(|(place, tag)| format!("{tag}{}", why(place))).collect();
    let more = usize::try_from(total).unwrap_or(usize::MAX).saturating_sub(tags.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("tags that move would become immutable: {}{more}", named.join(" "))
}

fn malformed(
    pattern: &str,
    product: &str,
    problem: PatternErrorCode,
    column: Option<u32>,
    example: Option<(&str, bool)>,
) -> String {
    let wrong = match problem {
        PatternErrorCode::MissingBrace => "a { is never closed",
        PatternErrorCode::MissingBracket => "a [ is never closed",
        PatternErrorCode::ClassRange => "a set in brackets is empty, or a - in it is not escaped",
        PatternErrorCode::TrailingBackslash => "a \\ has nothing after it",
        PatternErrorCode::SlashInBraces => "there is a / inside of braces, where this server cuts them",
        _ => "it cannot be read",
    };
    let place = column.map(|column| format!(" (column {column})")).unwrap_or_default();
    let effect = match example {
        Some((tag, true)) => format!(
            "for {tag} this rule does nothing and switches off every later rule, and in a retention policy it \
             stops the run of every repository that the rule is about"
        ),
        Some((tag, false)) => format!(
            "for a tag such as {tag} this rule does nothing and switches off every later rule, and in a \
             retention policy it stops the run of every repository that the rule is about"
        ),
        None => "it does not do what it says".to_owned(),
    };
    format!("{pattern} is malformed, {wrong}{place}; {product} saves it, but {effect}")
}

fn also(example: &str, exists: bool) -> String {
    match exists {
        true => format!("{example} is matched too"),
        false => format!("a tag such as {example} would be matched too"),
    }
}
