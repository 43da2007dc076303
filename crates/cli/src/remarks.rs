//! Findings about one pattern as English sentences.

use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::finding::{Severity, What};
use tagwarden_rules::pattern::PatternErrorCode;

/// The word before a remark.
pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Incident => "error",
    }
}

/// What was found; `None` for what only several rules together can have.
pub(crate) fn sentence(what: &What, pattern: &str, capabilities: &Capabilities) -> Option<String> {
    let product = &capabilities.product;
    let sentence = match what {
        What::MatchesEveryTag { repeated: Some(character) } => format!(
            "{pattern} matches every tag: * repeats the character before it, so this means \
             \"zero or more {character}, anywhere\""
        ),
        What::MatchesEveryTag { repeated: None } => format!("{pattern} matches every tag"),
        What::MatchesNothing => format!("{pattern} matches no tag"),
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
        What::BlocksMovingTags { tags } => {
            format!("tags that move would become immutable: {}", tags.join(" "))
        }
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
        _ => return None,
    };
    Some(sentence)
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
        Some((tag, true)) => format!("for {tag} this rule does nothing and switches off every later rule"),
        Some((tag, false)) => {
            format!("for a tag such as {tag} this rule does nothing and switches off every later rule")
        }
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
