//! Questions about all the tags there can be.

use crate::patterns::{MORE, SUITE};
use crate::times::{median, timed};
use crate::{ROUNDS, gitlab, line};

pub(crate) fn measure() {
    let texts: Vec<&str> = SUITE.iter().chain(&MORE).copied().collect();
    let (mut building, mut asking) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (time, patterns) = timed(|| {
            let patterns: Vec<_> = texts.iter().map(|text| gitlab(text)).collect();
            // The first question builds the automaton.
            patterns.iter().for_each(|pattern| assert!(pattern.matches_no_tag() == Some(false)));
            patterns
        });
        building.push(time);
        asking.push(timed(|| {
            for one in &patterns {
                for other in &patterns {
                    assert!(one.tags_beyond(other, 1).is_some());
                }
            }
        }));
    }
    let pairs = texts.len() * texts.len();
    let asking = median(asking.into_iter().map(|(time, ())| time).collect());
    println!();
    let value = format!("{asking:.1} ms, and {:.1} to compile", median(building));
    line(&format!("{pairs} pairs of rules, the shortest tag of one beyond the other"), &value, "aim 5 ms");
    for text in ["^[ab]*a[ab]{18}$", "^.*a.{14}$", "(a.{20}b.{20}c)|x{500}"] {
        let (one, other) = (gitlab(text), gitlab("^.*b.{14}$"));
        let (time, answer) = timed(|| one.compare(&other, 1));
        let answer = if answer.is_some() { "decided" } else { "undecided" };
        line(
            &format!("{text} against ^.*b.{{14}}$"),
            &format!("{answer} in {time:.1} ms"),
            "aim 10 ms a rule",
        );
    }
}
