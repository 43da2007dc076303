//! `tagwarden lint`: what is worth knowing about a pattern before it is saved.

use std::io::Write;
use std::path::PathBuf;

use serde::Serialize;
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::finding::{Finding, Fix, Severity, What, findings};
use tagwarden_rules::pattern::{Dialect, Pattern, PatternError};
use tagwarden_rules::preview::{NameBits, TagIndex};
use tagwarden_rules::rule::{Blocks, Effect, Role, Rule, Selector, SelectorMode};
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
    /// The rule covers the tags that do not match
    #[arg(long)]
    excluding: bool,
    /// The policy is switched off, so that the server has saved the pattern without validating it
    #[arg(long)]
    off: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    pattern: &'a str,
    /// Whether the rule covers what the pattern does not match.
    excluding: bool,
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
    /// Whether the rule has to cover what the pattern does not match.
    excluding: bool,
    /// Tags that the pattern matches, when there are tags to match.
    matches: Option<u32>,
    /// Tags that the rule then covers, when there are tags to cover.
    covers: Option<u32>,
}

/// Whether there is nothing to warn of.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let dialect = Dialect::from(arguments.pattern.dialect);
    let mut out = std::io::stdout().lock();
    let mut answer = Answer {
        pattern: &arguments.pattern.text,
        excluding: arguments.excluding,
        error: None,
        matches: None,
        findings: Vec::new(),
    };
    let compile = if arguments.off { Pattern::compile_saved } else { Pattern::compile };
    let pattern = match compile(dialect, &arguments.pattern.text) {
        Ok(pattern) => pattern,
        Err(error) => {
            if arguments.json {
                answer.error = Some(error.clone());
                writeln!(out, "{}", serde_json::to_string(&answer)?)?;
            }
            return Err(Failure::Pattern { dialect, text: arguments.pattern.text.clone(), error });
        }
    };
    let index = arguments.tags.as_deref().map(read).transpose()?;
    let effect = match arguments.immutable {
        true => Effect::Immutable { blocks: Blocks::OverwriteAndDelete },
        false => Effect::Protect { push: Role::Maintainer, delete: Role::Maintainer },
    };
    let mode = if arguments.excluding { SelectorMode::Excluding } else { SelectorMode::Matching };
    let tags = Selector { mode, dialect, pattern: pattern.text().to_owned() };
    let rules = [Rule { repositories: None, tags, effect, enabled: true }];
    let compiled = match arguments.off {
        true => CompiledRules::compile_saved(&rules),
        false => CompiledRules::compile(&rules),
    };
    let capabilities = Capabilities::of_dialect(dialect);
    let found = findings(&compiled, &rules, index.as_ref(), &capabilities);
    let clean = !found.iter().any(|finding| finding.severity > Severity::Note);
    let count = |index| NameBits::of(index, &pattern, &|| false).ok().map(|bits| bits.rows(index));
    answer.matches = index.as_ref().and_then(count);
    let tags = index.as_ref().map(|index| u32::try_from(index.len()).unwrap_or(u32::MAX));
    let asked =
        Asked { pattern: &pattern, capabilities: &capabilities, tags, excluding: arguments.excluding };
    answer.findings = found.into_iter().map(|finding| asked.remark(finding)).collect();
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

/// What was asked about.
struct Asked<'a> {
    pattern: &'a Pattern,
    capabilities: &'a Capabilities,
    /// How many tags were given.
    tags: Option<u32>,
    excluding: bool,
}

impl Asked<'_> {
    fn remark(&self, finding: Finding) -> Remark {
        let text = sentence(&finding.what, self.pattern.text(), self.capabilities);
        let fixes = finding.fixes.into_iter().filter_map(|fix| self.better(fix)).collect();
        Remark { severity: finding.severity, what: finding.what, text, fixes }
    }

    /// A fix that is another text; the other fixes are about several rules.
    fn better(&self, fix: Fix) -> Option<Better> {
        let given = |count: u32| self.tags.map(|_| count);
        match fix {
            Fix::ReplacePattern { pattern, matches, .. } => {
                let left = self.tags.map(|tags| tags.saturating_sub(matches));
                let covers = if self.excluding { left } else { given(matches) };
                Some(Better { pattern, excluding: self.excluding, matches: given(matches), covers })
            }
            Fix::ReplaceSelector { tags, covers } => {
                let excluding = tags.mode == SelectorMode::Excluding;
                let left = self.tags.map(|tags| tags.saturating_sub(covers));
                let matches = if excluding { left } else { given(covers) };
                Some(Better { pattern: tags.pattern, excluding, matches, covers: given(covers) })
            }
            Fix::ReplaceRepositories { .. } | Fix::DeleteRule | Fix::Merge { .. } => None,
        }
    }
}

fn print(answer: &Answer<'_>, out: &mut impl Write) -> Result<(), Failure> {
    if let Some(matches) = answer.matches {
        writeln!(out, "matches {matches} of the given tags")?;
    }
    for remark in &answer.findings {
        writeln!(out, "{}: {}", severity(remark.severity), remark.text)?;
        for better in &remark.fixes {
            let word = if better.excluding && !answer.excluding { "try excluding" } else { "try" };
            match better.matches {
                Some(matches) => writeln!(out, "  {word} {} (matches {matches})", better.pattern)?,
                None => writeln!(out, "  {word} {}", better.pattern)?,
            }
        }
    }
    Ok(())
}
