//! `(` and everything that may follow it after a `?`.

use std::sync::OnceLock;

use regex_syntax::hir::{Class, ClassUnicode, HirKind};

use super::PatternErrorCode as Code;
use super::parse::{Parser, since};
use super::refusal::{self, Refusal};

impl Parser<'_> {
    /// Reads `(`, `(?:`, `(?P<name>`, `(?flags)` and the like.
    pub(super) fn open_group(&mut self) -> Result<(), Refusal> {
        let open = self.pos;
        if !self.rest().starts_with("(?") {
            self.bump();
            self.push_group(open, true, self.flags);
            return Ok(());
        }
        for look_around in ["(?=", "(?!", "(?<=", "(?<!"] {
            // A look-behind at the end of the text is a name without an end to RE2.
            let named = look_around.len() > 3 && self.rest().len() == look_around.len();
            if !named && self.eat(look_around) {
                let quoted = since(open, self);
                return Err(Refusal::new(Code::LookAround, refusal::PERL_OPERATOR, quoted));
            }
        }
        // A text that ends with the `<` is no name to RE2 but a flag it does not know.
        for named in ["(?P<", "(?<"] {
            if self.rest().starts_with(named) && self.rest().len() > named.len() {
                return self.named_group(open, named);
            }
        }
        self.flags_group(open)
    }

    fn named_group(&mut self, open: usize, opening: &str) -> Result<(), Refusal> {
        let bad_name = |end| Refusal::new(Code::GroupName, refusal::CAPTURE_NAME, open..end);
        self.pos += opening.len();
        let Some((name, _)) = self.rest().split_once('>') else {
            return Err(bad_name(self.text.len()));
        };
        self.pos += name.len() + 1;
        if !is_name(name) {
            return Err(bad_name(self.pos));
        }
        if !name.is_ascii() {
            self.refused_by_go(format!("(?P<{name}>"));
        }
        self.push_group(open, true, self.flags);
        Ok(())
    }

    fn flags_group(&mut self, open: usize) -> Result<(), Refusal> {
        self.pos += "(?".len();
        let mut flags = self.flags;
        let mut value = true;
        // A `-` needs a flag after it.
        let mut complete = true;
        loop {
            let next = self.bump();
            match next {
                Some('i') => flags.fold = value,
                Some('m') => flags.lines = value,
                Some('s') => flags.dot_newline = value,
                Some('U') => flags.ungreedy = value,
                Some('-') if value => {
                    value = false;
                    complete = false;
                    continue;
                }
                Some(':') if complete => {
                    self.push_group(open, false, flags);
                    return Ok(());
                }
                Some(')') if complete => {
                    self.flags = flags;
                    return Ok(());
                }
                _ => {
                    let quoted = since(open, self);
                    return Err(Refusal::new(Code::GroupFlag, refusal::PERL_OPERATOR, quoted));
                }
            }
            complete = true;
        }
    }
}

/// What a group's name may hold outside ASCII, in the Unicode edition that RE2 knows.
const NAME_CHARACTERS: &str = r"[[\p{L}\p{Mn}\p{Mc}\p{Nd}\p{Nl}\p{Pc}]&&\p{Age=15.0}]";

/// Whether RE2 takes this as a group's name: letters, marks, digits and connecting punctuation.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|next| match name_characters() {
            _ if next.is_ascii() => next.is_ascii_alphanumeric() || next == '_',
            Some(class) => {
                let found = class.ranges().binary_search_by(|range| {
                    if range.end() < next {
                        std::cmp::Ordering::Less
                    } else if range.start() > next {
                        std::cmp::Ordering::Greater
                    } else {
                        std::cmp::Ordering::Equal
                    }
                });
                found.is_ok()
            }
            None => false,
        })
}

fn name_characters() -> Option<&'static ClassUnicode> {
    static CLASS: OnceLock<Option<ClassUnicode>> = OnceLock::new();
    CLASS
        .get_or_init(|| {
            let hir = regex_syntax::parse(NAME_CHARACTERS).ok()?;
            match hir.into_kind() {
                HirKind::Class(Class::Unicode(class)) => Some(class),
                _ => None,
            }
        })
        .as_ref()
}
