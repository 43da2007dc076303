//! The preview's rows, a screenful at a time.

use serde::{Deserialize, Serialize};

use crate::preview::RowOutcome;
use crate::preview::comparison::{Comparison, Listed};
use crate::preview::index::to_u32;
use crate::state::TagState;

/// Which rows to list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct PreviewFilter {
    /// Rows with one of these outcomes.
    pub outcomes: Vec<RowOutcome>,
    /// Repositories of which only the heading is listed, by [`PreviewLine::Repository::repository`].
    pub collapsed: Vec<u32>,
}

impl PreviewFilter {
    /// Every row with one of `outcomes`, nothing collapsed.
    pub fn of(outcomes: impl Into<Vec<RowOutcome>>) -> Self {
        Self { outcomes: outcomes.into(), collapsed: Vec::new() }
    }

    fn keeps(&self, outcome: RowOutcome) -> bool {
        self.outcomes.contains(&outcome)
    }
}

/// One line of the preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum PreviewLine {
    /// The heading of a repository.
    Repository {
        /// Its place in the index.
        repository: u32,
        /// Its name.
        name: String,
        /// Tags newly covered.
        newly_covered: u32,
        /// Tags no longer covered.
        no_longer_covered: u32,
        /// Tags covered after the edit.
        matched: u32,
    },
    /// One tag.
    Tag {
        /// Its row in the index.
        row: u32,
        /// Its name.
        tag: String,
        /// What the edit does to it.
        outcome: RowOutcome,
        /// Its state under the rules before.
        before: TagState,
        /// Its state under the rules after.
        after: TagState,
        /// What the edited pattern matches in it: start and end in bytes, when it does.
        span: Option<(u32, u32)>,
    },
}

impl Comparison {
    /// Number of lines there are under `filter`.
    pub fn line_count(&self, filter: &PreviewFilter) -> usize {
        self.listing.iter().map(|listed| lines_of(listed, filter)).sum()
    }

    /// `limit` lines from the `offset`th on: repositories with most changes first, inside them newly
    /// covered, no longer, still, not matched. A repository without a row to list has no heading.
    pub fn page(&self, filter: &PreviewFilter, offset: usize, limit: usize) -> Vec<PreviewLine> {
        let mut lines = Vec::with_capacity(limit.min(1024));
        let mut skip = offset;
        for listed in &self.listing {
            if lines.len() >= limit {
                break;
            }
            let here = lines_of(listed, filter);
            if skip >= here {
                skip -= here;
                continue;
            }
            let wanted = limit - lines.len();
            if skip == 0 {
                lines.push(self.heading(listed));
            }
            let passing = (here - skip.max(1)).min(wanted - usize::from(skip == 0));
            self.add_rows(&mut lines, listed, filter, skip.saturating_sub(1), passing);
            skip = 0;
        }
        lines
    }

    fn heading(&self, listed: &Listed) -> PreviewLine {
        let [newly_covered, no_longer_covered, still_covered, _] = listed.counts;
        let name = self.index.repositories().get(listed.repository as usize).map(|r| r.name.clone());
        PreviewLine::Repository {
            repository: listed.repository,
            name: name.unwrap_or_default(),
            newly_covered,
            no_longer_covered,
            matched: newly_covered + still_covered,
        }
    }

    /// Adds `limit` rows of one repository from the `skip`th on that passes.
    fn add_rows(
        &self,
        lines: &mut Vec<PreviewLine>,
        listed: &Listed,
        filter: &PreviewFilter,
        mut skip: usize,
        limit: usize,
    ) {
        let mut left = limit;
        for (outcome, count) in RowOutcome::ALL.into_iter().zip(listed.counts) {
            let count = count as usize;
            if !filter.keeps(outcome) || left == 0 {
                continue;
            }
            // Whole outcomes are passed over by their number.
            if skip >= count {
                skip -= count;
                continue;
            }
            let taken = left.min(count - skip);
            lines.extend(
                self.rows_of(listed, outcome).skip(skip).take(taken).map(|row| self.tag_line(row, outcome)),
            );
            left -= taken;
            skip = 0;
        }
    }

    fn tag_line(&self, row: u32, outcome: RowOutcome) -> PreviewLine {
        let tag = self.index.tag(row).to_owned();
        let covered = matches!(outcome, RowOutcome::NewlyCovered | RowOutcome::StillCovered);
        let found = self.highlight.as_ref().filter(|_| covered).and_then(|pattern| pattern.find(&tag));
        let state =
            |e: &crate::preview::Evaluation| e.standing(&self.index, row).map_or(TagState::Open, |s| s.state);
        PreviewLine::Tag {
            row,
            outcome,
            before: state(self.before()),
            after: state(self.after()),
            span: found.map(|range| (to_u32(range.start), to_u32(range.end))),
            tag,
        }
    }
}

/// Lines of one repository: its heading and the rows that pass; none when no row passes.
fn lines_of(listed: &Listed, filter: &PreviewFilter) -> usize {
    let passing =
        RowOutcome::ALL.into_iter().zip(listed.counts).filter(|(outcome, _)| filter.keeps(*outcome));
    let rows: u32 = passing.map(|(_, count)| count).sum();
    match rows {
        0 => 0,
        _ if filter.collapsed.contains(&listed.repository) => 1,
        rows => rows as usize + 1,
    }
}
