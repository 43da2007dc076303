//! `q` and `sort`, Harbor's little languages for lists.

use std::cmp::Ordering;

use percent_encoding::percent_decode_str;

use super::call::Call;
use crate::harbor::error::HarborError;

/// What one key has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// `k=v`
    Exact(String),
    /// `k=~v`
    Fuzzy(String),
    /// `k=[min~max]`; either may be missing.
    Range(String, String),
    /// `k={a b}`
    AnyOf(Vec<String>),
    /// `k=(a b)`
    AllOf(Vec<String>),
}

/// What is asked for by `q`.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter(Vec<(String, Condition)>);

/// What a row has under one key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Number(i64),
    Text(String),
}

impl Filter {
    /// Harbor: pairs are cut at commas first, so no value has one; values are unescaped once more.
    pub(super) fn read(call: &Call) -> Result<Self, HarborError> {
        let malformed = || {
            let message = "the query string must contain \"=\" and the key/value cannot be empty";
            HarborError::bad_request(message)
        };
        let text = call.text("q").unwrap_or_default();
        let mut all = Vec::new();
        for pair in text.split(',').filter(|_| !text.is_empty()) {
            let (key, value) = pair.split_once('=').ok_or_else(malformed)?;
            if key.is_empty() || value.is_empty() {
                return Err(malformed());
            }
            let value = percent_decode_str(value).decode_utf8_lossy();
            all.push((key.to_ascii_lowercase(), Condition::read(&value)));
        }
        Ok(Self(all))
    }

    /// The condition on a key.
    pub(super) fn get(&self, key: &str) -> Option<&Condition> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, condition)| condition)
    }

    /// Whether a row meets all conditions on keys that it has.
    pub(super) fn admits(&self, row: impl Fn(&str) -> Option<Key>) -> bool {
        self.0.iter().all(|(key, condition)| row(key).is_none_or(|value| condition.admits(&value)))
    }
}

impl Condition {
    fn read(value: &str) -> Self {
        let within = |open: char, close: char| value.strip_prefix(open)?.strip_suffix(close);
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        if let Some(text) = value.strip_prefix('~') {
            return Self::Fuzzy(text.to_owned());
        }
        if let Some((least, most)) = within('[', ']').and_then(|text| text.split_once('~')) {
            return Self::Range(least.trim().to_owned(), most.trim().to_owned());
        }
        if let Some(text) = within('{', '}') {
            return Self::AnyOf(words(text));
        }
        if let Some(text) = within('(', ')') {
            return Self::AllOf(words(text));
        }
        Self::Exact(value.strip_prefix('\\').unwrap_or(value).to_owned())
    }

    /// Whether one value meets the condition.
    pub(super) fn admits(&self, value: &Key) -> bool {
        let text = match value {
            Key::Number(number) => number.to_string(),
            Key::Text(text) => text.clone(),
        };
        match self {
            Self::Exact(wanted) => text == *wanted,
            Self::Fuzzy(wanted) => text.contains(wanted.as_str()),
            Self::AnyOf(all) => all.contains(&text),
            Self::AllOf(all) => all.iter().all(|one| *one == text),
            Self::Range(least, most) => {
                let bound = |bound: &str| match value {
                    Key::Number(_) => bound.parse().ok().map(Key::Number),
                    Key::Text(_) if bound.is_empty() => None,
                    Key::Text(_) => Some(Key::Text(bound.to_owned())),
                };
                bound(least).is_none_or(|least| *value >= least)
                    && bound(most).is_none_or(|most| *value <= most)
            }
        }
    }
}

/// Sorts rows as `sort=name,-push_time` asks. Harbor: keys that a row does not have are passed over.
pub(super) fn sort<T>(rows: &mut [T], call: &Call, fallback: &str, key: impl Fn(&T, &str) -> Option<Key>) {
    let wish = call.text("sort").filter(|text| !text.is_empty()).unwrap_or(fallback);
    let wishes: Vec<(&str, bool)> = wish
        .split(',')
        .map(|word| word.trim().strip_prefix('-').map_or((word.trim(), false), |word| (word, true)))
        .collect();
    rows.sort_by(|one, other| {
        for (name, descending) in &wishes {
            let order = key(one, name).cmp(&key(other, name));
            let order = if *descending { order.reverse() } else { order };
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    });
}
