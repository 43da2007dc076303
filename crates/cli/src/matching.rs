//! `tagwarden match`: which of these names a pattern matches.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;
use std::path::PathBuf;

use serde::Serialize;
use tagwarden_rules::pattern::Pattern;

use crate::failure::Failure;
use crate::{DialectName, compile, names};

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
    /// The names, one a line; standard input when it is - or left out
    file: Option<PathBuf>,
}

/// Whether any name matched.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let patterns = arguments
        .patterns
        .iter()
        .map(|text| compile(arguments.dialect, text))
        .collect::<Result<Vec<_>, _>>()?;
    let names = names::read(arguments.file.as_deref())?;
    let mut out = std::io::stdout().lock();
    if arguments.count {
        counts(&patterns, &names, arguments.json, &mut out)
    } else if arguments.verdicts {
        verdicts(&patterns, &names, arguments.json, &mut out)
    } else {
        matched(&patterns, &names, arguments.json, &mut out)
    }
}

#[derive(Serialize)]
struct Count<'a> {
    pattern: &'a str,
    count: usize,
}

fn counts(patterns: &[Pattern], names: &[u8], json: bool, out: &mut impl Write) -> Result<bool, Failure> {
    let counted: Vec<Count> = patterns
        .iter()
        .map(|pattern| {
            let mut count = 0;
            pattern.matching_lines(names, |_| count += 1);
            Count { pattern: pattern.text(), count }
        })
        .collect();
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
struct Verdict<'a> {
    name: std::borrow::Cow<'a, str>,
    verdict: &'static str,
}

fn verdicts(patterns: &[Pattern], names: &[u8], json: bool, out: &mut impl Write) -> Result<bool, Failure> {
    let mut out = std::io::BufWriter::new(out);
    let mut any = false;
    for name in names::lines(names) {
        let matches = patterns.iter().any(|pattern| pattern.is_match_bytes(name));
        any |= matches;
        let verdict = if matches { "match" } else { "no" };
        if json {
            serde_json::to_writer(&mut out, &Verdict { name: String::from_utf8_lossy(name), verdict })?;
        } else {
            out.write_all(verdict.as_bytes())?;
            out.write_all(b"\t")?;
            out.write_all(name)?;
        }
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(any)
}

fn matched(patterns: &[Pattern], names: &[u8], json: bool, out: &mut impl Write) -> Result<bool, Failure> {
    let places = places(patterns, names);
    if json {
        let texts: Vec<_> =
            places.iter().filter_map(|place| names.get(place.clone())).map(String::from_utf8_lossy).collect();
        let answer = BTreeMap::from([("matches", texts)]);
        writeln!(out, "{}", serde_json::to_string(&answer)?)?;
        return Ok(!places.is_empty());
    }
    let mut out = std::io::BufWriter::with_capacity(1 << 16, out);
    for piece in neighbours(&places) {
        out.write_all(names.get(piece).unwrap_or_default())?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(!places.is_empty())
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
