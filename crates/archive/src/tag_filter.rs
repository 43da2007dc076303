//! Which tags a page shows, and in what order.

use sqlx::{QueryBuilder, Sqlite};
use tagwarden_rules::state::TagState;

use crate::rows::state_number;

/// What a list of tags is sorted by. Ties are broken by name, then by repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TagSort {
    /// By name.
    #[default]
    Name,
    /// By the time of the push, or where none is told, by the time the image was made; tags without
    /// either come last.
    Pushed,
    /// By size; tags without one come last.
    Size,
}

/// Which tags, in what order, and which slice of them. Empty lists and `None` do not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagsFilter {
    /// Only these projects. Without any: all projects that are not gone.
    pub projects: Vec<String>,
    /// Only this repository, by the server's id. Meant for use with one project.
    pub repository_id: Option<String>,
    /// Only tags whose name or repository path contains this, or whose digest starts with it,
    /// whatever the case of ASCII letters.
    pub text: Option<String>,
    /// Only tags whose repository path contains this.
    pub repository: Option<String>,
    /// Only tags whose digest starts with this, with or without `sha256:`.
    pub digest: Option<String>,
    /// Only tags in one of these states.
    pub states: Vec<TagState>,
    /// Only tags whose digest has changed between two inventories.
    pub moved_only: bool,
    /// Whether tags of one repository stay together, repositories by path.
    pub group_by_repository: bool,
    /// What they are sorted by.
    pub sort: TagSort,
    /// Whether the order is turned round. Repositories of a grouped list keep theirs.
    pub descending: bool,
    /// How many tags to skip.
    pub offset: u32,
    /// How many tags to answer, at most.
    pub limit: u32,
}

impl TagsFilter {
    /// Pushes ` FROM … WHERE …` with all restrictions, the states only when asked for.
    ///
    /// The repositories (`r`) are joined only where something needs them: without them, counting
    /// and paging by name read one index and nothing else. The order of the joins is fixed
    /// (`CROSS JOIN`), so that a grouped list comes out in its order and needs no sorting.
    pub(crate) fn push_from(&self, query: &mut QueryBuilder<Sqlite>, states: bool, repositories: bool) {
        let restricted = self.repository_id.is_some()
            || filled(&self.text).is_some()
            || filled(&self.repository).is_some();
        query.push(if repositories || restricted {
            " FROM projects p CROSS JOIN repositories r ON r.project_key = p.key \
             CROSS JOIN tags t ON t.project_key = p.key AND t.repository_key = r.key WHERE "
        } else {
            " FROM projects p CROSS JOIN tags t ON t.project_key = p.key WHERE "
        });
        if self.projects.is_empty() {
            query.push("NOT p.gone");
        } else {
            let mut ids = query.push("p.id IN (").separated(", ");
            for id in &self.projects {
                ids.push_bind(id);
            }
            query.push(")");
        }
        if let Some(id) = &self.repository_id {
            query.push(" AND r.server_id = ").push_bind(id);
        }
        if let Some(text) = filled(&self.text) {
            query.push(" AND (t.name LIKE ").push_bind(containing(text));
            query.push(" ESCAPE '\\' OR r.path LIKE ").push_bind(containing(text));
            query.push(" ESCAPE '\\' OR t.digest LIKE ").push_bind(digest_prefix(text));
            query.push(" ESCAPE '\\')");
        }
        if let Some(text) = filled(&self.repository) {
            query.push(" AND r.path LIKE ").push_bind(containing(text)).push(" ESCAPE '\\'");
        }
        if let Some(text) = filled(&self.digest) {
            query.push(" AND t.digest LIKE ").push_bind(digest_prefix(text)).push(" ESCAPE '\\'");
        }
        if self.moved_only {
            query.push(" AND t.moved_at IS NOT NULL");
        }
        if states && !self.states.is_empty() {
            let mut numbers = query.push(" AND t.state IN (").separated(", ");
            for state in &self.states {
                numbers.push_bind(state_number(*state));
            }
            query.push(")");
        }
    }

    /// Pushes ` ORDER BY …`. The columns of `p` and `r` are used for a grouped list only.
    pub(crate) fn push_order(&self, query: &mut QueryBuilder<Sqlite>) {
        query.push(" ORDER BY ");
        if self.group_by_repository {
            query.push("p.path, p.key, r.path, r.key, ");
        }
        query.push(match (self.sort, self.descending) {
            (TagSort::Name, false) => "t.name, t.repository_key",
            (TagSort::Name, true) => "t.name DESC, t.repository_key DESC",
            (TagSort::Pushed, false) => {
                "coalesce(t.pushed_at, t.created_at) NULLS LAST, t.name, t.repository_key"
            }
            (TagSort::Pushed, true) => {
                "coalesce(t.pushed_at, t.created_at) DESC NULLS LAST, t.name, t.repository_key"
            }
            (TagSort::Size, false) => "t.size NULLS LAST, t.name, t.repository_key",
            (TagSort::Size, true) => "t.size DESC NULLS LAST, t.name, t.repository_key",
        });
    }
}

fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

pub(crate) fn containing(text: &str) -> String {
    format!("%{}%", escaped(text))
}

/// Users paste digests with and without the algorithm.
fn digest_prefix(text: &str) -> String {
    let hex = text.strip_prefix("sha256:").unwrap_or(text);
    format!("sha256:{}%", escaped(hex))
}

/// `%` and `_` are characters of tag names and mean themselves here.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
