//! How many rows to ask for: servers refuse sizes above a limit of their own.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::http::Answer;

/// Refused sizes that one list tries to replace before it gives up.
const MOST_NAMED: usize = 2;

/// A page size that a client has learned, for all lists of one kind.
#[derive(Debug)]
pub(crate) struct PageSize(Mutex<Option<u32>>);

impl PageSize {
    pub(crate) fn new(rows: u32) -> Self {
        Self(Mutex::new(Some(rows)))
    }

    /// The size to ask for; `None`: leave it to the server.
    pub(super) fn current(&self) -> Option<u32> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a size that the server accepted.
    pub(super) fn learn(&self, size: Option<u32>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = size;
    }
}

/// The sizes to try after the server refused `asked`, in order: those that its refusal names, then none.
pub(super) fn alternatives(asked: u32, named: Vec<u32>) -> Vec<Option<u32>> {
    let fitting = named.into_iter().filter(|size| (1..asked).contains(size)).take(MOST_NAMED);
    fitting.map(Some).chain([None]).collect()
}

/// Whether an answer with this status may be about the page size. The specification of OCI registries
/// leaves the status open; Distribution answers 400, Harbor 422.
pub(crate) fn may_concern(status: u16) -> bool {
    matches!(status, 400 | 413 | 414 | 416 | 422)
}

/// The sizes below `asked` that a refusal names, largest first: in the header `OCI-Tag-Limit`, else
/// anywhere in the body. Numbers that are part of a word do not count, nor does the status.
pub(crate) fn named_in(answer: &Answer, asked: u32) -> Vec<u32> {
    let header = answer.header("oci-tag-limit").and_then(|limit| limit.trim().parse().ok());
    if let Some(limit) = header {
        return vec![limit];
    }
    let mut texts = String::new();
    if let Some(body) = answer.json::<Value>() {
        collect(&body, &mut texts);
    }
    named(&texts, asked, Some(answer.status))
}

/// The same, in a message.
pub(crate) fn named(message: &str, asked: u32, status: Option<u16>) -> Vec<u32> {
    let words = message.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')));
    let numbers = words.filter_map(|word| word.trim_matches('.').parse::<u32>().ok());
    let mut sizes: Vec<u32> = numbers
        .filter(|number| (1..asked).contains(number) && status.map(u32::from) != Some(*number))
        .collect();
    sizes.sort_unstable_by_key(|size| std::cmp::Reverse(*size));
    sizes.dedup();
    sizes
}

/// All texts and numbers of a body, separated by spaces.
fn collect(value: &Value, texts: &mut String) {
    match value {
        Value::String(text) => texts.push_str(text),
        Value::Number(number) => texts.push_str(&number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, texts)),
        Value::Null | Value::Bool(_) => {}
    }
    texts.push(' ');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Intent;
    use bytes::Bytes;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    fn refusal(headers: &[(&'static str, &'static str)], body: &'static str) -> Answer {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        Answer { status: 400, headers, body: Bytes::from_static(body.as_bytes()), intent: Intent::Read }
    }

    #[test]
    fn a_refusal_names_the_sizes_it_accepts() {
        for (body, expected) in [
            // Distribution repeats what was asked for and names no limit.
            (
                r#"{"errors":[{"code":"PAGINATION_NUMBER_INVALID","message":"invalid number of results requested","detail":{"n":1000}}]}"#,
                vec![],
            ),
            (r#"{"errors":[{"code":"X","message":"n must not exceed 500","detail":{"n":1000}}]}"#, vec![500]),
            (
                r#"{"errors":[{"message":"page_size in query should be less than or equal to 100."}]}"#,
                vec![100],
            ),
            (r#"{"message":"400 Bad Request: 1 to 50, not 1000"}"#, vec![50, 1]),
            (r#"{"errors":[{"detail":{"max":250}}]}"#, vec![250]),
            (r#"{"message":"see ERR_42 and v2"}"#, vec![]),
            ("<html>100", vec![]),
        ] {
            assert_eq!(named_in(&refusal(&[], body), 1000), expected, "{body}");
        }
        let header = refusal(&[("oci-tag-limit", "200")], r#"{"message":"at most 300"}"#);
        assert_eq!(named_in(&header, 1000), [200]);
    }

    #[test]
    fn named_sizes_are_tried_before_none_and_never_larger_ones() {
        assert_eq!(alternatives(1000, vec![]), [None]);
        assert_eq!(alternatives(1000, vec![5000, 1000, 0]), [None]);
        assert_eq!(alternatives(1000, vec![500, 100, 50]), [Some(500), Some(100), None]);
    }

    #[test]
    fn a_missing_right_or_place_is_not_about_the_size() {
        for status in [401, 403, 404, 405, 429, 500] {
            assert!(!may_concern(status), "{status}");
        }
    }
}
