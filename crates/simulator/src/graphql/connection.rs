//! Pages with opaque cursors.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::nodes::Node;

/// The nodes of one page, each with its cursor.
pub(super) struct Page<'a> {
    pub(super) of: &'static str,
    pub(super) edge: &'static str,
    pub(super) rows: Vec<(String, Node<'a>)>,
    pub(super) has_next: bool,
    pub(super) has_previous: bool,
}

/// What a query asks of a page.
pub(super) struct Window {
    first: Option<usize>,
    last: Option<usize>,
    pub(super) after: Option<String>,
    pub(super) before: Option<String>,
    most: usize,
}

impl Window {
    /// Reads the arguments; sizes above `most` are cut to it without a word.
    pub(super) fn read(arguments: &Map<String, Value>, most: usize) -> Self {
        let size = |name: &str| {
            let number = arguments.get(name).and_then(Value::as_u64);
            number.map(|number| usize::try_from(number).unwrap_or(most).min(most))
        };
        let cursor = |name: &str| arguments.get(name).and_then(Value::as_str).and_then(decode);
        Self {
            first: size("first"),
            last: size("last"),
            after: cursor("after"),
            before: cursor("before"),
            most,
        }
    }

    /// The range of the page between the places that the cursors point at.
    pub(super) fn range(&self, after: usize, before: usize) -> std::ops::Range<usize> {
        let before = before.max(after);
        match (self.first, self.last) {
            (None, Some(last)) => before.saturating_sub(last).max(after)..before,
            (first, _) => after..(after + first.unwrap_or(self.most)).min(before),
        }
    }
}

/// A cursor for a key.
pub(super) fn encode(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

fn decode(cursor: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
}

/// A page over rows that are known by a key, in the order given.
pub(super) fn page<'a, T>(
    rows: &[T],
    window: &Window,
    of: &'static str,
    edge: &'static str,
    key: impl Fn(&T) -> String,
    node: impl Fn(&T) -> Node<'a>,
) -> Page<'a> {
    let place = |cursor: &str| rows.iter().position(|row| key(row) == cursor);
    let after = window.after.as_deref().and_then(place).map_or(0, |at| at + 1);
    let before = window.before.as_deref().and_then(place).unwrap_or(rows.len());
    let range = window.range(after, before);
    Page {
        of,
        edge,
        has_next: range.end < rows.len(),
        has_previous: range.start > 0,
        rows: rows.get(range).unwrap_or_default().iter().map(|row| (encode(&key(row)), node(row))).collect(),
    }
}
