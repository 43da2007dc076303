//! Globs over the paths of repositories, said in phrases.

use crate::blocks::{Phrase, list};
use crate::pattern::{Dialect, Pattern};

/// Says a glob over paths in phrases; none where it cannot be said plainly.
///
/// An end that stays open after a slash stands for whatever is below: [`Phrase::End`] is left out.
pub fn explain_path(dialect: Dialect, pattern: &str) -> Vec<Phrase> {
    let sound = Pattern::compile(dialect, pattern).is_ok_and(|glob| glob.malformed().is_none());
    if !dialect.is_glob() || !sound {
        return Vec::new();
    }
    let entries = list::read(dialect, pattern).unwrap_or_else(|| vec![pattern.to_owned()]);
    let ways: Option<Vec<Vec<Phrase>>> = entries.iter().map(|entry| way(entry)).collect();
    match ways {
        Some(mut ways) if ways.len() == 1 => ways.pop().unwrap_or_default(),
        Some(ways) => match plain(&ways) {
            Some(texts) => vec![Phrase::Start, Phrase::OneOf { texts }, Phrase::End],
            None => vec![Phrase::Either { ways }],
        },
        None => Vec::new(),
    }
}

/// The texts, when every way is one whole text.
fn plain(ways: &[Vec<Phrase>]) -> Option<Vec<String>> {
    let text = |way: &Vec<Phrase>| match way.as_slice() {
        [Phrase::Start, Phrase::Text { text, .. }, Phrase::End] => Some(text.clone()),
        _ => None,
    };
    ways.iter().map(text).collect()
}

fn way(glob: &str) -> Option<Vec<Phrase>> {
    if glob.is_empty() || glob == "**" {
        return Some(vec![Phrase::Everything]);
    }
    if glob.contains(['{', '}', '[', '\\']) {
        return None;
    }
    let mut said = Said { phrases: vec![Phrase::Start], text: String::new() };
    let segments: Vec<&str> = glob.split('/').collect();
    for (place, segment) in segments.iter().enumerate() {
        let last = place + 1 == segments.len();
        if *segment == "**" {
            said.flush();
            if last {
                return Some(said.phrases);
            }
            said.phrases.push(Phrase::Folders);
            continue;
        }
        for character in segment.chars() {
            match character {
                '*' => said.part(),
                '?' => said.one(),
                text => said.text.push(text),
            }
        }
        if !last {
            said.text.push('/');
        }
    }
    said.flush();
    said.phrases.push(Phrase::End);
    Some(said.phrases)
}

/// Phrases so far, and text that is not one yet.
struct Said {
    phrases: Vec<Phrase>,
    text: String,
}

impl Said {
    fn flush(&mut self) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            self.phrases.push(Phrase::Text { text, any_case: false });
        }
    }

    /// Stars side by side do no more than one.
    fn part(&mut self) {
        self.flush();
        if self.phrases.last() != Some(&Phrase::AnyPart) {
            self.phrases.push(Phrase::AnyPart);
        }
    }

    fn one(&mut self) {
        self.flush();
        self.phrases.push(Phrase::AnyCharacter);
    }
}
