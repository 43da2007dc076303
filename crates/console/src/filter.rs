//! The filter syntax of lists: words, `key:value`, `key:a,b`, `-key:value`, `key:>50%`.

use tagwarden_ipc::projects::FilterError;

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    /// The key; `None` for a bare word.
    pub(crate) key: Option<&'static str>,
    /// Whether it must not hold.
    pub(crate) negated: bool,
    /// Any of these.
    pub(crate) values: Vec<String>,
}

impl Condition {
    /// The condition, if all its values are comparisons with numbers.
    pub(crate) fn numeric(self, words: &[&str]) -> Result<Self, FilterError> {
        let odd = |value: &&String| compares(0.0, value).is_none() && !words.contains(&value.as_str());
        match self.values.iter().find(odd) {
            None => Ok(self),
            Some(value) => Err(self.unreadable(value)),
        }
    }

    /// What is said when a value makes no sense here.
    pub(crate) fn unreadable(&self, value: &str) -> FilterError {
        FilterError { token: format!("{}:{value}", self.key.unwrap_or_default()), did_you_mean: None }
    }

    /// Whether one of the values satisfies `test`, or none does when negated. What is not known (`None`)
    /// satisfies nothing, negated or not.
    pub(crate) fn holds(&self, mut test: impl FnMut(&str) -> Option<bool>) -> bool {
        let results: Vec<Option<bool>> = self.values.iter().map(|value| test(value)).collect();
        if self.negated {
            results.iter().all(|result| *result == Some(false))
        } else {
            results.contains(&Some(true))
        }
    }
}

/// Reads a filter. Keys must be among `keys`.
pub(crate) fn parse(text: &str, keys: &[&'static str]) -> Result<Vec<Condition>, FilterError> {
    tokens(text).into_iter().map(|token| condition(&token, keys)).collect()
}

fn condition(token: &str, keys: &[&'static str]) -> Result<Condition, FilterError> {
    let (negated, rest) = match token.strip_prefix('-') {
        Some(rest) if rest.contains(':') => (true, rest),
        _ => (false, token),
    };
    let Some((key, value)) = rest.split_once(':') else {
        return Ok(Condition { key: None, negated: false, values: vec![unquote(token).to_lowercase()] });
    };
    let Some(known) = keys.iter().find(|known| known.eq_ignore_ascii_case(key)) else {
        let near = keys.iter().map(|known| (distance(known, key), *known)).min();
        let did_you_mean = near.filter(|(edits, _)| *edits <= 2).map(|(_, known)| known.to_owned());
        return Err(FilterError { token: token.to_owned(), did_you_mean });
    };
    let values: Vec<String> =
        value.split(',').map(unquote).filter(|v| !v.is_empty()).map(|v| v.to_lowercase()).collect();
    if values.is_empty() {
        return Err(FilterError { token: token.to_owned(), did_you_mean: None });
    }
    Ok(Condition { key: Some(known), negated, values })
}

/// Splits at spaces that are not inside quotes.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = vec![String::new()];
    let mut quoted = false;
    for c in text.chars().take(1000) {
        match c {
            '"' => {
                quoted = !quoted;
                if let Some(last) = tokens.last_mut() {
                    last.push(c);
                }
            }
            c if c.is_whitespace() && !quoted => tokens.push(String::new()),
            c => {
                if let Some(last) = tokens.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    tokens.retain(|token| !token.is_empty());
    tokens
}

fn unquote(text: &str) -> &str {
    text.trim_matches('"')
}

/// Compares a number with `400`, `>400`, `>=400`, `<400`, `<=400`, a trailing `%` being ignored.
/// `None` when the text is no such comparison.
pub(crate) fn compares(number: f64, text: &str) -> Option<bool> {
    let text = text.trim_end_matches('%');
    let (operator, rest) = text.split_at(text.find(|c: char| c.is_ascii_digit())?);
    let wanted: f64 = rest.parse().ok()?;
    Some(match operator {
        "" | "=" => (number - wanted).abs() < f64::EPSILON,
        ">" => number > wanted,
        ">=" => number >= wanted,
        "<" => number < wanted,
        "<=" => number <= wanted,
        _ => return None,
    })
}

/// Edits between two short words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let swap = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = swap.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &[&str] = &["registry", "open", "tags"];

    #[test]
    fn words_and_keys_are_told_apart() {
        let conditions = parse("ledger registry:gitlab,harbor -open:>50%", KEYS).unwrap();
        assert_eq!(conditions[0], Condition { key: None, negated: false, values: vec!["ledger".into()] });
        assert_eq!(conditions[1].values, ["gitlab", "harbor"]);
        assert!(conditions[2].negated);
    }

    #[test]
    fn quotes_keep_spaces() {
        assert_eq!(parse("\"a b\"", KEYS).unwrap()[0].values, ["a b"]);
    }

    #[test]
    fn an_unknown_key_offers_the_nearest() {
        let error = parse("opne:3", KEYS).unwrap_err();
        assert_eq!(error.did_you_mean.as_deref(), Some("open"));
        assert_eq!(parse("zzzzzz:3", KEYS).unwrap_err().did_you_mean, None);
    }

    #[test]
    fn what_is_not_known_passes_no_condition_negated_or_not() {
        for filter in ["open:none", "-open:none"] {
            assert!(!parse(filter, KEYS).unwrap()[0].holds(|_| None), "{filter}");
        }
        assert!(parse("-open:a,b", KEYS).unwrap()[0].holds(|_| Some(false)));
        assert!(!parse("-open:a,b", KEYS).unwrap()[0].holds(|value| Some(value == "b")));
        assert!(parse("open:a,b", KEYS).unwrap()[0].holds(|value| (value == "b").then_some(true)));
    }

    #[test]
    fn numbers_compare() {
        assert_eq!(compares(60.0, ">50%"), Some(true));
        assert_eq!(compares(5.0, "5"), Some(true));
        assert_eq!(compares(5.0, ">=6"), Some(false));
        assert_eq!(compares(5.0, "many"), None);
    }
}
