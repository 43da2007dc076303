//! What the makers of patterns need of chance.

use fastrand::Rng;

/// One of these.
pub(crate) fn one_of<T: Copy>(rng: &mut Rng, items: &[T]) -> T {
    items[rng.usize(..items.len())]
}

/// True once in so many times.
pub(crate) fn once_in(rng: &mut Rng, times: u32) -> bool {
    rng.u32(..times) == 0
}

/// A pattern of one of the three kinds.
pub(crate) fn pattern(rng: &mut Rng) -> String {
    match rng.u32(..10) {
        0..3 => crate::soup::soup(rng, 1..9),
        3..7 => crate::grammar::pattern(rng),
        _ => crate::mutation::mutant(rng),
    }
}
