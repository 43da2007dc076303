//! From a text to something that matches, or the reason why not.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use regex_automata::meta::{Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::util::syntax;
use regex_syntax::hir::Hir;

use super::ascii::AsciiSet;
use super::ast::{Ast, Cost};
use super::automaton::Automaton;
use super::needles::Needles;
use super::parse::{Parsed, parse};
use super::plain::{read_ecr, read_prefix};
use super::refusal::{self, Refusal};
use super::sets;
use super::suggest::suggest;
use super::{Comparison, Dialect, PatternError, PatternErrorCode, PatternErrorKind};

/// What GitLab's cleanup puts before the text, and after it.
const CLEANUP_PREFIX: &str = "\\A";
const CLEANUP_SUFFIX: &str = "\\z";

/// How many instructions RE2 has room for in its default 8 MiB (measured: 12 bytes each after
/// some 700 for the program), with some leeway for what is estimated.
const RE2_ROOM: Range<u64> = 698_000..699_500;

/// Largest automaton that is built for matching, in bytes.
const ENGINE_LIMIT: usize = 16 << 20;

/// A text that the server accepts and that Tagwarden reads exactly as the server does.
///
/// Cloning is cheap. All answers are exact for names of the tag grammar; names with characters
/// outside ASCII, which no registry stores, match as if RE2's classes ended with ASCII.
#[derive(Clone)]
pub struct Pattern {
    inner: Arc<Inner>,
}

struct Inner {
    dialect: Dialect,
    text: String,
    ast: Ast,
    hir: Hir,
    regex: Regex,
    refused_by_go: Option<String>,
    automaton: OnceLock<Option<Automaton>>,
    needles: OnceLock<Option<Needles>>,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pattern")
            .field("dialect", &self.inner.dialect)
            .field("text", &self.inner.text)
            .finish_non_exhaustive()
    }
}

impl Pattern {
    /// Reads a text as the server would.
    ///
    /// # Errors
    /// When the server refuses the text, or Tagwarden is not certain to read it as the server does.
    pub fn compile(dialect: Dialect, text: &str) -> Result<Self, PatternError> {
        if text.contains('\0') {
            return Err(uncertain(PatternErrorCode::Encoding, "the text contains a NUL character"));
        }
        if dialect == Dialect::Gitlab && text.chars().all(char::is_whitespace) {
            return Err(PatternError {
                kind: PatternErrorKind::Refused,
                code: PatternErrorCode::Blank,
                reason: "can't be blank".to_owned(),
                column: None,
                suggestion: None,
            });
        }
        let parsed = read(dialect, text).map_err(|refusal| describe(dialect, text, &refusal))?;
        judge_size(&parsed)?;
        Self::build(dialect, text, parsed)
    }

    fn build(dialect: Dialect, text: &str, parsed: Parsed) -> Result<Self, PatternError> {
        let hir = parsed.ast.to_hir(AsciiSet::ALL);
        let config = Config::new()
            .utf8_empty(false)
            .which_captures(WhichCaptures::Implicit)
            .nfa_size_limit(Some(ENGINE_LIMIT));
        let regex = Regex::builder()
            .configure(config)
            .syntax(syntax::Config::new().utf8(false).unicode(false))
            .build_from_hir(&hir)
            .map_err(|_| too_large_here())?;
        Ok(Self {
            inner: Arc::new(Inner {
                dialect,
                text: text.to_owned(),
                ast: parsed.ast,
                hir,
                regex,
                refused_by_go: parsed.refused_by_go,
                automaton: OnceLock::new(),
                needles: OnceLock::new(),
            }),
        })
    }

    /// The language it is written in.
    pub fn dialect(&self) -> Dialect {
        self.inner.dialect
    }

    /// The text as the user wrote it, without what the dialect puts around it.
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// Whether the server finds the pattern in this name.
    pub fn is_match(&self, name: &str) -> bool {
        self.search_bytes(name.as_bytes())
    }

    /// The slow and always exact way.
    pub(super) fn search_bytes(&self, name: &[u8]) -> bool {
        self.inner.regex.is_match(name)
    }

    /// Where the server finds it first, in bytes: the leftmost place, there the first alternative.
    ///
    /// Meant for highlighting. The start is RE2's; the end can differ for repetitions of something
    /// that may be empty inside one another, such as `(?:\W*(?:|c)+)+`, on which engines disagree.
    pub fn find(&self, name: &str) -> Option<Range<usize>> {
        self.inner.regex.find(name).map(|found| found.range())
    }

    /// The engine's form of the pattern, over single ASCII bytes.
    pub fn hir(&self) -> &Hir {
        &self.inner.hir
    }

    /// Whether it matches every name of the tag grammar; `None`: undecided.
    pub fn matches_every_tag(&self) -> Option<bool> {
        sets::quick_every(self.hir()).or_else(|| self.automaton().map(Automaton::accepts_every))
    }

    /// Whether it matches no name of the tag grammar; `None`: undecided.
    pub fn matches_no_tag(&self) -> Option<bool> {
        sets::quick_none(self.hir()).or_else(|| self.automaton().map(Automaton::accepts_none))
    }

