//! The rows of a preview: one page over all its projects.

use std::collections::HashMap;
use std::sync::Arc;

use tagwarden_ipc::ApiError;
use tagwarden_ipc::preview::{PreviewAnswer, PreviewLine, TagOutcome};
use tagwarden_rules::preview::{Comparison, Edited, PreviewFilter, PreviewLine as Line, RowOutcome};

use super::Preview;
use super::scope::Scope;
use crate::Console;
use crate::errors::OrApi as _;
use crate::projects::count;

/// Lines of one page at most.
const MOST_LINES: u32 = 200;

impl Console {
    /// Adds digests and ages to the rows of a page.
    pub(super) async fn add_marks(
        &self,
        lines: &mut [PreviewLine],
        places: &[Place],
    ) -> Result<(), ApiError> {
        let mut wanted: HashMap<&str, Vec<(String, String)>> = HashMap::new();
        for (line, place) in lines.iter().zip(places) {
            if let (PreviewLine::Tag { name, .. }, Place::Tag { project, repository_id }) = (line, place) {
                wanted.entry(project).or_default().push((repository_id.clone(), name.clone()));
            }
        }
        let mut marks = HashMap::new();
        for (project, tags) in wanted {
            for mark in self.inner.archive.tag_marks(project, &tags).await.or_api()? {
                marks.insert(
                    (project.to_owned(), mark.repository_id, mark.name),
                    (mark.digest, mark.pushed_at),
                );
            }
        }
        for (line, place) in lines.iter_mut().zip(places) {
            if let (PreviewLine::Tag { name, digest, pushed_at, .. }, Place::Tag { project, repository_id }) =
                (line, place)
                && let Some((found, at)) =
                    marks.remove(&(project.clone(), repository_id.clone(), name.clone()))
            {
                *digest = found.map(|digest| short(&digest));
                *pushed_at = at;
            }
        }
        Ok(())
    }
}

/// The eight characters by which people know a digest.
fn short(digest: &str) -> String {
    digest.rsplit(':').next().unwrap_or(digest).chars().take(8).collect()
}

/// What a line of a page is about, for the parts of it that the archive knows.
pub(super) enum Place {
    Heading,
    Tag { project: String, repository_id: String },
}

impl Preview<'_> {
    /// One page over all projects: their lines end to end, repositories numbered through.
    pub(super) fn page(
        &self,
        compared: &[(Arc<Scope>, Comparison, Edited)],
        answer: &mut PreviewAnswer,
    ) -> Vec<Place> {
        let request = self.request;
        let mut skip = request.offset as usize;
        let mut left = request.limit.min(MOST_LINES) as usize;
        let mut first_repository = 0;
        let mut places = Vec::new();
        for (scope, comparison, _) in compared {
            let repositories = count(scope.index.repositories().len());
            let filter = PreviewFilter {
                outcomes: request.outcomes.iter().copied().map(row_outcome).collect(),
                collapsed: request
                    .collapsed
                    .iter()
                    .filter_map(|number| number.checked_sub(first_repository))
                    .filter(|number| *number < repositories)
                    .collect(),
            };
            let here = comparison.line_count(&filter);
            answer.total_lines = answer.total_lines.saturating_add(count(here));
            if left > 0 && skip < here {
                for line in comparison.page(&filter, skip, left) {
                    let (line, place) = self.wire_line(scope, line, first_repository);
                    answer.lines.push(line);
                    places.push(place);
                    left -= 1;
                }
                skip = 0;
            } else {
                skip = skip.saturating_sub(here);
            }
            first_repository += repositories;
        }
        places
    }

    fn wire_line(&self, scope: &Scope, line: Line, first_repository: u32) -> (PreviewLine, Place) {
        match line {
            Line::Repository { repository, name, newly_covered, no_longer_covered, matched } => {
                let tags =
                    scope.index.repositories().get(repository as usize).map_or(0, |r| count(r.rows.len()));
                let line = PreviewLine::Repository {
                    repository: first_repository + repository,
                    path: self.repository_name(scope, &name),
                    newly: newly_covered,
                    no_longer: no_longer_covered,
                    matched,
                    tags,
                };
                (line, Place::Heading)
            }
            Line::Tag { row, tag, outcome, before, after, span } => {
                let repository =
                    scope.index.repositories().iter().position(|r| r.rows.contains(&row)).unwrap_or_default();
                let repository_id = scope.repository_ids.get(repository).cloned().unwrap_or_default();
                let line = PreviewLine::Tag {
                    name: tag,
                    project: scope.project.clone(),
                    repository: first_repository + count(repository),
                    outcome: wire_outcome(outcome),
                    from: before,
                    to: after,
                    span,
                    digest: None,
                    pushed_at: None,
                };
                (line, Place::Tag { project: scope.project.clone(), repository_id })
            }
        }
    }

    /// Inside one project the group in front of every path says nothing.
    fn repository_name(&self, scope: &Scope, path: &str) -> String {
        let group = scope.path.rsplit_once('/').map_or("", |(group, _)| group);
        match path.strip_prefix(group).and_then(|rest| rest.strip_prefix('/')) {
            Some(rest) if self.scopes.len() == 1 => rest.to_owned(),
            _ => path.to_owned(),
        }
    }
}

fn row_outcome(outcome: TagOutcome) -> RowOutcome {
    match outcome {
        TagOutcome::NewlyCovered => RowOutcome::NewlyCovered,
        TagOutcome::NoLongerCovered => RowOutcome::NoLongerCovered,
        TagOutcome::StillCovered => RowOutcome::StillCovered,
        TagOutcome::NotMatched => RowOutcome::NotMatched,
    }
}

fn wire_outcome(outcome: RowOutcome) -> TagOutcome {
    match outcome {
        RowOutcome::NewlyCovered => TagOutcome::NewlyCovered,
        RowOutcome::NoLongerCovered => TagOutcome::NoLongerCovered,
        RowOutcome::StillCovered => TagOutcome::StillCovered,
        RowOutcome::NotMatched => TagOutcome::NotMatched,
    }
}
