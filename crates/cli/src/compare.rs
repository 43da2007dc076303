//! `tagwarden compare`: how the tags of two patterns lie to one another.

use std::io::Write;

use serde::Serialize;
use tagwarden_rules::pattern::Relation;

use crate::failure::Failure;
use crate::{DialectName, compile};

/// Example tags shown of each part.
const EXAMPLES: usize = 3;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The first pattern
    #[arg(long, allow_hyphen_values = true)]
    a: String,
    /// The language of the first
    #[arg(long)]
    dialect_a: DialectName,
    /// The second pattern
    #[arg(long, allow_hyphen_values = true)]
    b: String,
    /// The language of the second
    #[arg(long)]
    dialect_b: DialectName,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer {
    relation: &'static str,
    only_a: Vec<String>,
    only_b: Vec<String>,
    both: Vec<String>,
}

/// Always true: every answer is one, "undecided" too.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let a = compile(arguments.dialect_a, &arguments.a)?;
    let b = compile(arguments.dialect_b, &arguments.b)?;
    let answer = match a.compare(&b, EXAMPLES) {
        Some(comparison) => Answer {
            relation: word(comparison.relation()),
            only_a: comparison.only_first,
            only_b: comparison.only_second,
            both: comparison.both,
        },
        None => Answer { relation: "undecided", only_a: Vec::new(), only_b: Vec::new(), both: Vec::new() },
    };
    let mut out = std::io::stdout().lock();
    if arguments.json {
        writeln!(out, "{}", serde_json::to_string(&answer)?)?;
        return Ok(true);
    }
    writeln!(out, "{}", answer.relation)?;
    for (part, tags) in [("only a", &answer.only_a), ("only b", &answer.only_b), ("both", &answer.both)] {
        if !tags.is_empty() {
            writeln!(out, "{part}: {}", tags.join(" "))?;
        }
    }
    Ok(true)
}

fn word(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "equal",
        Relation::FirstInSecond => "a-in-b",
        Relation::SecondInFirst => "b-in-a",
        Relation::Overlap => "overlap",
        Relation::Disjoint => "disjoint",
    }
}
