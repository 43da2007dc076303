//! How many steps doublestar takes for a name. It goes back to every star and every list and remembers
//! nothing, so that stars one behind the other multiply.
//!
//! The steps are counted without taking them: what is left of a pattern and of a name always costs the
//! same, so that each pair is looked at once.

use std::collections::HashMap;

use super::outline::{MarkKind, marks};
use super::text::{Class, NO_CHARACTER, alternatives, can_be_empty, find_unescaped, first_character};
use super::{Malformed, Release};
use crate::tag::MAX_TAG_LENGTH;

/// More steps than this take a server about a tenth of a second for one tag (some 10 ns each).
pub(super) const SLOW: u64 = 10_000_000;
/// Names that are tried.
const MOST_NAMES: usize = 12;
/// Pairs that are looked at for one name, before the cost is given up as unknown.
const MOST_PAIRS: usize = 200_000;
/// Lengths that are tried, shortest first.
const LENGTHS: [usize; 6] = [16, 24, 32, 48, 64, MAX_TAG_LENGTH];

/// A name that costs the server many steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Costly {
    /// The name, as short as it can be.
    pub(crate) name: String,
    /// Steps for it.
    pub(crate) steps: u64,
}

/// A tag for which matching takes more than [`SLOW`] steps, if there is one among those that are bad for
/// most patterns.
pub(super) fn costly(release: Release, text: &str) -> Option<Costly> {
    if most_ways(text) <= SLOW {
        return None;
    }
    let seeds = seeds(text);
    let worst = |length: usize| {
        let names = seeds.iter().map(|seed| seed.chars().cycle().take(length).collect::<String>());
        let names = names.filter(|name| crate::tag::is_valid_tag(name));
        let costs = names.filter_map(|name| Some((steps(release, text, &name)?, name)));
        let (steps, name) = costs.max_by_key(|(steps, _)| *steps)?;
        (steps > SLOW).then_some(Costly { name, steps })
    };
    // Most patterns are quick for the longest tag, too.
    worst(MAX_TAG_LENGTH)?;
    LENGTHS.iter().find_map(|length| worst(*length))
}

/// No fewer ways than there are to share a tag among the stars, and to choose among the lists.
fn most_ways(text: &str) -> u64 {
    let (mut stars, mut ways) = (0u64, 1u64);
    // Stars of the alternatives of one list stand side by side, not one behind the other.
    let (mut inside, mut most_inside, mut entries) = (0, 0, 1u64);
    for mark in marks(text) {
        match mark.kind {
            MarkKind::Star if mark.depth == 0 => stars += 1,
            MarkKind::Star => inside += 1,
            MarkKind::Open if mark.depth == 0 => (inside, most_inside, entries) = (0, 0, 1),
            MarkKind::Comma if mark.depth == 1 => {
                most_inside = inside.max(most_inside);
                inside = 0;
                entries += 1;
            }
            MarkKind::Close if mark.depth == 0 => {
                stars += inside.max(most_inside);
                ways = ways.saturating_mul(entries);
            }
            MarkKind::Open => ways = ways.saturating_mul(2),
            MarkKind::Comma | MarkKind::Close | MarkKind::Slash => {}
        }
    }
    let length = MAX_TAG_LENGTH as u64;
    (0..stars).fold(ways, |ways, star| ways.saturating_mul(length.saturating_sub(star).max(1)) / (star + 1))
}

/// What names are made of that match long and then do not: single characters of the pattern, and the texts
/// between its stars.
fn seeds(text: &str) -> Vec<String> {
    let plain: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let mut seeds: Vec<String> = Vec::new();
    for word in plain.split_whitespace() {
        let letters = word.chars().map(String::from);
        for seed in letters.chain([word.to_owned()]) {
            if !seeds.contains(&seed) && seeds.len() < MOST_NAMES {
                seeds.push(seed);
            }
        }
    }
    if seeds.is_empty() {
        seeds.push("a".to_owned());
    }
    seeds
}

/// The steps for one name; `None`: too many pairs to be counted.
pub(super) fn steps(release: Release, text: &str, name: &str) -> Option<u64> {
    let mut counter = Counter { release, known: HashMap::new() };
    counter.count(text.as_bytes(), name.as_bytes()).map(|(steps, _)| steps)
}

/// Whether a segment matches, as far as a name without slashes goes.
type Answer = Result<bool, Malformed>;

struct Counter {
    release: Release,
    known: HashMap<(Vec<u8>, usize), (u64, Answer)>,
}

