//! A server's own words: out of JSON envelopes only, as plain text, without secrets, shortened.

use serde_json::Value;

use super::secret::Secrets;

/// Longest text taken over, in characters.
pub const LONGEST: usize = 500;
/// Longest text that is searched for secrets, in characters. Of what is longer the rest is dropped.
const LONGEST_READ: usize = 4000;
/// Keys whose values are sentences, in the order of preference.
const ENVELOPES: [&str; 4] = ["message", "error_description", "errors", "error"];
/// Envelopes inside envelopes that are read.
const DEEPEST: usize = 6;

/// The sentences in an error body, in all shapes that servers use:
/// `{"message":"…"}`, `{"message":["…"]}`, `{"message":{"error":"…"}}`, `{"message":{"field":["…"]}}`,
/// `{"error":"…"}`, `{"error":"…","error_description":"…"}`, `{"errors":[{"message":"…"}]}`.
///
/// As sent, to be recognised: only [`clean`] makes it fit to be shown.
pub fn of(body: &Value) -> Option<String> {
    let mut found = Vec::new();
    collect(body, 0, &mut found);
    let text = found.join("; ");
    (!text.trim().is_empty()).then_some(text)
}

fn collect(value: &Value, depth: usize, found: &mut Vec<String>) {
    if depth > DEEPEST || found.len() >= 20 {
        return;
    }
    match value {
        Value::String(text) if !is_markup(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, depth + 1, found)),
        Value::Object(fields) => {
            if let Some(inner) = ENVELOPES.iter().find_map(|key| fields.get(*key).filter(|v| !v.is_null())) {
                return collect(inner, depth + 1, found);
            }
            // Only below an envelope: a body that is no error has fields, too.
            if depth > 0 {
                for (field, inner) in fields {
                    let mut inside = Vec::new();
                    collect(inner, depth + 1, &mut inside);
                    found.extend(inside.into_iter().map(|text| format!("{field}: {text}")));
                }
            }
        }
        _ => {}
    }
}

fn is_markup(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(9).collect::<String>().to_ascii_lowercase();
    start.starts_with("<!doctype") || start.starts_with("<html")
}

/// One line of plain text without secrets, without control characters and without characters that
/// reorder others.
///
/// Secrets are looked for after everything that could bring their parts together and before anything
/// that could cut them in two.
pub(crate) fn clean(text: &str, secrets: &Secrets) -> String {
    let visible: String = text
        .chars()
        .filter(|c| !hides(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST_READ)
        .collect();
    let hidden = secrets.hide(&visible);
    let line = hidden.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = secrets.hide(&line);
    if line.chars().count() <= LONGEST {
        return line;
    }
    let mut short: String = line.chars().take(LONGEST - 1).collect();
    short.push('…');
    short
}

/// Characters that change the order of others, or cannot be seen.
fn hides(c: char) -> bool {
    matches!(c,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{061c}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_envelope_gives_its_sentence() {
        for (body, words) in [
            (json!({"message": "403 Forbidden"}), "403 Forbidden"),
            (
                json!({"message": ["Tag name pattern has already been taken"]}),
                "Tag name pattern has already been taken",
            ),
            (json!({"message": {"error": "Operation not allowed"}}), "Operation not allowed"),
            (json!({"message": {"error": ["one", "two"]}}), "one; two"),
            (json!({"message": {"pattern": ["is bad"]}}), "pattern: is bad"),
            (
                json!({"error": "invalid_token", "error_description": "Token is expired."}),
                "Token is expired.",
            ),
            (json!({"errors": [{"message": "Invalid token"}]}), "Invalid token"),
            (json!({"errors": ["a", "b"]}), "a; b"),
        ] {
            assert_eq!(of(&body).as_deref(), Some(words), "{body}");
        }
        for silent in [
            json!({"id": 1, "name": "x"}),
            json!({"message": "<!DOCTYPE html><b>hi"}),
            json!(null),
            json!({}),
        ] {
            assert_eq!(of(&silent), None, "{silent}");
        }
    }

    fn clean(text: &str) -> String {
        super::clean(text, &Secrets::default())
    }

    #[test]
    fn words_are_one_short_line_that_reads_as_it_is_written() {
        assert_eq!(clean("a\u{1b}[31m\nb\u{202e}c\u{200b}d\0"), "a [31m bcd");
        assert_eq!(clean(&"x".repeat(10_000)).chars().count(), LONGEST);
        let deep = (0..50).fold(json!("x"), |inner, _| json!({"message": inner}));
        assert_eq!(of(&deep), None);
    }
}
