//! Texts of which every match of a pattern holds one: names without any can be passed over.

use std::cmp::Reverse;

use regex_automata::util::prefilter::Prefilter;
use regex_automata::{MatchKind, Span};
use regex_syntax::hir::literal::{ExtractKind, Extractor, Literal, Seq};
use regex_syntax::hir::{Hir, HirKind};

/// After so many names that hold a needle it is worth asking whether needles are of any use.
const TRIAL: usize = 64;
/// More needles than this are not looked for at once.
const MOST: usize = 128;
/// So many needles of two bytes are found fast.
const FEW: usize = 16;
/// So many needles of one byte are found as fast as one.
const LETTERS: usize = 3;
/// Places in a pattern at which needles are looked for.
const PLACES: usize = 16;

/// A fast search for the texts that a match cannot do without.
#[derive(Debug)]
pub(crate) struct Needles {
    prefilter: Prefilter,
    /// Whether each name that holds one matches.
    pub(crate) decide: bool,
}

impl Needles {
    /// The needles of a pattern; `None` when there are none worth looking for.
    pub(super) fn of(hir: &Hir) -> Option<Self> {
        let parts = match hir.kind() {
            HirKind::Concat(parts) => parts.as_slice(),
            _ => std::slice::from_ref(hir),
        };
        let whole = Extractor::new().extract(hir);
        let decides = says_all(hir, &whole) && is_useful(&whole);
        if let Some(needles) = decides.then(|| Self::search(&whole)).flatten() {
            return Some(Self { decide: true, ..needles });
        }
        let mut found: Vec<Seq> = Vec::new();
        for place in 0..parts.len().min(PLACES) {
            let mut starts = Extractor::new().extract(&Hir::concat(parts[place..].to_vec()));
            starts.optimize_for_prefix_by_preference();
            let mut ends =
                Extractor::new().kind(ExtractKind::Suffix).extract(&Hir::concat(parts[..=place].to_vec()));
            ends.optimize_for_suffix_by_preference();
            let itself = match parts[place].kind() {
                HirKind::Literal(text) => Seq::singleton(Literal::exact(text.0.to_vec())),
                _ => Seq::infinite(),
            };
            found.extend([starts, ends, itself].into_iter().filter(is_useful));
        }
        // The longer the shortest, the fewer names hold one by chance; of those the fewer the faster.
        found.sort_by_key(|seq| (Reverse(seq.min_literal_len().map(|length| length.min(4))), seq.len()));
        found.iter().find_map(Self::search)
    }

    fn search(seq: &Seq) -> Option<Self> {
        let texts: Vec<&[u8]> = seq.literals()?.iter().map(|literal| literal.as_bytes()).collect();
        let prefilter = Prefilter::new(MatchKind::LeftmostFirst, &texts)?;
        // It calls itself slow for texts of two bytes; a few of them are still found faster than a
        // walk goes.
        let few = texts.len() <= FEW && texts.iter().all(|text| text.len() > 1);
        (prefilter.is_fast() || few).then_some(Self { prefilter, decide: false })
    }

    /// Where the next needle starts, from `from` on.
    #[inline]
    pub(crate) fn next(&self, text: &[u8], from: usize) -> Option<usize> {
        self.prefilter.find(text, Span::from(from..text.len())).map(|found| found.start)
    }

    /// Whether to walk along the names instead, after so many of them of which `holding` held one.
    #[inline]
    pub(crate) fn too_many(holding: usize, names: usize) -> bool {
        holding >= TRIAL && holding * 3 > names * 2
    }
}

/// Whether these texts, found anywhere in a name, are all that the pattern asks for. Extraction looks
/// past anchors, and a text with a newline would be found across two names.
fn says_all(hir: &Hir, seq: &Seq) -> bool {
    let in_one_name = |literal: &Literal| !literal.as_bytes().contains(&b'\n');
    hir.properties().look_set().is_empty()
        && seq.is_exact()
        && seq.literals().is_some_and(|literals| literals.iter().all(in_one_name))
}

/// Whether names without any of these are common enough to be worth passing over.
fn is_useful(seq: &Seq) -> bool {
    let Some(literals) = seq.literals() else { return false };
    match seq.min_literal_len() {
        None | Some(0) => false,
        // Of many letters one is in nearly every name, and three are found as fast as one.
        Some(1) => literals.len() <= LETTERS,
        Some(_) => literals.len() <= MOST,
    }
}
