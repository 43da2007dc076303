//! One run: patterns by the hundred, asked of every engine at once.

use std::collections::HashSet;

use fastrand::Rng;
use tagwarden_rules::pattern::Dialect;

use crate::chance::pattern;
use crate::disagreement::Disagreement;
use crate::names::Names;
use crate::oracle::Oracle;
use crate::ours::{Ours, Scene};
use crate::shrink::shrink;
use crate::tally::Tally;
use crate::verdict::Verdict;

const BATCH: usize = 250;

/// Everyone who is asked.
pub(crate) struct Engines {
    re2: Oracle,
    go: Option<Oracle>,
}

/// Compares `count` patterns in both dialects of RE2.
pub(crate) fn run(seed: u64, count: usize, re2: Oracle, go: Option<Oracle>) -> Tally {
    let mut rng = Rng::with_seed(seed);
    let scene = Scene::new(Names::new(&mut rng));
    let mut engines = Engines { re2, go };
    let mut tally = Tally::default();
    let mut seen = HashSet::new();
    while seen.len() < count && !tally.has_seen_enough() {
        let fresh = std::iter::repeat_with(|| pattern(&mut rng)).filter(|text| seen.insert(text.clone()));
        let batch: Vec<String> = fresh.take(BATCH).collect();
        for dialect in [Dialect::Gitlab, Dialect::GitlabCleanup] {
            let differences = engines.compare(&scene, dialect, &batch, &mut tally);
            for text in batch.iter().zip(differences).filter_map(|(text, what)| what.map(|_| text)) {
                tally.add(|| shrink(&mut engines, &scene, dialect, text));
            }
        }
    }
    tally
}

impl Engines {
    /// What differs, pattern by pattern.
    pub(crate) fn compare(
        &mut self,
        scene: &Scene,
        dialect: Dialect,
        patterns: &[String],
        tally: &mut Tally,
    ) -> Vec<Option<String>> {
        let names = &scene.names.compared;
        let sent: Vec<String> = patterns.iter().map(|text| as_sent(dialect, text)).collect();
        self.re2.ask(names, &sent);
        if let Some(go) = &mut self.go {
            go.ask(names, &sent);
        }
        // While the others are at work.
        let ours = scene.ask_all(dialect, patterns);
        let re2 = self.re2.answer();
        let go = self.go.as_mut().map(Oracle::answer);
        let go = |place: usize| go.as_ref().map(|go| &go[place]);
        let pairs = ours.iter().zip(&re2).enumerate();
        pairs.map(|(place, (ours, re2))| difference(ours, re2, go(place), names, tally)).collect()
    }
}

/// What GitLab gives to RE2.
fn as_sent(dialect: Dialect, text: &str) -> String {
    match dialect {
        Dialect::GitlabCleanup => format!("\\A{text}\\z"),
        _ => text.to_owned(),
    }
}

fn difference(
    ours: &Result<Ours, Disagreement>,
    re2: &Verdict,
    go: Option<&Verdict>,
    names: &[String],
    tally: &mut Tally,
) -> Option<String> {
    tally.compared += 1;
    let accepted = matches!(re2, Verdict::Matches(_));
    tally.accepted += usize::from(accepted);
    let (ours, refused_by_go) = match ours {
        Err(disagreement) => return Some(disagreement.to_string()),
        Ok(Ours::Blank) => {
            tally.blank += 1;
            return None;
        }
        Ok(Ours::Uncertain) => {
            tally.uncertain += usize::from(accepted);
            return None;
        }
        Ok(Ours::Certain(ours, refused_by_go)) => (ours, refused_by_go),
    };
    if ours != re2 {
        return Some(format!("RE2: {}; Tagwarden: {}", words(re2, names), words(ours, names)));
    }
    let go = go.filter(|_| accepted)?;
    tally.with_go += 1;
    match (go, refused_by_go) {
        (Verdict::Matches(_), None) if go == re2 => None,
        (Verdict::Refused(_), Some(_)) => {
            tally.go_refuses += 1;
            None
        }
        (Verdict::Refused(why), None) if is_limit(why) => {
            tally.go_limit += 1;
            None
        }
        (Verdict::Matches(_), None) => {
            Some(format!("Go: {}; RE2 and Tagwarden: {}", words(go, names), words(re2, names)))
        }
        _ => Some(format!("Go: {}; said to be refused by Go for {refused_by_go:?}", words(go, names))),
    }
}

/// Go keeps limits of its own, which no pattern that GitLab stores reaches: it allows 100 characters.
fn is_limit(why: &str) -> bool {
    why.contains("expression nests too deeply") || why.contains("expression too large")
}

fn words(verdict: &Verdict, names: &[String]) -> String {
    match verdict {
        Verdict::Refused(why) => format!("refused, {why:?}"),
        Verdict::Matches(mask) => {
            let hits: Vec<&String> = names
                .iter()
                .enumerate()
                .filter(|(place, _)| mask >> place & 1 == 1)
                .map(|(_, name)| name)
                .collect();
            format!("matches {hits:?}")
        }
    }
}
