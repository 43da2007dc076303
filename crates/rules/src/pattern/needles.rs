//! Texts of which every match of a pattern holds one: names without any can be passed over.

use regex_automata::util::prefilter::Prefilter;
use regex_automata::{MatchKind, Span};
use regex_syntax::hir::Hir;
use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};

/// Shorter needles are found in nearly every name.
const SHORTEST: usize = 2;
/// After so many names that hold a needle it is worth asking whether needles are of any use.
const TRIAL: usize = 2048;
/// With less text than this between names that hold one, in bytes, walking is faster.
const DENSE: usize = 24;
/// More needles than this are not looked for at once.
const MOST: usize = 128;

/// A fast search for the texts that a match cannot do without.
#[derive(Debug)]
pub(crate) struct Needles {
    prefilter: Prefilter,
}

impl Needles {
    /// The needles of a pattern; `None` when there are none worth looking for.
    pub(super) fn of(hir: &Hir) -> Option<Self> {
        let mut starts = Extractor::new().extract(hir);
        starts.optimize_for_prefix_by_preference();
        let mut ends = Extractor::new().kind(ExtractKind::Suffix).extract(hir);
        ends.optimize_for_suffix_by_preference();
        let longest = |seq: &Seq| seq.min_literal_len().unwrap_or(0);
        let (first, second) =
            if longest(&starts) >= longest(&ends) { (starts, ends) } else { (ends, starts) };
        Self::search(&first).or_else(|| Self::search(&second))
    }

    fn search(seq: &Seq) -> Option<Self> {
        let literals = seq.literals()?;
        if literals.is_empty() || literals.len() > MOST || seq.min_literal_len()? < SHORTEST {
            return None;
        }
        let texts: Vec<&[u8]> = literals.iter().map(|literal| literal.as_bytes()).collect();
        let prefilter = Prefilter::new(MatchKind::LeftmostFirst, &texts)?;
        prefilter.is_fast().then_some(Self { prefilter })
    }

    /// Where the next needle starts, from `from` on.
    #[inline]
    pub(crate) fn next(&self, text: &[u8], from: usize) -> Option<usize> {
        self.prefilter.find(text, Span::from(from..text.len())).map(|found| found.start)
    }

    /// Whether to walk along the names instead, after `tried` names with a needle in so much text.
    #[inline]
    pub(crate) fn too_many(tried: usize, bytes: usize) -> bool {
        tried >= TRIAL && bytes < tried.saturating_mul(DENSE)
    }
}
