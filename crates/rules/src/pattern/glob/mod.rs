//! Harbor's globs: doublestar as Harbor calls it, in the two releases it has used.
//!
//! Harbor checks no pattern when it saves one. A malformed one errs only for those names with which
//! matching gets to where it is wrong, so every text is a pattern here, and a name has one of three
//! verdicts. An empty pattern never gets to doublestar: it matches everything.

mod cost;
mod expression;
mod literal;
mod machine;
mod outline;
mod text;
mod well_formed;

use std::sync::OnceLock;

use super::automaton::{Automaton, Row};
use super::{Cancelled, PatternError, PatternErrorCode, PatternErrorKind, Verdict};
pub(crate) use cost::Costly;
use machine::{End, Table};
pub(crate) use outline::{Mark, MarkKind, marks};

/// The doublestar releases that Harbor has used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Release {
    /// 1.3.4: from Harbor 2.9.5, 2.10.3 and 2.11 on.
    Recent,
    /// 1.1.1: before.
    Older,
}

/// What the server says where it finds that it cannot read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Malformed;

/// doublestar's words, whatever is wrong.
const SYNTAX_ERROR: &str = "syntax error in pattern";

/// Longest text that is read, in bytes. Harbor's database holds shorter ones only.
const LONGEST: usize = 16 << 10;
/// Most stars, lists and slashes. Each may be one call inside another.
const MOST_MARKS: usize = 500;

/// What doublestar would have to be given to say what Harbor says of an empty pattern.
const EVERYTHING: &str = "**";

/// A glob of one release.
#[derive(Debug)]
pub(super) struct Glob {
    release: Release,
    text: String,
    automata: OnceLock<Option<Automata>>,
}

#[derive(Debug)]
struct Automata {
    matches: Automaton,
    /// `None`: no tag makes the server err.
    errors: Option<Automaton>,
}

impl Glob {
    /// Every text is a glob, unless it is too long to be read here.
    pub(super) fn read(release: Release, text: &str) -> Result<Self, PatternError> {
        let marks = text.bytes().filter(|byte| matches!(byte, b'*' | b'{' | b'/')).count();
        if text.len() > LONGEST || marks > MOST_MARKS {
            let reason = "the pattern is too large to be read with certainty";
            return Err(super::compile::uncertain(PatternErrorCode::TooLarge, reason));
        }
        Ok(Self { release, text: text.to_owned(), automata: OnceLock::new() })
    }

    /// The slow and always exact way.
    pub(super) fn verdict_literally(&self, name: &[u8]) -> Verdict {
        if self.text.is_empty() {
            return Verdict::Match;
        }
        literal::verdict(self.release, self.text.as_bytes(), name)
    }

    /// The verdict on a name, by the automata where they were built already and know such names.
    pub(super) fn verdict(&self, name: &[u8]) -> Verdict {
        match self.automata.get() {
            Some(Some(automata)) if crate::tag::has_tag_characters(name) => automata.verdict(name),
            _ => self.verdict_literally(name),
        }
    }

    /// What matches, over tag names; `None`: too large.
    pub(super) fn matches(&self) -> Option<&Automaton> {
        self.automata().map(|automata| &automata.matches)
    }

    /// What makes the server err, over tag names: `Some(None)`, nothing does; `None`, too large.
    pub(super) fn errors(&self) -> Option<Option<&Automaton>> {
        self.automata().map(|automata| automata.errors.as_ref())
    }

    /// Where the text is malformed, whether or not any tag makes the server find it; `None`: nowhere.
    pub(super) fn malformed(&self) -> Option<PatternError> {
        let (code, at) = self.problem()?;
        let before = self.text.get(..at).unwrap_or(&self.text);
        Some(PatternError {
            kind: PatternErrorKind::Refused,
            code,
            reason: SYNTAX_ERROR.to_owned(),
            column: u32::try_from(before.chars().count() + 1).ok(),
            suggestion: self.mended(code),
        })
    }

    fn problem(&self) -> Option<outline::Problem> {
        outline::problem(self.release, &self.text).or_else(|| self.slash_in_braces())
    }

    /// A tag that takes the server very long.
    pub(super) fn costly(&self) -> Option<Costly> {
        cost::costly(self.release, &self.text)
    }

    /// An expression that should match the same tags.
    pub(super) fn as_expression(&self) -> Option<String> {
        expression::write(self.release, &self.text)
    }

    /// Braces are cut at a slash when a name ends before them, as in `x{,/y}`.
    fn slash_in_braces(&self) -> Option<outline::Problem> {
        // No tag and no repository has an empty name, so that what errs with it only is sound.
        self.errors().flatten()?.shortest(1).pop()?;
        let slash =
            marks(&self.text).into_iter().find(|mark| mark.kind == MarkKind::Slash && mark.depth > 0)?;
        Some((PatternErrorCode::SlashInBraces, slash.at))
    }

    fn mended(&self, code: PatternErrorCode) -> Option<String> {
        let mended = match code {
            PatternErrorCode::MissingBrace => format!("{}}}", self.text),
            PatternErrorCode::MissingBracket => format!("{}]", self.text),
            PatternErrorCode::TrailingBackslash => self.text.strip_suffix('\\')?.to_owned(),
            _ => return None,
        };
        // Only the text is judged: what would mend it in turn might be as long as one likes.
        let sound = !mended.is_empty() && Self::read(self.release, &mended).ok()?.problem().is_none();
        sound.then_some(mended)
    }

    fn automata(&self) -> Option<&Automata> {
        self.automata.get_or_init(|| self.build(&|| false).ok().flatten()).as_ref()
    }

    /// Builds the automata, unless that is given up.
    pub(super) fn prepare(&self, cancelled: &dyn Fn() -> bool) -> Result<(), Cancelled> {
        if self.automata.get().is_none() {
            let built = self.build(cancelled)?;
            self.automata.get_or_init(|| built);
        }
        Ok(())
    }

    fn build(&self, cancelled: &dyn Fn() -> bool) -> Result<Option<Automata>, Cancelled> {
        // The table knows nothing of the empty name, which the server treats apart.
        let unnamed = self.verdict_literally(b"");
        let text = if self.text.is_empty() { EVERYTHING } else { &self.text };
        let table = machine::build(self.release, text, cancelled)?;
        Ok(table.and_then(|table| Automata::of(&table, unnamed)))
    }
}

impl Automata {
    /// `unnamed`: the verdict on the empty name, with which the table begins.
    fn of(table: &Table, unnamed: Verdict) -> Option<Self> {
        let automaton = |verdict: Verdict, end: End| {
            let rows = table.states.iter().enumerate().map(|(at, (its, next))| Row {
                accepts: if at == 0 { unnamed == verdict } else { *its == end },
                next: next.clone(),
            });
            Automaton::of_rows(&table.columns, table.width, 0, rows.collect())
        };
        let errs = unnamed == Verdict::Error || table.states.iter().any(|(end, _)| *end == End::Error);
        let errors = if errs { Some(automaton(Verdict::Error, End::Error)?) } else { None };
        Some(Self { matches: automaton(Verdict::Match, End::Whole)?, errors })
    }

    fn verdict(&self, name: &[u8]) -> Verdict {
        match &self.errors {
            _ if self.matches.matches(name) => Verdict::Match,
            Some(errors) if errors.matches(name) => Verdict::Error,
            _ => Verdict::No,
        }
    }
}
