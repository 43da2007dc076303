//! Names that try to do harm where they are shown. A real server refuses most of them; one that means
//! harm does not.

use super::demo::{BY_MAINTAINERS, exactly};
use super::plan::{HOUR, TagPlan};
use crate::state::State;

/// The tags.
const TAGS: [&str; 12] = [
    "<img src=x onerror=alert(1)>",
    "<script>document.title='owned'</script>",
    "javascript:alert(1)",
    "../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "%s%n%x{{7*7}}${7*7}",
    "=HYPERLINK(\"http://evil.example\",\"latest\")",
    "v1.0.0\u{202e}tset-fdp",
    "la\u{200b}test",
    "l\u{0430}test",
    "two\nlines\tand a tab",
    "nul\u{0}byte",
];

/// Adds a project with a hostile name, and hostile tags, one of them very long.
pub(super) fn add(state: &mut State, seed: u64) {
    let now = state.now().unix_timestamp();
    let long = "a".repeat(5_000);
    let mut names: Vec<(&str, i64)> = TAGS.iter().map(|name| (*name, HOUR)).collect();
    names.push((&long, HOUR));
    names.push(("latest", HOUR));
    let id = state.create_project("hostile/<img src=x onerror=alert(1)>");
    if let Some(project) = state.project_mut(id) {
        project.description = "<b onmouseover=alert(1)>\u{202e}gnihtyna</b>".repeat(40);
    }
    state.add_tag_rule(id, "<script>alert(1)</script>", BY_MAINTAINERS);
    let plan = TagPlan { seed, now, parts: vec![exactly(&names)], pins: Vec::new(), size: 1 };
    state.create_planned_repository(id, "", plan.clone());
    state.create_planned_repository(id, "\u{202e}txt.exe", plan);
}
