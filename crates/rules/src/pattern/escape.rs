//! What a backslash means.

use regex_syntax::hir::Look;

use super::PatternErrorCode as Code;
use super::ascii::AsciiSet;
use super::ast::{Ast, Cost};
use super::parse::{Parser, since};
use super::refusal::{self, Refusal};

/// The last code point; higher numbers are no characters.
const LAST_CODE: u32 = 0x10_FFFF;

impl Parser<'_> {
    /// Reads what starts with a backslash outside of a class.
    pub(super) fn backslash(&mut self) -> Result<(), Refusal> {
        let place = Cost { low: 0, high: 1 };
        if self.eat("\\b") {
            self.push(Ast::Look(Look::WordAscii), place);
        } else if self.eat("\\B") {
            self.push(Ast::Look(Look::WordAsciiNegate), place);
        } else if self.eat("\\A") {
            self.push(Ast::Look(Look::Start), place);
        } else if self.eat("\\z") {
            self.push(Ast::Look(Look::End), place);
        } else if self.eat("\\C") {
            self.refused_by_go("\\C");
            self.push(Ast::Set(AsciiSet::ALL), Cost::exactly(1));
        } else if self.eat("\\Q") {
            self.quoted();
        } else if let Some(group) = self.unicode_class() {
            let (set, cost) = group?;
            self.push(Ast::Set(set), cost);
        } else if let Some((set, cost)) = self.perl_class() {
            self.push(Ast::Set(set), cost);
        } else {
            let code = self.escape()?;
            self.literal(code);
        }
        Ok(())
    }

    /// Plain text up to `\E`, or to the end of everything.
    fn quoted(&mut self) {
        while !self.eat("\\E") {
            let Some(next) = self.bump() else { return };
            self.literal(u32::from(next));
        }
    }

    /// An escape that stands for one character.
    pub(super) fn escape(&mut self) -> Result<u32, Refusal> {
        let start = self.pos;
        self.bump();
        let Some(letter) = self.bump() else {
            return Err(Refusal::bare(Code::TrailingBackslash, refusal::TRAILING_BACKSLASH, start));
        };
        let code = match letter {
            '0' => Some(self.octal(0)),
            '1'..='7' if self.peek().is_some_and(|next| next.is_digit(8)) => {
                Some(self.octal(u32::from(letter) - u32::from('0')))
            }
            'x' => self.hexadecimal(start)?,
            'a' => Some(0x07),
            'f' => Some(0x0C),
            'n' => Some(0x0A),
            'r' => Some(0x0D),
            't' => Some(0x09),
            'v' => Some(0x0B),
            plain if plain.is_ascii() && !plain.is_ascii_alphanumeric() => Some(u32::from(plain)),
            _ => None,
        };
        code.ok_or_else(|| {
            let code = if letter.is_ascii_digit() { Code::BackReference } else { Code::Escape };
            Refusal::new(code, refusal::ESCAPE, since(start, self))
        })
    }

    /// Up to two more octal digits.
    fn octal(&mut self, mut code: u32) -> u32 {
        for _ in 0..2 {
            let Some(digit) = self.peek().and_then(|next| next.to_digit(8)) else { break };
            self.bump();
            code = code * 8 + digit;
        }
        code
    }

    /// Two hexadecimal digits, or any number of them in braces. `None`: refused as far as read.
    fn hexadecimal(&mut self, start: usize) -> Result<Option<u32>, Refusal> {
        let digit = |next: Option<char>| next.and_then(|next| next.to_digit(16));
        if !self.eat("{") {
            let Some(first) = self.bump() else { return Ok(None) };
            let second = self.bump();
            let pair = digit(Some(first)).zip(digit(second));
            return Ok(pair.map(|(first, second)| first * 16 + second));
        }
        if self.rest().is_empty() {
            // RE2 reads past the end here and blames the encoding.
            return Err(Refusal::bare(Code::Escape, refusal::UTF8, start));
        }
        let mut code = None;
        loop {
            let next = self.bump();
            if let Some(value) = digit(next) {
                let sum = code.unwrap_or(0) * 16 + value;
                if sum > LAST_CODE || self.rest().is_empty() {
                    return Ok(None);
                }
                code = Some(sum);
            } else {
                return Ok(code.filter(|_| next == Some('}')));
            }
        }
    }
}
