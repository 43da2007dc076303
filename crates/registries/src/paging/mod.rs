//! Lists that come in pages: one way of reading them for all registries.
//!
//! A [`Source`] reads one page and says what the server says about the next one. [`pages`] does the
//! rest: it ends a list only where the server ends it, counts repeated rows once, reads a list again
//! that moved meanwhile, adapts the page size to what the server accepts, and marks a list that
//! breaks off with [`Trouble::ListCut`]. Rows that were read before
//! are good.

pub(crate) mod link;
mod reader;
mod seen;
pub(crate) mod size;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::hash::Hash;

use futures::stream::{self, Stream};

use crate::error::{RegistryError, Trouble};
use reader::Reader;
pub(crate) use size::PageSize;

/// A list on a server.
pub(crate) trait Source: Send + Sync {
    /// One entry of the list.
    type Row: Send;
    /// Where a page after the first begins, in the server's terms.
    type Position: Clone + Eq + Hash + Send + Sync;

    /// Reads the page at `at`; `None`: the first page. `size` is the number of rows to ask for;
    /// `None`: leave it to the server. A position that carries its own size ignores it.
    fn read(
        &self,
        at: Option<&Self::Position>,
        size: Option<u32>,
    ) -> impl Future<Output = Result<Page<Self::Row, Self::Position>, PageError>> + Send;

    /// What distinguishes this row from all others of the list.
    fn identity<'r>(&self, row: &'r Self::Row) -> Cow<'r, str>;

    /// The size of this list's pages, shared by all lists of its kind.
    fn page_size(&self) -> &PageSize;

    /// An error about this list's server.
    fn error(&self, trouble: Trouble) -> RegistryError;
}

/// One page.
#[derive(Debug)]
pub(crate) struct Page<R, P> {
    /// Its rows.
    pub(crate) rows: Vec<R>,
    /// What the server says about the next page.
    pub(crate) next: Next<P>,
    /// How many rows the whole list has, if the server says so.
    pub(crate) total: Option<u64>,
}

/// What a server says about the page after this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next<P> {
    /// There is none.
    End,
    /// It is there.
    At(P),
    /// Nothing: the total decides, or without a total whether the page was `full` or pointed at a next.
    Counted {
        /// The next page's number.
        at: P,
        /// Whether a next page is likely when no total is known.
        likely: bool,
    },
    /// Nothing: if there is more, it is there. A page without new rows is the end.
    Maybe(P),
    /// There is one, in a place that cannot be asked for.
    Unusable,
}

/// Why a page could not be read.
#[derive(Debug)]
pub(crate) enum PageError {
    /// Any reason but the size.
    Failed(RegistryError),
    /// Possibly the size asked for. `named`: sizes that the refusal mentions, best first.
    Size {
        /// The refusal.
        error: RegistryError,
        /// Sizes to try instead.
        named: Vec<u32>,
    },
}

impl From<RegistryError> for PageError {
    fn from(error: RegistryError) -> Self {
        Self::Failed(error)
    }
}

/// Reads a list to its end. Pages are never empty. An error ends the stream: on the first page it is
/// the error itself, after that [`Trouble::ListCut`].
pub(crate) fn pages<'a, S: Source + 'a>(
    source: S,
) -> impl Stream<Item = Result<Vec<S::Row>, RegistryError>> + Send + 'a {
    stream::unfold(Reader::new(source), |mut reader| async move {
        let page = reader.next().await?;
        Some((page, reader))
    })
}