    /// Whether it matches every tag name that `other` matches; `None`: undecided.
    pub fn covers(&self, other: &Self) -> Option<bool> {
        if Arc::ptr_eq(&self.inner, &other.inner)
            || self.matches_every_tag() == Some(true)
            || other.matches_no_tag() == Some(true)
        {
            return Some(true);
        }
        self.automaton()?.covers(other.automaton()?)
    }

    /// Up to `limit` of the shortest tags that only this one, only `other` and both match;
    /// `None`: undecided.
    pub fn compare(&self, other: &Self, limit: usize) -> Option<Comparison> {
        sets::compare(self.automaton()?, other.automaton()?, limit)
    }

    /// Up to `limit` tag names that it matches, shortest first; empty when none or undecided.
    pub fn shortest_tags(&self, limit: usize) -> Vec<String> {
        self.automaton().map(|automaton| automaton.shortest(limit)).unwrap_or_default()
    }

    /// The first construct that RE2 accepts but Go's regexp, with which GitLab's registry enforces
    /// the rule, refuses: e.g. `\C`. `None`: Go accepts the pattern too.
    pub fn enforcer_refuses(&self) -> Option<String> {
        self.inner.refused_by_go.clone()
    }

    /// The automaton over tag names, built when it is first asked for; `None`: too large.
    pub(crate) fn automaton(&self) -> Option<&Automaton> {
        let build = || Automaton::build(&self.inner.ast.to_hir(AsciiSet::TAG));
        self.inner.automaton.get_or_init(build).as_ref()
    }

    /// Whether every match begins where the name does.
    pub(crate) fn is_tied_to_start(&self) -> bool {
        self.hir().properties().look_set_prefix().contains_anchor_haystack()
    }

    /// The texts that no match can do without, in a name of any characters, looked for when first asked.
    pub(crate) fn needles(&self) -> Option<&Needles> {
        let build = || Needles::of(self.hir());
        self.inner.needles.get_or_init(build).as_ref()
    }
}

/// What the server compiles for a user's text.
pub(super) fn wrap(dialect: Dialect, text: &str) -> String {
    match dialect {
        Dialect::Gitlab | Dialect::Ecr | Dialect::Prefix => text.to_owned(),
        Dialect::GitlabCleanup => format!("{CLEANUP_PREFIX}{text}{CLEANUP_SUFFIX}"),
    }
}

/// Reads what the server compiles for a user's text.
pub(super) fn read(dialect: Dialect, text: &str) -> Result<Parsed, Refusal> {
    match dialect {
        Dialect::Gitlab | Dialect::GitlabCleanup => read_re2(dialect, text),
        Dialect::Ecr => read_ecr(text),
        Dialect::Prefix => read_prefix(text),
    }
}

fn read_re2(dialect: Dialect, text: &str) -> Result<Parsed, Refusal> {
    parse(&wrap(dialect, text)).map_err(|refusal| match refusal.class {
        // The open class has swallowed the suffix: what the user wrote lacks its bracket.
        Some(open)
            if dialect == Dialect::GitlabCleanup && refusal.at >= CLEANUP_PREFIX.len() + text.len() =>
        {
            Refusal { code: PatternErrorCode::MissingBracket, at: open, ..refusal }
        }
        _ => refusal,
    })
}

/// Where in the user's text a refusal points, in bytes. What lies in the suffix points to the end.
pub(super) fn user_offset(dialect: Dialect, text: &str, at: usize) -> usize {
    match dialect {
        Dialect::Gitlab | Dialect::Ecr | Dialect::Prefix => at,
        Dialect::GitlabCleanup => at.saturating_sub(CLEANUP_PREFIX.len()).min(text.len()),
    }
}

fn describe(dialect: Dialect, text: &str, refusal: &Refusal) -> PatternError {
    let offset = user_offset(dialect, text, refusal.at);
    let before = text.get(..offset).unwrap_or(text).chars().count();
    PatternError {
        kind: PatternErrorKind::Refused,
        code: refusal.code,
        reason: refusal.reason(&wrap(dialect, text)),
        column: u32::try_from(before + 1).ok(),
        suggestion: suggest(dialect, text, refusal),
    }
}

/// RE2 refuses what does not fit into its memory. Near the limit nobody can tell from outside.
pub(super) fn judge_size(parsed: &Parsed) -> Result<(), PatternError> {
    let Cost { low, high } = parsed.cost;
    if low > RE2_ROOM.end {
        return Err(PatternError {
            kind: PatternErrorKind::Refused,
            code: PatternErrorCode::TooLarge,
            reason: refusal::TOO_LARGE.to_owned(),
            column: None,
            suggestion: None,
        });
    }
    if high > RE2_ROOM.start || parsed.too_deep {
        return Err(too_large_here());
    }
    Ok(())
}

fn too_large_here() -> PatternError {
    uncertain(PatternErrorCode::TooLarge, "the pattern is too large to be read with certainty")
}

fn uncertain(code: PatternErrorCode, reason: &str) -> PatternError {
    PatternError {
        kind: PatternErrorKind::Uncertain,
        code,
        reason: reason.to_owned(),
        column: None,
        suggestion: None,
    }
}
