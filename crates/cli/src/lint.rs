//! `tagwarden lint`: what is worth knowing about a pattern before it is saved.

use std::io::Write;
use std::path::PathBuf;

use serde::Serialize;
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::finding::{Finding, Fix, Severity, What, findings};
use tagwarden_rules::pattern::{Dialect, Pattern, PatternError};
use tagwarden_rules::preview::{NameBits, TagIndex};
use tagwarden_rules::rule::{Blocks, Effect, Role, Rule, Selector};
use tagwarden_rules::state::CompiledRules;

use crate::OnePattern;
use crate::failure::Failure;
use crate::names::{Source, lines};
use crate::remarks::{sentence, severity};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pattern: OnePattern,
    /// Tags that exist, one a line; standard input when it is -
    #[arg(long, value_name = "FILE")]
    tags: Option<PathBuf>,
    /// The rule makes what it covers immutable
    #[arg(long)]
    immutable: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    pattern: &'a str,
    error: Option<PatternError>,
    /// Tags that it matches, when there are tags to match.
    matches: Option<u32>,
    findings: Vec<Remark>,
}

#[derive(Serialize)]
struct Remark {
    severity: Severity,
    #[serde(flatten)]
    what: What,
    text: String,
    fixes: Vec<Better>,
}

#[derive(Serialize)]
struct Better {
    pattern: String,
    matches: Option<u32>,
}

/// Whether there is nothing to warn of.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let dialect = Dialect::from(arguments.pattern.dialect);
    let mut out = std::io::stdout().lock();
    let mut answer =
        Answer { pattern: &arguments.pattern.text, error: None, matches: None, findings: Vec::new() };
    let pattern = match Pattern::compile(dialect, &arguments.pattern.text) {
        Ok(pattern) => pattern,
        Err(error) => {
            if arguments.json {
                answer.error = Some(error.clone());
                writeln!(out, "{}", serde_json::to_string(&answer)?)?;
            }
            return Err(Failure::Pattern { text: arguments.pattern.text.clone(), error });
        }
    };
    let index = arguments.tags.as_deref().map(read).transpose()?;
    let effect = match arguments.immutable {
        true => Effect::Immutable { blocks: Blocks::OverwriteAndDelete },
        false => Effect::Protect { push: Role::Maintainer, delete: Role::Maintainer },
    };
    let rule =
        Rule { repositories: None, tags: Selector::matching(dialect, pattern.text()), effect, enabled: true };
    let rules = [rule];
    let compiled = CompiledRules::compile(&rules);
    let capabilities = Capabilities::of_dialect(dialect);
    let found = findings(&compiled, &rules, index.as_ref(), &capabilities);
    let clean = !found.iter().any(|finding| finding.severity > Severity::Note);
    let count = |index| NameBits::of(index, &pattern, &|| false).ok().map(|bits| bits.rows(index));
    answer.matches = index.as_ref().and_then(count);
    answer.findings =
        found.into_iter().filter_map(|finding| remark(finding, &pattern, &capabilities, &index)).collect();
    if arguments.json {
        writeln!(out, "{}", serde_json::to_string(&answer)?)?;
    } else {
        print(&answer, &mut out)?;
    }
    Ok(clean)
}

fn read(file: &std::path::Path) -> Result<TagIndex, Failure> {
    let names = Source::open(Some(file))?.text()?;
    let tags = lines(&names).map(|name| String::from_utf8_lossy(name).into_owned());
    Ok(TagIndex::build(vec![(String::new(), tags.collect())]))
}

fn remark(
    finding: Finding,
    pattern: &Pattern,
    capabilities: &Capabilities,
    index: &Option<TagIndex>,
) -> Option<Remark> {
    let text = sentence(&finding.what, pattern.text(), capabilities)?;
    let fixes = finding.fixes.into_iter().filter_map(|fix| match fix {
        Fix::ReplacePattern { pattern, matches, .. } => {
            Some(Better { pattern, matches: index.as_ref().map(|_| matches) })
        }
        _ => None,
    });
    Some(Remark { severity: finding.severity, what: finding.what, text, fixes: fixes.collect() })
}

fn print(answer: &Answer<'_>, out: &mut impl Write) -> Result<(), Failure> {
    if let Some(matches) = answer.matches {
        writeln!(out, "matches {matches} of the given tags")?;
    }
    for remark in &answer.findings {
        writeln!(out, "{}: {}", severity(remark.severity), remark.text)?;
        for better in &remark.fixes {
            match better.matches {
                Some(matches) => writeln!(out, "  try {} (matches {matches})", better.pattern)?,
                None => writeln!(out, "  try {}", better.pattern)?,
            }
        }
    }
    Ok(())
}
