//! The verdicts of google-re2, pattern by pattern: accepted or refused, with which words, and
//! which names match. Not one may differ.

// A helper of a test fails the test.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use serde_json::Value;
use tagwarden_rules::pattern::{Dialect, Pattern, PatternErrorCode, PatternErrorKind};

fn vectors(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors").join(name)
}

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().expect("a list");
    items.iter().map(|item| item.as_str().expect("a text").to_owned()).collect()
}

/// What the other engine said: its error, or the indices of the names that match.
type Verdict = Result<Vec<usize>, String>;

/// Where ours differs, as a sentence.
fn difference(pattern: &str, names: &[String], theirs: &Verdict) -> Option<String> {
    let ours: Verdict = match Pattern::compile(Dialect::Gitlab, pattern) {
        Ok(compiled) => Ok((0..names.len()).filter(|&i| compiled.is_match(&names[i])).collect()),
        // RE2 takes a blank text; it is Rails that refuses it.
        Err(error) if error.code == PatternErrorCode::Blank => return None,
        Err(error) => {
            assert_eq!(error.kind, PatternErrorKind::Refused, "{pattern:?}: {error}");
            Err(error.reason)
        }
    };
    (ours != *theirs).then(|| format!("{pattern:?}: RE2 says {theirs:?}, we say {ours:?}"))
}

fn report(cases: usize, differences: &[String]) {
    let shown = differences.iter().take(30).cloned().collect::<Vec<_>>().join("\n");
    assert!(differences.is_empty(), "{} of {cases} differ:\n{shown}", differences.len());
}

#[test]
fn every_hand_picked_pattern_is_read_as_re2_reads_it() {
    let file = std::fs::read_to_string(vectors("re2.json")).expect("the vectors");
    let vectors: Value = serde_json::from_str(&file).expect("JSON");
    let names = texts(&vectors["names"]);
    let cases = vectors["cases"].as_array().expect("cases");
    let differences: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let theirs = match case["error"].as_str() {
                Some(error) => Err(error.to_owned()),
                None => {
                    let hits = case["match"].as_array().expect("indices");
                    Ok(hits.iter().map(|hit| hit.as_u64().expect("an index") as usize).collect())
                }
            };
            difference(case["pattern"].as_str().expect("a pattern"), &names, &theirs)
        })
        .collect();
    assert!(cases.len() > 100);
    report(cases.len(), &differences);
}

#[test]
fn every_fuzzed_pattern_is_read_as_re2_reads_it() {
    let file = std::fs::File::open(vectors("re2-fuzz.jsonl.gz")).expect("the vectors");
    let mut lines = BufReader::new(flate2::read::GzDecoder::new(file)).lines();
    let header: Value = serde_json::from_str(&lines.next().expect("a header").expect("text")).expect("JSON");
    let names = texts(&header["names"]);
    let mut cases = 0;
    let mut differences = Vec::new();
    for line in lines {
        let case: Value = serde_json::from_str(&line.expect("text")).expect("JSON");
        let (pattern, answer) = (case[0].as_str().expect("a pattern"), case[1].as_str().expect("an answer"));
        let theirs = match answer.strip_prefix('!') {
            Some(error) => Err(error.to_owned()),
            None => {
                let mask = u64::from_str_radix(answer, 16).expect("a mask");
                Ok((0..names.len()).filter(|i| mask >> i & 1 == 1).collect())
            }
        };
        cases += 1;
        differences.extend(difference(pattern, &names, &theirs));
    }
    assert!(cases >= 20_000);
    report(cases, &differences);
}
