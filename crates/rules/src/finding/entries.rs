//! The entries of a pattern for whole names: what each of several alternatives says by itself.

use regex_syntax::ast::{self, Ast, GroupKind};

use crate::pattern::{Dialect, Pattern};

/// A pattern as a list of patterns for whole names.
pub(super) struct Entries {
    /// The language of each entry.
    pub(super) dialect: Dialect,
    pub(super) texts: Vec<String>,
    open: &'static str,
    separator: &'static str,
    close: &'static str,
}

impl Entries {
    /// The entries; one where the pattern is no list. `None`: the server does not compare whole names,
    /// or compares other parts of them than the entries say.
    pub(super) fn of(dialect: Dialect, text: &str) -> Option<Self> {
        match dialect {
            Dialect::Gitlab | Dialect::Prefix => None,
            Dialect::GitlabCleanup => Self::of_cleanup(text),
            Dialect::EcrFilters => {
                let texts = text.split(',').map(str::to_owned).collect();
                Some(Self { dialect: Dialect::Ecr, texts, open: "", separator: ",", close: "" })
            }
            Dialect::Ecr => Some(Self::one(dialect, text)),
            Dialect::Harbor | Dialect::Harbor11 => Some(match crate::blocks::glob_entries(dialect, text) {
                Some(texts) => Self { dialect, texts, open: "{", separator: ",", close: "}" },
                None => Self::one(dialect, text),
            }),
        }
    }

    fn of_cleanup(text: &str) -> Option<Self> {
        let dialect = Dialect::GitlabCleanup;
        let one = || Self::one(dialect, text);
        let Ok(read) = ast::parse::Parser::new().parse(text) else { return Some(one()) };
        match &read {
            // `\A` and `\z` bind to the first and the last only.
            Ast::Alternation(_) => None,
            Ast::Group(group) if is_plain(&group.kind) => {
                let Some(texts) = alternatives(&group.ast, text) else { return Some(one()) };
                Some(Self { dialect, texts, open: "(?:", separator: "|", close: ")" })
            }
            _ => Some(one()),
        }
    }

    /// The alternatives of a cleanup pattern that is not in a group.
    pub(super) fn of_loose(text: &str) -> Option<Self> {
        let read = ast::parse::Parser::new().parse(text).ok()?;
        let texts = alternatives(&read, text)?;
        let sound = |text: &String| Pattern::compile(Dialect::GitlabCleanup, text).is_ok();
        texts.iter().all(sound).then_some(Self {
            dialect: Dialect::GitlabCleanup,
            texts,
            open: "(?:",
            separator: "|",
            close: ")",
        })
    }

    fn one(dialect: Dialect, text: &str) -> Self {
        Self { dialect, texts: vec![text.to_owned()], open: "", separator: "", close: "" }
    }

    /// These entries as one pattern.
    pub(super) fn join(&self, texts: Vec<String>) -> String {
        format!("{}{}{}", self.open, texts.join(self.separator), self.close)
    }
}

fn is_plain(kind: &GroupKind) -> bool {
    match kind {
        GroupKind::CaptureIndex(_) => true,
        GroupKind::NonCapturing(flags) => flags.items.is_empty(),
        GroupKind::CaptureName { .. } => false,
    }
}

fn alternatives(ast: &Ast, text: &str) -> Option<Vec<String>> {
    let Ast::Alternation(alternation) = ast else { return None };
    let part = |ast: &Ast| {
        let span = ast.span();
        text.get(span.start.offset..span.end.offset).map(str::to_owned)
    };
    alternation.asts.iter().map(part).collect()
}
