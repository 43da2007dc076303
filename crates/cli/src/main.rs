//! `tagwarden`: what the window does, for scripts and for anyone who wants to check us.
//!
//! Ends with 0 when something matched or was answered, 1 when nothing matched or there is something
//! to warn of, 2 when the question could not be answered; then a sentence on standard error says why.

mod compare;
mod explain;
mod failure;
mod lint;
mod matching;
mod names;
mod phrases;
mod remarks;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use tagwarden_rules::pattern::{Dialect, Pattern, PatternError};

use crate::failure::Failure;

#[derive(Parser)]
#[command(name = "tagwarden", version, about = "What tag rules match, without a window")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Print the tags that a pattern matches, as the server would
    Match(matching::Arguments),
    /// Compare all the tags that two patterns match, whether they exist or not
    Compare(compare::Arguments),
    /// Say what is worth knowing about a pattern before it is saved; ends with 1 when it warns
    Lint(lint::Arguments),
    /// Say a pattern in words
    Explain(explain::Arguments),
}

/// The languages of patterns, as they are named on the command line.
#[derive(Clone, Copy, ValueEnum)]
enum DialectName {
    /// GitLab tag rules: RE2, found anywhere in the name
    Gitlab,
    /// GitLab cleanup policies: RE2 between \A and \z
    GitlabCleanup,
    /// AWS ECR exclusion filters: the whole name, * for any text
    Ecr,
    /// All exclusion filters of an AWS ECR repository, joined by commas
    EcrFilters,
    /// The start of the name
    Prefix,
    /// Harbor from 2.9.5, 2.10.3 and 2.11 on: globs of doublestar 1.3.4
    Harbor,
    /// Older Harbor: globs of doublestar 1.1.1
    #[value(name = "harbor-1.1")]
    Harbor11,
}

impl From<DialectName> for Dialect {
    fn from(name: DialectName) -> Self {
        match name {
            DialectName::Gitlab => Self::Gitlab,
            DialectName::GitlabCleanup => Self::GitlabCleanup,
            DialectName::Ecr => Self::Ecr,
            DialectName::EcrFilters => Self::EcrFilters,
            DialectName::Prefix => Self::Prefix,
            DialectName::Harbor => Self::Harbor,
            DialectName::Harbor11 => Self::Harbor11,
        }
    }
}

/// The arguments of a question about one pattern.
#[derive(clap::Args)]
struct OnePattern {
    /// The language of the pattern
    #[arg(long)]
    dialect: DialectName,
    /// The pattern
    #[arg(long = "pattern", value_name = "PATTERN", allow_hyphen_values = true)]
    text: String,
}

/// Reads a pattern, and says on standard error what the user should know about one that works.
fn compile(dialect: DialectName, text: &str) -> Result<Pattern, Failure> {
    told(Pattern::compile(dialect.into(), text), dialect, text)
}

/// The same of a pattern that the server has saved without validating it.
fn compile_saved(dialect: DialectName, text: &str) -> Result<Pattern, Failure> {
    let pattern = told(Pattern::compile_saved(dialect.into(), text), dialect, text)?;
    if let Some(error) = pattern.refused_if_validated() {
        complain(&format!("warning: GitLab refuses {text:?} when the policy is switched on: {error}"));
    }
    Ok(pattern)
}

fn told(
    compiled: Result<Pattern, PatternError>,
    dialect: DialectName,
    text: &str,
) -> Result<Pattern, Failure> {
    let pattern = compiled.map_err(|error| Failure::Pattern {
        dialect: dialect.into(),
        text: text.to_owned(),
        error,
    })?;
    if let Some(construct) = pattern.enforcer_refuses() {
        complain(&format!(
            "warning: GitLab saves {text:?}, but its registry cannot read {construct} and would refuse every push"
        ));
    }
    Ok(pattern)
}

fn complain(sentence: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr(), "tagwarden: {sentence}");
}

fn main() -> ExitCode {
    let answer = match Arguments::parse().verb {
        Verb::Match(arguments) => matching::run(&arguments),
        Verb::Compare(arguments) => compare::run(&arguments),
        Verb::Lint(arguments) => lint::run(&arguments),
        Verb::Explain(arguments) => explain::run(&arguments),
    };
    match answer {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // The reader went away, as `head` does. What it wanted it has.
        Err(Failure::Write(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure.to_string());
            ExitCode::from(2)
        }
    }
}
