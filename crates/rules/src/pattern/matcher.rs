//! What does the matching behind a pattern: an expression, or a glob.

use std::sync::OnceLock;

use regex_automata::meta::{Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::util::syntax;
use regex_syntax::hir::Hir;

use super::Cancelled;
use super::ascii::AsciiSet;
use super::ast::Ast;
use super::automaton::Automaton;
use super::glob::Glob;
use super::needles::Needles;
use super::parse::Parsed;
use super::states;

/// Largest automaton that is built for matching, in bytes.
const ENGINE_LIMIT: usize = 16 << 20;

/// A compiled pattern without its text.
pub(super) enum Matcher {
    Expression(Expression),
    Glob(Glob),
}

/// Found or not, by a regular expression.
pub(super) struct Expression {
    ast: Ast,
    pub(super) hir: Hir,
    pub(super) regex: Regex,
    pub(super) refused_by_go: Option<String>,
    automaton: OnceLock<Option<Automaton>>,
    needles: OnceLock<Option<Needles>>,
}

impl Expression {
    /// `None`: too large.
    pub(super) fn build(parsed: Parsed) -> Option<Self> {
        let hir = parsed.ast.to_hir(AsciiSet::ALL);
        // What would make one name faster takes ten times as long to build, and a keystroke compiles a
        // dozen patterns; many names go another way.
        let config = Config::new()
            .utf8_empty(false)
            .which_captures(WhichCaptures::Implicit)
            .dfa(false)
            .onepass(false)
            .auto_prefilter(false)
            .nfa_size_limit(Some(ENGINE_LIMIT));
        let regex = Regex::builder()
            .configure(config)
            .syntax(syntax::Config::new().utf8(false).unicode(false))
            .build_from_hir(&hir)
            .ok()?;
        Some(Self {
            ast: parsed.ast,
            hir,
            regex,
            refused_by_go: parsed.refused_by_go,
            automaton: OnceLock::new(),
            needles: OnceLock::new(),
        })
    }

    pub(super) fn automaton(&self) -> Option<&Automaton> {
        let build = || states::automaton(&self.ast.to_hir(AsciiSet::TAG), &|| false).ok().flatten();
        self.automaton.get_or_init(build).as_ref()
    }

    /// Builds the automaton, unless that is given up.
    pub(super) fn prepare(&self, cancelled: &dyn Fn() -> bool) -> Result<(), Cancelled> {
        if self.automaton.get().is_none() {
            let built = states::automaton(&self.ast.to_hir(AsciiSet::TAG), cancelled)?;
            self.automaton.get_or_init(|| built);
        }
        Ok(())
    }

    pub(super) fn needles(&self) -> Option<&Needles> {
        self.needles.get_or_init(|| Needles::of(&self.hir)).as_ref()
    }
}
