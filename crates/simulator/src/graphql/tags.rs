//! Tags of a repository: order, filter and pages.

use serde_json::{Map, Value};

use super::connection::{Page, Window, encode};
use super::nodes::{Node, Protection};
use crate::pattern;
use crate::state::{Project, Repository, Role, State, Tag, TagEffect};

/// GitLab: `tags` has pages of 20 at most.
const MOST: usize = 20;

#[derive(Clone, Copy)]
enum Order {
    Name,
    Published,
}

/// A page of tags. Cursors hold name and time, so that a tag that vanishes loses nobody the place.
pub(super) fn page<'a>(
    repository: &'a Repository,
    project: &'a Project,
    role: Role,
    arguments: &Map<String, Value>,
) -> Result<Page<'a>, &'static str> {
    let (order, descending) = match arguments.get("sort").and_then(Value::as_str) {
        None | Some("NAME_ASC") => (Order::Name, false),
        Some("NAME_DESC") => (Order::Name, true),
        Some("PUBLISHED_AT_ASC") => (Order::Published, false),
        Some("PUBLISHED_AT_DESC") => (Order::Published, true),
        Some(_) => return Err("Argument 'sort' on Field 'tags' has an invalid value"),
    };
    let part = arguments.get("name").and_then(Value::as_str);
    let tags = repository.tags();
    let all = tags.as_slice();
    let mut rows: Vec<&'a Tag> = match order {
        Order::Name => all.iter().collect(),
        Order::Published => tags.published_order().iter().filter_map(|&at| all.get(at as usize)).collect(),
    };
    if let Some(part) = part {
        rows.retain(|tag| tag.name.contains(part));
    }
    if descending {
        rows.reverse();
    }
    let window = Window::read(arguments, MOST);
    // Whether a row stands before the place that a cursor names, and before or at it.
    let before = |cursor: &str, tag: &Tag, itself: bool| {
        let place = key(tag, order).as_str().cmp(cursor);
        let place = if descending { place.reverse() } else { place };
        place.is_lt() || (itself && place.is_eq())
    };
    let after =
        window.after.as_deref().map_or(0, |cursor| rows.partition_point(|tag| before(cursor, tag, true)));
    let until = window
        .before
        .as_deref()
        .map_or(rows.len(), |cursor| rows.partition_point(|tag| before(cursor, tag, false)));
    let range = window.range(after, until);
    Ok(Page {
        of: "ContainerRepositoryTagConnection",
        edge: "ContainerRepositoryTagEdge",
        has_next: range.end < rows.len(),
        has_previous: range.start > 0,
        rows: rows
            .get(range)
            .unwrap_or_default()
            .iter()
            .map(|tag| (encode(&key(tag, order)), Node::Tag(tag, repository, project, role)))
            .collect(),
    })
}

/// A text that sorts as the order does.
fn key(tag: &Tag, order: Order) -> String {
    match order {
        Order::Name => tag.name.to_string(),
        Order::Published => format!("{:020} {}", tag.published_at, tag.name),
    }
}

/// What the rules make of a tag, if any matches.
pub(super) fn protection(state: &State, project: &Project, tag: &str) -> Option<Protection> {
    let mut result: Option<Protection> = None;
    for rule in &project.tag_rules {
        if (rule.immutable() && !state.settings.licensed) || !pattern::matches(&rule.pattern, tag) {
            continue;
        }
        result = Some(match (result, rule.effect) {
            (Some(Protection::Immutable), _) | (_, TagEffect::Immutable) => Protection::Immutable,
            (None, TagEffect::Protected { push, delete }) => Protection::Protected { push, delete },
            (Some(Protection::Protected { push: p, delete: d }), TagEffect::Protected { push, delete }) => {
                Protection::Protected { push: p.max(push), delete: d.max(delete) }
            }
        });
    }
    result
}
