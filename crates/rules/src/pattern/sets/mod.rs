//! Questions about all the tag names that patterns match, answered on their automata.

mod walk;

use regex_syntax::hir::Hir;

use self::walk::{Question, shortest};
use super::automaton::Automaton;
use super::{Comparison, Pattern};

/// Whether a glance tells that every name matches.
pub(super) fn quick_every(hir: &Hir) -> Option<bool> {
    let properties = hir.properties();
    (properties.look_set().is_empty() && properties.minimum_len() == Some(0)).then_some(true)
}

/// Whether a glance tells that no name, or not none, matches.
pub(super) fn quick_none(hir: &Hir) -> Option<bool> {
    match hir.properties().minimum_len() {
        None => Some(true),
        Some(0) if hir.properties().look_set().is_empty() => Some(false),
        Some(_) => None,
    }
}

/// The shortest tags that tell two patterns apart, and those they share; `None` when that takes too
/// long to find out.
pub(super) fn compare(first: &Automaton, second: &Automaton, limit: usize) -> Option<Comparison> {
    Some(Comparison {
        only_first: beyond(first, second, limit)?,
        only_second: beyond(second, first, limit)?,
        both: shared(first, second, limit)?,
    })
}

/// The shortest words of `one` that are not words of `other`.
fn beyond(one: &Automaton, other: &Automaton, limit: usize) -> Option<Vec<String>> {
    shortest(&[one, other], &Question { inside: &[0], outside: &[&[1]] }, limit)
}

/// The shortest words of both.
fn shared(one: &Automaton, other: &Automaton, limit: usize) -> Option<Vec<String>> {
    shortest(&[one, other], &Question { inside: &[0, 1], outside: &[&[]] }, limit)
}

impl Automaton {
    /// Whether every tag name is a word.
    pub(super) fn accepts_every(&self) -> bool {
        shortest(&[self], &Question { inside: &[], outside: &[&[0]] }, 1)
            .is_some_and(|names| names.is_empty())
    }

    /// Whether no tag name is a word.
    pub(super) fn accepts_none(&self) -> bool {
        self.shortest(1).is_empty()
    }

    /// Whether every word of `other` is a word of this one; `None` when that takes too long.
    pub(super) fn covers(&self, other: &Self) -> Option<bool> {
        beyond(other, self, 1).map(|names| names.is_empty())
    }

    /// Up to `limit` words, shortest first, spelled with letters before digits.
    pub(in crate::pattern) fn shortest(&self, limit: usize) -> Vec<String> {
        // One automaton has fewer states than places are looked at, so this is always decided.
        shortest(&[self], &Question { inside: &[0], outside: &[&[]] }, limit).unwrap_or_default()
    }
}

impl Pattern {
    /// Up to `limit` of the shortest tags that both this one and `other` match; `None`: undecided.
    pub fn common_tags(&self, other: &Self, limit: usize) -> Option<Vec<String>> {
        shared(self.automaton()?, other.automaton()?, limit)
    }

    /// Up to `limit` of the shortest tags that this one matches and `other` does not; `None`:
    /// undecided.
    pub fn tags_beyond(&self, other: &Self, limit: usize) -> Option<Vec<String>> {
        beyond(self.automaton()?, other.automaton()?, limit)
    }

    /// Up to `limit` of the shortest tags that this one matches and that at least one of `covers`
    /// leaves out. A cover is all the tags that any of its patterns matches. Empty: every cover has
    /// all of this one's tags; `None`: undecided.
    pub fn tags_left_out(&self, covers: &[Vec<&Self>], limit: usize) -> Option<Vec<String>> {
        let mut automata = vec![self.automaton()?];
        let mut groups: Vec<Vec<usize>> = Vec::with_capacity(covers.len());
        for cover in covers {
            // Of a pattern without an automaton nothing is known, so it proves nothing.
            let known = cover.iter().filter_map(|pattern| pattern.automaton());
            let group = known.map(|automaton| {
                automata.iter().position(|known| std::ptr::eq(*known, automaton)).unwrap_or_else(|| {
                    automata.push(automaton);
                    automata.len() - 1
                })
            });
            groups.push(group.collect());
        }
        let groups: Vec<&[usize]> = groups.iter().map(Vec::as_slice).collect();
        let names = shortest(&automata, &Question { inside: &[0], outside: &groups }, limit)?;
        let left_out = |name: &String| covers.iter().any(|cover| !cover.iter().any(|one| one.is_match(name)));
        names.iter().all(left_out).then_some(names)
    }
}
