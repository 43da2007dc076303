//! Rules that people write, with slips of the finger in them.

use fastrand::Rng;

use crate::chance::{once_in, one_of};
use crate::soup::piece;

const RULES: &[&str] = &[
    "^v\\d+\\.\\d+\\.\\d+$",
    "v*",
    "^(latest|v\\d+\\.\\d+\\.\\d+)$",
    "^v?\\d+(\\.\\d+){0,2}(-(alpha|beta|rc)\\.?\\d+)?$",
    "^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-([0-9A-Za-z-]+))?$",
    "[0-9a-f]{7,40}",
    "^[0-9a-f]{40}$",
    "-rc\\.?\\d+$",
    "^nightly-2024\\d{4}",
    "(?i)RELEASE",
    "(?i:stable|lts)",
    "main|master|latest",
    "^(main|master)-[0-9a-f]{8}-\\d{10}$",
    "^release[/-].*$",
    ".*-stable$",
    "^prod-",
    "^(?:dev|test|staging)[-_].+$",
    "^(?P<major>\\d+)\\.(?P<minor>\\d+)$",
    "\\d{4}-\\d{2}-\\d{2}",
    "^[^.]+$",
    "^(?!latest).*$",
    "[a-z]+[0-9]+",
    "^\\w+(-\\w+)*$",
    "alpine|bookworm|bullseye",
    "^[A-Z]+-[0-9]+",
    "^.{1,20}$",
    "\\bv1\\b",
    "^\\Q1.0\\E",
    "^[[:alnum:]._-]+$",
    "^\\p{Lu}[\\p{Ll}\\d]*$",
];

/// A rule after some slips.
pub(crate) fn mutant(rng: &mut Rng) -> String {
    let mut text: Vec<char> = one_of(rng, RULES).chars().collect();
    for _ in 0..rng.u32(1..5) {
        slip(rng, &mut text);
    }
    text.into_iter().collect()
}

fn slip(rng: &mut Rng, text: &mut Vec<char>) {
    let at = rng.usize(..=text.len());
    let other = rng.usize(..=text.len());
    let (low, high) = (at.min(other), at.max(other));
    match rng.u32(..9) {
        0 | 1 if at < text.len() => drop(text.remove(at)),
        2 if at < text.len() => text.insert(at, text[at]),
        3 if high < text.len() => text.swap(low, high),
        4 => insert(text, high, one_of(rng, &["*", "+", "?", "{2}", "{0,3}", "{1,}?", "??"])),
        5 => {
            insert(text, high, ")");
            insert(text, low, one_of(rng, &["(", "(?:", "(?i:", "[", "(?P<n>"]));
        }
        6 => {
            let rule: Vec<char> = one_of(rng, RULES).chars().collect();
            text.splice(at.., rule[rng.usize(..rule.len())..].iter().copied());
        }
        7 if at < text.len() => text[at] = flipped(text[at]),
        8 if once_in(rng, 2) => text.truncate(at),
        _ => insert(text, at, &piece(rng)),
    }
}

fn insert(text: &mut Vec<char>, at: usize, what: &str) {
    text.splice(at..at, what.chars());
}

/// In the other case, which turns `\d` into `\D`.
fn flipped(letter: char) -> char {
    if letter.is_ascii_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
}
