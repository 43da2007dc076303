//! Findings about one pattern as English sentences.

use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::finding::{Severity, What};

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
        _ => return None,
    };
    Some(sentence)
}

fn also(example: &str, exists: bool) -> String {
    match exists {
        true => format!("{example} is matched too"),
        false => format!("a tag such as {example} would be matched too"),
    }
}
