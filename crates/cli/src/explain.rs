//! `tagwarden explain`: a pattern in words.

use std::io::Write;

use tagwarden_rules::blocks::explain;

use crate::failure::Failure;
use crate::phrases::sentence;
use crate::{OnePattern, compile};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pattern: OnePattern,
}

/// Always true: a pattern that cannot be said plainly is answered with tags that it matches.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let pattern = compile(arguments.pattern.dialect, &arguments.pattern.text)?;
    let phrases = explain(pattern.dialect(), pattern.text());
    let mut out = std::io::stdout().lock();
    if phrases.is_empty() {
        let examples = pattern.shortest_tags(3).join(" ");
        writeln!(out, "This pattern cannot be said plainly. Tags it matches: {examples}")?;
    } else {
        writeln!(out, "{}", sentence(&phrases))?;
    }
    Ok(true)
}