impl Counter {
    fn count(&mut self, pattern: &[u8], name: &[u8]) -> Option<(u64, Answer)> {
        let key = (pattern.to_vec(), name.len());
        if let Some(known) = self.known.get(&key) {
            return Some(*known);
        }
        if self.known.len() > MOST_PAIRS {
            return None;
        }
        let counted = self.walk(pattern, name)?;
        self.known.insert(key, counted);
        Some(counted)
    }

    fn walk(&mut self, pattern: &[u8], name: &[u8]) -> Option<(u64, Answer)> {
        let (mut pattern, mut name, mut steps) = (pattern, name, 1u64);
        while !pattern.is_empty() && !name.is_empty() {
            let (mark, width) = first_character(pattern);
            let (character, taken) = first_character(name);
            let rest = pattern.get(width..).unwrap_or_default();
            steps += 1;
            pattern = match mark {
                '\\' => match first_character(rest) {
                    (NO_CHARACTER, _) => return Some((steps, Err(Malformed))),
                    (escaped, width) if escaped == character => rest.get(width..).unwrap_or_default(),
                    _ => return Some((steps, Ok(false))),
                },
                '*' if rest.is_empty() => return Some((steps, Ok(true))),
                '*' => return self.star(rest, name, steps),
                '[' => match Class::read(rest) {
                    Ok((class, rest)) if class.has(character) => rest,
                    Ok(_) => return Some((steps, Ok(false))),
                    Err(error) => return Some((steps, Err(error))),
                },
                '{' => return self.list(rest, name, steps),
                _ if mark == '?' || mark == character => rest,
                _ => return Some((steps, Ok(false))),
            };
            name = name.get(taken..).unwrap_or_default();
        }
        let ends = match self.release {
            _ if !name.is_empty() => Ok(false),
            Release::Recent => {
                let slash = find_unescaped(pattern, b'/');
                can_be_empty(pattern.get(..slash.unwrap_or(pattern.len())).unwrap_or_default())
            }
            Release::Older => Ok(matches!(pattern, b"" | b"*" | b"**")),
        };
        Some((steps, ends))
    }

    fn star(&mut self, rest: &[u8], name: &[u8], before: u64) -> Option<(u64, Answer)> {
        let (mut steps, mut name) = (before, name);
        while !name.is_empty() {
            let (more, answer) = self.count(rest, name)?;
            steps = steps.saturating_add(more);
            match answer {
                Ok(true) => return Some((steps, Ok(true))),
                Err(error) if self.release == Release::Recent => return Some((steps, Err(error))),
                _ => {}
            }
            name = name.get(first_character(name).1..).unwrap_or_default();
        }
        Some((steps, Ok(false)))
    }

    fn list(&mut self, list: &[u8], name: &[u8], before: u64) -> Option<(u64, Answer)> {
        let Ok((parts, after)) = alternatives(list, self.release) else {
            return Some((before, Err(Malformed)));
        };
        let (mut steps, mut matched) = (before, false);
        for part in parts {
            let (more, answer) = self.count(&[part, after].concat(), name)?;
            steps = steps.saturating_add(more);
            match (answer, self.release) {
                (Err(error), _) => return Some((steps, Err(error))),
                (Ok(true), Release::Older) => return Some((steps, Ok(true))),
                // The recent release tries the others all the same.
                (Ok(one), _) => matched |= one,
            }
        }
        Some((steps, Ok(matched)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(text: &str, name: &str) -> u64 {
        steps(Release::Recent, text, name).unwrap()
    }

    #[test]
    fn stars_one_behind_the_other_multiply() {
        let name = "a".repeat(40);
        let two = cost("*a*ab", &name);
        let three = cost("*a*a*ab", &name);
        let four = cost("*a*a*a*ab", &name);
        assert!(three > 8 * two && four > 8 * three, "{two} {three} {four}");
        assert!(cost("*a*a*a*a*a*a*a*a*a*a*a*ab", &"a".repeat(30)) > 50_000_000);
    }

    #[test]
    fn the_shortest_bad_name_is_told() {
        let bad = costly(Release::Recent, "*a*a*a*a*a*a*a*a*a*a*a*ab").unwrap();
        assert!(bad.steps > SLOW && bad.name.len() <= 32, "{bad:?}");
        let lists = costly(Release::Recent, &"{a,aa}".repeat(24)).unwrap();
        assert!(lists.steps > SLOW, "{lists:?}");
    }

    #[test]
    fn what_people_write_costs_little() {
        for text in ["v*.*.*", "*-rc*", "{v*,release-*,*-hotfix-*}", "**", "release-*.*.*-*", "*a*b*"] {
            assert_eq!(costly(Release::Recent, text), None, "{text}");
            assert_eq!(costly(Release::Older, text), None, "{text}");
        }
    }
}
