//! From a text to something that matches, or the reason why not.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use regex_syntax::hir::Hir;

use super::ast::Cost;
use super::automaton::Automaton;
use super::glob::{Costly, Glob};
use super::matcher::{Expression, Matcher};
use super::needles::Needles;
use super::parse::{Parsed, parse};
use super::plain::{read_ecr, read_ecr_filters, read_prefix};
use super::refusal::{self, Refusal};
use super::sets;
use super::suggest::suggest;
use super::{Cancelled, Comparison, Dialect, PatternError, PatternErrorCode, PatternErrorKind, Verdict};

/// What GitLab's cleanup puts before the text, and after it.
const CLEANUP_PREFIX: &str = "\\A";
const CLEANUP_SUFFIX: &str = "\\z";

/// How many instructions RE2 has room for in its default 8 MiB (measured: 12 bytes each after
/// some 700 for the program), with some leeway for what is estimated.
const RE2_ROOM: Range<u64> = 698_000..699_500;

/// A text that the server accepts and that Tagwarden reads exactly as the server does.
///
/// Cloning is cheap. All answers are exact for names of the tag grammar; names with characters
/// outside ASCII, which no registry stores, match as if RE2's classes ended with ASCII. Globs are
/// exact for every name.
#[derive(Clone)]
pub struct Pattern {
    inner: Arc<Inner>,
}

struct Inner {
    dialect: Dialect,
    text: String,
    matcher: Matcher,
    /// Why the server would refuse the text if it validated it.
    invalid: Option<PatternError>,
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
        match validate(dialect, text) {
            Some(error) => Err(error),
            None => Self::compile_saved(dialect, text),
        }
    }

    /// Reads a text that the server has saved without validating it, as GitLab does with a cleanup
    /// policy that is switched off (`ContainerExpirationPolicy` validates `if: :enabled?`).
    ///
    /// # Errors
    /// When what the server evaluates is no pattern, or Tagwarden is not certain to read it as the
    /// server does.
    pub fn compile_saved(dialect: Dialect, text: &str) -> Result<Self, PatternError> {
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
        let matcher = match dialect.release() {
            Some(release) => Matcher::Glob(Glob::read(release, text)?),
            None => {
                let parsed = read(dialect, text).map_err(|refusal| describe(dialect, text, &refusal))?;
                judge_size(&parsed)?;
                Matcher::Expression(Expression::build(parsed).ok_or_else(too_large_here)?)
            }
        };
        let invalid = validate(dialect, text);
        Ok(Self { inner: Arc::new(Inner { dialect, text: text.to_owned(), matcher, invalid }) })
    }

    /// Why the server would refuse the text if it validated it: only what was saved unvalidated has one.
    pub fn refused_if_validated(&self) -> Option<&PatternError> {
        self.inner.invalid.as_ref()
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
        self.verdict(name) == Verdict::Match
    }

    /// What the server makes of this name.
    pub fn verdict(&self, name: &str) -> Verdict {
        self.search_bytes(name.as_bytes())
    }

    /// The same by following the server's rules step by step, whatever is built already: slow, and
    /// what every faster way is held against.
    pub fn verdict_literally(&self, name: &[u8]) -> Verdict {
        match &self.inner.matcher {
            Matcher::Expression(_) => self.search_bytes(name),
            Matcher::Glob(glob) => glob.verdict_literally(name),
        }
    }

    /// An exact way for any name.
    pub(super) fn search_bytes(&self, name: &[u8]) -> Verdict {
        match &self.inner.matcher {
            Matcher::Expression(expression) if expression.regex.is_match(name) => Verdict::Match,
            Matcher::Expression(_) => Verdict::No,
            Matcher::Glob(glob) => glob.verdict(name),
        }
    }

    /// Where the server finds it first, in bytes: the leftmost place, there the first alternative.
    /// Globs match whole names only.
    ///
    /// Meant for highlighting. The start is RE2's; the end can differ for repetitions of something
    /// that may be empty inside one another, such as `(?:\W*(?:|c)+)+`, on which engines disagree.
    pub fn find(&self, name: &str) -> Option<Range<usize>> {
        match &self.inner.matcher {
            Matcher::Expression(expression) => expression.regex.find(name).map(|found| found.range()),
            Matcher::Glob(_) => self.is_match(name).then_some(0..name.len()),
        }
    }

    /// The engine's form of the pattern, over single ASCII bytes; `None`: it is a glob.
    pub(crate) fn hir(&self) -> Option<&Hir> {
        self.expression().map(|expression| &expression.hir)
    }

    fn expression(&self) -> Option<&Expression> {
        match &self.inner.matcher {
            Matcher::Expression(expression) => Some(expression),
            Matcher::Glob(_) => None,
        }
    }

    /// Whether it matches every name of the tag grammar; `None`: undecided.
    pub fn matches_every_tag(&self) -> Option<bool> {
        self.hir().and_then(sets::quick_every).or_else(|| self.automaton().map(Automaton::accepts_every))
    }

    /// Whether it matches no name of the tag grammar; `None`: undecided.
    pub fn matches_no_tag(&self) -> Option<bool> {
        self.hir().and_then(sets::quick_none).or_else(|| self.automaton().map(Automaton::accepts_none))
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
        self.expression()?.refused_by_go.clone()
    }

    /// Where the text is malformed although the server saves it. It then errs for those names with
    /// which matching gets there, see [`Verdict::Error`].
    pub fn malformed(&self) -> Option<PatternError> {
        self.glob()?.malformed()
    }

    /// Up to `limit` of the shortest tags for which the server errs; `None`: undecided.
    pub fn erring_tags(&self, limit: usize) -> Option<Vec<String>> {
        Some(self.errors()?.map(|errors| errors.shortest(limit)).unwrap_or_default())
    }

    /// Builds now what the first sweep over many names would build: milliseconds for a pattern that turns
    /// out too large for it, in which `cancelled` is asked again and again.
    ///
    /// # Errors
    /// [`Cancelled`] as soon as `cancelled` says so; nothing is kept then.
    pub fn prepare(&self, cancelled: &dyn Fn() -> bool) -> Result<(), Cancelled> {
        match &self.inner.matcher {
            Matcher::Expression(expression) => expression.prepare(cancelled),
            Matcher::Glob(glob) => glob.prepare(cancelled),
        }
    }

    /// The automaton over tag names, built when it is first asked for; `None`: too large.
    pub(crate) fn automaton(&self) -> Option<&Automaton> {
        match &self.inner.matcher {
            Matcher::Expression(expression) => expression.automaton(),
            Matcher::Glob(glob) => glob.matches(),
        }
    }

    /// The automaton of the tag names for which the server errs: `Some(None)`, there are none; `None`,
    /// too large.
    pub(crate) fn errors(&self) -> Option<Option<&Automaton>> {
        self.glob().map_or(Some(None), Glob::errors)
    }

    /// Whether there may be a name for which the server errs.
    pub(crate) fn may_err(&self) -> bool {
        !matches!(self.errors(), Some(None)) || self.malformed().is_some()
    }

    /// A tag that takes the server very long, because it tries all ways to read the pattern.
    pub(crate) fn costly(&self) -> Option<Costly> {
        self.glob()?.costly()
    }

    pub(super) fn glob(&self) -> Option<&Glob> {
        match &self.inner.matcher {
            Matcher::Expression(_) => None,
            Matcher::Glob(glob) => Some(glob),
        }
    }

    /// Whether every match begins where the name does.
    pub(crate) fn is_tied_to_start(&self) -> bool {
        self.hir().is_some_and(|hir| hir.properties().look_set_prefix().contains_anchor_haystack())
    }

    /// The texts that no match can do without, in a name of any characters, looked for when first asked.
    pub(crate) fn needles(&self) -> Option<&Needles> {
        self.expression()?.needles()
    }
}

