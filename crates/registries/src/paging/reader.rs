//! Reading a list page by page, to where the server ends it.

use std::collections::HashSet;

use super::seen::Seen;
use super::size::alternatives;
use super::{Next, Page, PageError, Source};
use crate::error::{Cut, RegistryError, Trouble};

/// Pages in a row that bring no new row before a list is taken for endless. AWS filters after it has
/// cut pages, so that a few empty ones in a row are common there.
const MOST_FRUITLESS: u32 = 100;
/// How often a list is read from its start: rows that come or go shift numbered pages, so that one is
/// read twice and another not at all.
const MOST_PASSES: u32 = 2;

/// A list that is being read.
pub(super) struct Reader<S: Source> {
    source: S,
    /// `None`: the list has ended.
    at: Option<Place<S::Position>>,
    /// The error that follows the rows read so far.
    cut: Option<RegistryError>,
    /// Rows that the caller has.
    seen: Seen,
    pages: u64,
    passes: u32,
    pass: Pass<S::Position>,
}

enum Place<P> {
    First,
    At { position: P, uncertain: bool },
}

/// One reading of the list from its start.
struct Pass<P> {
    size: Option<u32>,
    visited: HashSet<P>,
    /// Rows of this pass; empty in the first one, where [`Reader::seen`] has them.
    rows: Seen,
    distinct: u64,
    pages: u64,
    largest: u64,
    total: Option<u64>,
    /// Whether rows came or went meanwhile.
    moved: bool,
    fruitless: u32,
}

impl<P> Pass<P> {
    fn new(size: Option<u32>) -> Self {
        Self {
            size,
            visited: HashSet::new(),
            rows: Seen::default(),
            distinct: 0,
            pages: 0,
            largest: 0,
            total: None,
            moved: false,
            fruitless: 0,
        }
    }

    fn is_short(&self) -> bool {
        self.total.is_some_and(|total| self.distinct < total)
    }

    /// Whether full pages up to here would hold the whole list.
    fn covers_total(&self) -> bool {
        let page = if self.largest > 0 { self.largest } else { self.size.map_or(1, u64::from) };
        self.total.is_none_or(|total| self.pages.saturating_mul(page) >= total)
    }
}

impl<S: Source> Reader<S> {
    pub(super) fn new(source: S) -> Self {
        let size = source.page_size().current();
        Self {
            source,
            at: Some(Place::First),
            cut: None,
            seen: Seen::default(),
            pages: 0,
            passes: 1,
            pass: Pass::new(size),
        }
    }

    /// The next page with new rows.
    pub(super) async fn next(&mut self) -> Option<Result<Vec<S::Row>, RegistryError>> {
        loop {
            if let Some(error) = self.cut.take() {
                return Some(Err(error));
            }
            let place = self.at.take()?;
            let page = match self.read(&place).await {
                Ok(page) => page,
                Err(error) => return Some(Err(if self.pages == 0 { error } else { cut_by(error) })),
            };
            let rows = self.take_page(place, page);
            if !rows.is_empty() {
                return Some(Ok(rows));
            }
        }
    }

    /// Reads one page, with a smaller size where the server refuses the usual one.
    async fn read(&mut self, place: &Place<S::Position>) -> Result<Page<S::Row, S::Position>, RegistryError> {
        let at = match place {
            Place::First => None,
            Place::At { position, .. } => Some(position),
        };
        let (refusal, asked, named) = match self.source.read(at, self.pass.size).await {
            Ok(page) => return Ok(page),
            Err(PageError::Failed(error)) => return Err(error),
            Err(PageError::Size { error, named }) => match self.pass.size {
                // Pages of another size begin elsewhere, so that the size cannot change within a list.
                Some(asked) if at.is_none() => (error, asked, named),
                _ => return Err(error),
            },
        };
        for size in alternatives(asked, named) {
            match self.source.read(None, size).await {
                Ok(page) => {
                    self.source.page_size().learn(size);
                    self.pass.size = size;
                    return Ok(page);
                }
                Err(PageError::Failed(error)) => return Err(error),
                Err(PageError::Size { .. }) => {}
            }
        }
        // It was not about the size.
        Err(refusal)
    }

