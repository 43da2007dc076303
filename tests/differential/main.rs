//! Tagwarden against RE2 itself, and against Go's regexp: patterns nobody has seen before, at every
//! run others.
//!
//! `TAGWARDEN_SEED` repeats a run, `TAGWARDEN_PATTERNS` sets how many patterns it takes. RE2 answers
//! from `target/venv`, which `scripts/setup test` makes; without it the test is passed over, unless
//! `TAGWARDEN_ORACLES=1` says that it has to be there. Go answers where there is a Go.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop and say where"
)]

mod chance;
mod disagreement;
mod grammar;
mod mutation;
mod names;
mod oracle;
mod ours;
mod places;
mod run;
mod shrink;
mod soup;
mod tally;
mod verdict;

use std::io::Write;

use oracle::Oracle;

const USUAL_COUNT: usize = 20_000;

#[test]
fn every_fresh_pattern_is_read_as_re2_and_go_read_it() {
    let Some(re2) = Oracle::re2() else {
        say("passed over: no RE2 in target/venv; scripts/setup test makes it");
        return;
    };
    let go = Oracle::go();
    let seed = number("TAGWARDEN_SEED").unwrap_or_else(|| fastrand::u64(..));
    let count = number("TAGWARDEN_PATTERNS").map_or(USUAL_COUNT, |count| count as usize);
    let others = match &go {
        Some(go) => format!("{} and {}", re2.engine, go.engine),
        None => format!("{}; no Go of 1.25 or later, passed over", re2.engine),
    };
    say(&format!("TAGWARDEN_SEED={seed}, {count} patterns against {others}"));
    let tally = run::run(seed, count, re2, go);
    say(&tally.to_string());
    let shown: Vec<String> = tally.mismatches.iter().cloned().collect();
    assert!(shown.is_empty(), "TAGWARDEN_SEED={seed}\n{}", shown.join("\n"));
    tally.check_coverage();
}

/// Said also when the test passes, past the harness, which keeps what is printed to itself.
fn say(sentence: &str) {
    writeln!(std::io::stderr(), "differential: {sentence}").expect("standard error is open");
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}