/// What the server compiles for a user's text.
pub(super) fn wrap(dialect: Dialect, text: &str) -> String {
    match dialect {
        Dialect::GitlabCleanup => format!("{CLEANUP_PREFIX}{text}{CLEANUP_SUFFIX}"),
        Dialect::Gitlab
        | Dialect::Ecr
        | Dialect::EcrFilters
        | Dialect::Prefix
        | Dialect::Harbor
        | Dialect::Harbor11 => text.to_owned(),
    }
}

/// Reads what the server compiles for a user's text.
pub(super) fn read(dialect: Dialect, text: &str) -> Result<Parsed, Refusal> {
    match dialect {
        Dialect::Gitlab | Dialect::GitlabCleanup => read_re2(dialect, text),
        Dialect::Ecr => read_ecr(text),
        Dialect::EcrFilters => read_ecr_filters(text),
        Dialect::Prefix => read_prefix(text),
        // Globs are walked by rules of their own.
        Dialect::Harbor | Dialect::Harbor11 => Err(Refusal::bare(PatternErrorCode::Other, refusal::GLOB, 0)),
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
        Dialect::GitlabCleanup => at.saturating_sub(CLEANUP_PREFIX.len()).min(text.len()),
        Dialect::Gitlab
        | Dialect::Ecr
        | Dialect::EcrFilters
        | Dialect::Prefix
        | Dialect::Harbor
        | Dialect::Harbor11 => at,
    }
}

/// What the server checks before it saves a text, where that is not what it evaluates: GitLab hands the
/// bare text of a cleanup policy to RE2 (`UntrustedRegexpValidator`), and puts `\A` and `\z` around it
/// only when the policy runs.
fn validate(dialect: Dialect, text: &str) -> Option<PatternError> {
    let refusal = bare_refusal(dialect, text)?;
    Some(PatternError {
        kind: PatternErrorKind::Refused,
        code: refusal.code,
        reason: refusal.reason(&wrap(dialect, text)),
        column: column(text, user_offset(dialect, text, refusal.at)),
        suggestion: suggest(dialect, text, &refusal),
    })
}

/// Why RE2 refuses the bare text where the server validates that, by its place in the wrapped one.
pub(super) fn bare_refusal(dialect: Dialect, text: &str) -> Option<Refusal> {
    if dialect != Dialect::GitlabCleanup {
        return None;
    }
    parse(text).err().map(|refusal| refusal.moved(CLEANUP_PREFIX.len()))
}

/// The column of a byte, counted from 1 in characters.
fn column(text: &str, offset: usize) -> Option<u32> {
    let before = text.get(..offset).unwrap_or(text).chars().count();
    u32::try_from(before + 1).ok()
}

fn describe(dialect: Dialect, text: &str, refusal: &Refusal) -> PatternError {
    let offset = user_offset(dialect, text, refusal.at);
    PatternError {
        kind: PatternErrorKind::Refused,
        code: refusal.code,
        reason: refusal.reason(&wrap(dialect, text)),
        column: column(text, offset),
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

pub(super) fn uncertain(code: PatternErrorCode, reason: &str) -> PatternError {
    PatternError {
        kind: PatternErrorKind::Uncertain,
        code,
        reason: reason.to_owned(),
        column: None,
        suggestion: None,
    }
}