    /// Counts a page, decides how the list goes on, and gives the rows that are new.
    fn take_page(&mut self, place: Place<S::Position>, page: Page<S::Row, S::Position>) -> Vec<S::Row> {
        let Page { rows, next, total } = page;
        self.pages += 1;
        self.pass.pages += 1;
        self.pass.largest = self.pass.largest.max(rows.len() as u64);
        let before = self.pass.distinct;
        let uncertain = matches!(place, Place::At { uncertain: true, .. });
        if let Place::At { position, .. } = place {
            self.pass.visited.insert(position);
        }
        let new: Vec<S::Row> = rows.into_iter().filter(|row| self.count(row)).collect();
        if let Some(total) = total {
            self.pass.moved |= self.pass.total.is_some_and(|earlier| earlier != total);
            self.pass.total = Some(total);
        }
        let fruitful = self.pass.distinct > before;
        self.pass.fruitless = if fruitful { 0 } else { self.pass.fruitless + 1 };
        match next {
            Next::End => self.end(),
            Next::Unusable => self.cut_off(Cut::NextUnusable),
            Next::Maybe(_) if uncertain && !fruitful => self.end(),
            Next::Maybe(position) => self.go_on(position, true),
            Next::At(position) => self.go_on(position, false),
            Next::Counted { at, likely } => {
                let more = match self.pass.total {
                    Some(_) => self.pass.is_short() && (fruitful || !self.pass.covers_total()),
                    None => likely,
                };
                if more { self.go_on(at, false) } else { self.end() }
            }
        }
        new
    }

    /// Counts one row; whether it is new.
    fn count(&mut self, row: &S::Row) -> bool {
        let identity = self.source.identity(row);
        let new = self.seen.insert(&identity);
        let new_in_pass = if self.passes == 1 { new } else { self.pass.rows.insert(&identity) };
        self.pass.distinct += u64::from(new_in_pass);
        // Only a list with a total is read by numbers that shift; elsewhere a repetition is harmless.
        self.pass.moved |= !new_in_pass;
        new
    }

    fn go_on(&mut self, position: S::Position, uncertain: bool) {
        if self.pass.visited.contains(&position) {
            self.cut_off(Cut::Repeated);
        } else if self.pass.fruitless >= MOST_FRUITLESS {
            let short = self.pass.total.map(|total| Cut::Short { read: self.seen.len(), total });
            self.cut_off(short.unwrap_or(Cut::Repeated));
        } else {
            self.at = Some(Place::At { position, uncertain });
        }
    }

    /// The server gives no further page: the list is complete, or was not read whole.
    fn end(&mut self) {
        let Some(total) = self.pass.total else { return };
        let short = self.pass.is_short();
        if (short || self.pass.moved) && self.passes < MOST_PASSES {
            self.passes += 1;
            self.pass = Pass::new(self.source.page_size().current());
            self.at = Some(Place::First);
        } else if short && self.seen.len() < total {
            self.cut_off(Cut::Short { read: self.seen.len(), total });
        }
    }

    fn cut_off(&mut self, cut: Cut) {
        self.cut = Some(self.source.error(Trouble::ListCut(cut)));
    }
}

/// An error in the middle of a list. A server that no longer knows its own position answers 400 or 404
/// (zot: the tag that `last` names was deleted).
fn cut_by(error: RegistryError) -> RegistryError {
    let refused = matches!(error.trouble, Trouble::NotFound | Trouble::Rejected | Trouble::Garbled(_));
    let lost = refused && matches!(error.status, Some(400 | 404 | 410));
    let cut = if lost { Cut::LostPosition } else { Cut::Failed(Box::new(error.clone())) };
    RegistryError { trouble: Trouble::ListCut(cut), ..error }
}
