//! What Tagwarden makes of a pattern, in every way it has.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tagwarden_rules::pattern::{Dialect, Pattern, PatternErrorCode, PatternErrorKind};
use tagwarden_rules::preview::{NameBits, TagIndex};
use tagwarden_rules::tag::is_valid_tag;

use crate::disagreement::Disagreement;
use crate::names::Names;
use crate::places::check_place;
use crate::verdict::Verdict;

/// What Tagwarden makes of a pattern.
#[derive(Debug)]
pub(crate) enum Ours {
    /// As another engine would say it, and the construct that Go is said to refuse.
    Certain(Verdict, Option<String>),
    /// Tagwarden does not say what the server does.
    Uncertain,
    /// Rails refuses it before RE2 sees it.
    Blank,
}

/// The names of a run, in the forms in which they are swept.
pub(crate) struct Scene {
    /// The names.
    pub(crate) names: Names,
    all: Vec<String>,
    index: TagIndex,
    /// Texts of one name a line: all names, and those that have only characters of tags.
    texts: [String; 2],
}

impl Scene {
    /// Gets the names ready.
    pub(crate) fn new(names: Names) -> Self {
        let all = names.all();
        let index = TagIndex::build(vec![("one".to_owned(), all.clone())]);
        let tags =
            all.iter().filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)));
        let tags: Vec<&str> = tags.map(String::as_str).collect();
        let texts = [all.join("\n") + "\n", tags.join("\n")];
        Self { names, all, index, texts }
    }

    /// What Tagwarden makes of each pattern, on all processors.
    pub(crate) fn ask_all(&self, dialect: Dialect, texts: &[String]) -> Vec<Result<Ours, Disagreement>> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = texts.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            let ask = |text: &String| {
                let asked = catch_unwind(AssertUnwindSafe(|| self.ask(dialect, text)));
                asked.unwrap_or(Err(Disagreement::Panic))
            };
            let asked: Vec<_> = texts
                .chunks(share)
                .map(|texts| scope.spawn(move || texts.iter().map(ask).collect::<Vec<_>>()))
                .collect();
            asked.into_iter().flat_map(|asked| asked.join().expect("no panic")).collect()
        })
    }

    /// What Tagwarden makes of a pattern; an error when its own ways disagree.
    fn ask(&self, dialect: Dialect, text: &str) -> Result<Ours, Disagreement> {
        // What RE2 is asked is what runs, not what is validated before it is saved.
        let pattern = match Pattern::compile_saved(dialect, text) {
            Ok(pattern) => pattern,
            Err(error) if error.code == PatternErrorCode::Blank => return Ok(Ours::Blank),
            Err(error) if error.kind == PatternErrorKind::Uncertain => return Ok(Ours::Uncertain),
            Err(error) => {
                check_place(dialect, text, &error)?;
                return Ok(Ours::Certain(Verdict::Refused(error.reason), None));
            }
        };
        let hits: Vec<bool> = self.all.iter().map(|name| pattern.is_match(name)).collect();
        self.check_sweep(&pattern, &hits)?;
        self.check_sets(&pattern, &hits)?;
        for text in &self.texts {
            check_lines(&pattern, text)?;
        }
        let compared = hits.iter().take(self.names.compared.len()).enumerate();
        let mask = compared.filter(|(_, hit)| **hit).map(|(place, _)| 1 << place).sum();
        Ok(Ours::Certain(Verdict::Matches(mask), pattern.enforcer_refuses()))
    }

    /// What is said of all tags at once holds for those at hand.
    fn check_sets(&self, pattern: &Pattern, hits: &[bool]) -> Result<(), Disagreement> {
        let (every, none) = (pattern.matches_every_tag(), pattern.matches_no_tag());
        let wrong = self
            .all
            .iter()
            .zip(hits)
            .find(|(name, hit)| is_valid_tag(name) && (if **hit { none } else { every }) == Some(true));
        match wrong {
            Some((name, &hit)) => Err(Disagreement::OverAllTags { name: name.clone(), hit, every, none }),
            None => Ok(()),
        }
    }

    fn check_sweep(&self, pattern: &Pattern, hits: &[bool]) -> Result<(), Disagreement> {
        let bits = NameBits::of(&self.index, pattern, &|| false).expect("not cancelled");
        for (name, hit) in self.all.iter().zip(hits) {
            let id = self.index.name_id(name).expect("it is in the index");
            if bits.get(id) != *hit {
                return Err(Disagreement::InTheSweep { name: name.clone(), alone: *hit });
            }
        }
        Ok(())
    }
}

fn check_lines(pattern: &Pattern, text: &str) -> Result<(), Disagreement> {
    let mut found = Vec::new();
    pattern.matching_lines(text.as_bytes(), |place| found.push(place));
    let mut wanted = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let name = line.strip_suffix('\n').unwrap_or(line);
        let hit = pattern.is_match(name);
        if pattern.is_match_bytes(name.as_bytes()) != hit {
            return Err(Disagreement::AsBytes { name: name.to_owned(), text: hit });
        }
        if hit {
            wanted.push(start..start + name.len());
        }
        start += line.len();
    }
    if found == wanted { Ok(()) } else { Err(Disagreement::OverLines { found, wanted }) }
}
