//! `tagwarden match`: which of these names a pattern matches.

use std::borrow::Cow;
use std::io::Write;
use std::ops::Range;
use std::path::PathBuf;

use serde::Serialize;
use tagwarden_rules::pattern::{Pattern, Verdict};

use crate::failure::Failure;
use crate::names::{Source, lines};
use crate::{DialectName, compile, compile_saved};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The language of the patterns
    #[arg(long)]
    dialect: DialectName,
    /// A pattern; with several, a name matches when one of them does
    #[arg(long = "pattern", required = true, allow_hyphen_values = true)]
    patterns: Vec<String>,
    /// Print how many names each pattern matches, a line each, instead of the names
    #[arg(long, conflicts_with = "verdicts")]
    count: bool,
    /// Print every name after its verdict: match, no or error
    #[arg(long)]
    verdicts: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// The policy is switched off, so that the server has saved the patterns without validating them
    #[arg(long)]
    off: bool,
    /// The names, one a line; standard input when it is - or left out
    file: Option<PathBuf>,
}

/// Whether any name matched.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let compile = if arguments.off { compile_saved } else { compile };
    let patterns = arguments
        .patterns
        .iter()
        .map(|text| compile(arguments.dialect, text))
        .collect::<Result<Vec<_>, _>>()?;
    let names = Source::open(arguments.file.as_deref())?;
    let mut out = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let any = if arguments.count {
        counts(&patterns, names, arguments.json, &mut out)
    } else if arguments.verdicts {
        verdicts(&patterns, names, arguments.json, &mut out)
    } else if arguments.json {
        list(&patterns, names, &mut out)
    } else {
        matched(&patterns, names, &mut out)
    }?;
    out.flush()?;
    Ok(any)
}

#[derive(Serialize)]
struct Count<'a> {
    pattern: &'a str,
    count: usize,
}

fn counts(patterns: &[Pattern], names: Source, json: bool, out: &mut impl Write) -> Result<bool, Failure> {
    let mut counted: Vec<Count> =
        patterns.iter().map(|pattern| Count { pattern: pattern.text(), count: 0 }).collect();
    names.blocks(|block| {
        for (pattern, counted) in patterns.iter().zip(&mut counted) {
            pattern.matching_lines(block, |_| counted.count += 1);
        }
        Ok(())
    })?;
    if json {
        writeln!(out, "{}", serde_json::to_string(&counted)?)?;
    } else {
        for Count { count, .. } in &counted {
            writeln!(out, "{count}")?;
        }
    }
    Ok(counted.iter().any(|counted| counted.count > 0))
}

#[derive(Serialize)]
struct Judged<'a> {
    name: Cow<'a, str>,
    verdict: &'static str,
}

fn verdicts(patterns: &[Pattern], names: Source, json: bool, out: &mut impl Write) -> Result<bool, Failure> {
    let mut any = false;
    names.blocks(|block| {
        for name in lines(block) {
            let verdict = verdict(patterns, name);
            any |= verdict == Verdict::Match;
            let verdict = word(verdict);
            if json {
                serde_json::to_writer(&mut *out, &Judged { name: String::from_utf8_lossy(name), verdict })?;
            } else {
                out.write_all(verdict.as_bytes())?;
                out.write_all(b"\t")?;
                out.write_all(name)?;
            }
            out.write_all(b"\n")?;
        }
        Ok(())
    })?;
    Ok(any)
}

/// A match with one of the patterns; else an error, if one of them errs.
fn verdict(patterns: &[Pattern], name: &[u8]) -> Verdict {
    let mut all = Verdict::No;
    for pattern in patterns {
        match pattern.verdict_bytes(name) {
            Verdict::Match => return Verdict::Match,
            Verdict::Error => all = Verdict::Error,
            Verdict::No => {}
        }
    }
    all
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Match => "match",
        Verdict::No => "no",
        Verdict::Error => "error",
    }
}

/// All names that match, as one JSON list.
fn list(patterns: &[Pattern], names: Source, out: &mut impl Write) -> Result<bool, Failure> {
    let mut any = false;
    out.write_all(b"{\"matches\":[")?;
    names.blocks(|block| {
        for place in places(patterns, block) {
            if any {
                out.write_all(b",")?;
            }
            any = true;
            serde_json::to_writer(&mut *out, &String::from_utf8_lossy(&block[place]))?;
        }
        Ok(())
    })?;
    out.write_all(b"]}\n")?;
    Ok(any)
}

fn matched(patterns: &[Pattern], names: Source, out: &mut impl Write) -> Result<bool, Failure> {
    let mut any = false;
    names.blocks(|block| {
        let places = places(patterns, block);
        any |= !places.is_empty();
        for piece in neighbours(&places) {
            out.write_all(&block[piece])?;
            out.write_all(b"\n")?;
        }
        Ok(())
    })?;
    Ok(any)
}

/// Names that follow one another go out in one piece.
fn neighbours(places: &[Range<usize>]) -> impl Iterator<Item = Range<usize>> {
    let together = places.chunk_by(|before, after| after.start == before.end + 1);
    together.filter_map(|piece| Some(piece.first()?.start..piece.last()?.end))
}

/// Where the names are that one of the patterns matches, in order.
fn places(patterns: &[Pattern], names: &[u8]) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    for pattern in patterns {
        pattern.matching_lines(names, |place| places.push(place));
    }
    if patterns.len() > 1 {
        places.sort_unstable_by_key(|place| place.start);
        places.dedup();
    }
    places
}
