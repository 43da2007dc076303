//! `[...]`, `\p{...}` and the escapes that stand for a class.

use super::PatternErrorCode as Code;
use super::ascii::{AsciiSet, perl_class, posix_class};
use super::ast::Cost;
use super::parse::{Parser, since};
use super::refusal::{self, Refusal};
use super::unicode::unicode_group;

/// What a class has gathered so far, before its own negation.
struct Gathered {
    set: AsciiSet,
    cost: Cost,
    items: u32,
}

impl Gathered {
    fn add(&mut self, set: AsciiSet, cost: Cost) {
        self.set = self.set.union(set);
        self.cost = if self.items == 0 {
            cost
        } else {
            // Together they may melt into one range.
            Cost { low: 1, high: self.cost.high.saturating_add(cost.high) }
        };
        self.items += 1;
    }
}

impl Parser<'_> {
    /// Reads a bracketed class.
    pub(super) fn bracket_class(&mut self) -> Result<(AsciiSet, Cost), Refusal> {
        let open = self.pos;
        self.bump();
        let negated = self.eat("^");
        let mut gathered = Gathered { set: AsciiSet::NONE, cost: Cost::exactly(0), items: 0 };
        let mut first = true;
        loop {
            match self.peek() {
                None => return Err(self.missing_bracket(open)),
                // Right at the start it is a character like any other.
                Some(']') if !first => break,
                Some(_) => {}
            }
            first = false;
            let (set, cost) = self.class_item(open)?;
            gathered.add(set, cost);
        }
        self.bump();
        if !negated {
            return Ok((gathered.set, gathered.cost));
        }
        let high = gathered.cost.high.saturating_mul(2).saturating_add(16);
        Ok((gathered.set.complement(), Cost { low: 0, high }))
    }

    fn class_item(&mut self, open: usize) -> Result<(AsciiSet, Cost), Refusal> {
        if let Some(named) = self.posix_item() {
            return named;
        }
        if self.rest().len() > 2
            && let Some(group) = self.unicode_class()
        {
            return group;
        }
        if let Some(class) = self.perl_class() {
            return Ok(class);
        }
        self.class_range(open)
    }

    /// `[:alpha:]` or `[:^alpha:]`; without a `:]` the `[` is a plain character.
    fn posix_item(&mut self) -> Option<Result<(AsciiSet, Cost), Refusal>> {
        let inner = self.rest().strip_prefix("[:")?;
        // Looked up once for the whole text: many a `[:` without an end must not take many scans.
        let last_end = *self.last_posix_end.get_or_insert_with(|| self.text.rfind(":]"));
        if self.pos + "[:".len() > last_end? {
            return None;
        }
        let (name, _) = inner.split_once(":]")?;
        let start = self.pos;
        self.pos += "[:".len() + name.len() + ":]".len();
        let (positive, plain) = match name.strip_prefix('^') {
            Some(rest) => (false, rest),
            None => (true, name),
        };
        let Some(set) = posix_class(plain) else {
            let quoted = since(start, self);
            return Some(Err(Refusal::new(Code::ClassRange, refusal::CLASS_RANGE, quoted)));
        };
        Some(Ok(self.simple_class(set, positive)))
    }

    /// `\d`, `\D`, `\s`, `\S`, `\w` or `\W`.
    pub(super) fn perl_class(&mut self) -> Option<(AsciiSet, Cost)> {
        let letter = self.rest().strip_prefix('\\')?.chars().next()?;
        let set = perl_class(letter)?;
        self.pos += 2;
        // The negated ones hold everything outside ASCII too.
        let positive = letter.is_ascii_lowercase();
        let plain = if positive { set } else { set.complement() };
        Some(self.simple_class(plain, positive))
    }

    fn simple_class(&self, set: AsciiSet, positive: bool) -> (AsciiSet, Cost) {
        let set = if self.flags.fold { set.folded() } else { set };
        let runs = set.runs().len() as u64;
        if positive {
            (set, Cost { low: 1, high: 2 * runs + 12 })
        } else {
            (set.complement(), Cost { low: 1, high: 2 * runs + 24 })
        }
    }

    /// `\pL`, `\PL`, `\p{Greek}`, `\p{^Greek}`.
    pub(super) fn unicode_class(&mut self) -> Option<Result<(AsciiSet, Cost), Refusal>> {
        let mut positive = match self.rest().get(..2)? {
            "\\p" => true,
            "\\P" => false,
            _ => return None,
        };
        let start = self.pos;
        self.pos += 2;
        let refuse = |end| Refusal::new(Code::ClassRange, refusal::CLASS_RANGE, start..end);
        let name_start = self.pos;
        let name = match self.bump() {
            Some('{') => {
                let Some((name, _)) = self.rest().split_once('}') else {
                    return Some(Err(refuse(self.text.len())));
                };
                self.pos += name.len() + 1;
                name
            }
            _ => self.text.get(name_start..self.pos).unwrap_or_default(),
        };
        let name = match name.strip_prefix('^') {
            Some(rest) => {
                positive = !positive;
                rest
            }
            None => name,
        };
        let Some(group) = unicode_group(name) else {
            return Some(Err(refuse(self.pos)));
        };
        // Go looks names up without the underscores since 1.25, and then fails to find these.
        if name.contains('_') || name == "SignWriting" {
            self.refused_by_go(format!("\\p{{{name}}}"));
        }
        let set = if self.flags.fold { group.ascii.folded() } else { group.ascii };
        let [plain, negated, folded, folded_negated] = group.cost;
        let cost = match (positive, self.flags.fold) {
            (true, false) => plain,
            (false, false) => negated,
            (true, true) => folded,
            (false, true) => folded_negated,
        };
        let set = if positive { set } else { set.complement() };
        Some(Ok((set, Cost::exactly(u64::from(cost)))))
    }

    /// One character or a range of them.
    fn class_range(&mut self, open: usize) -> Result<(AsciiSet, Cost), Refusal> {
        let start = self.pos;
        let low = self.class_character(open)?;
        let mut ahead = self.rest().chars();
        let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|next| next != ']');
        let high = if is_range {
            self.bump();
            self.class_character(open)?
        } else {
            low
        };
        if high < low {
            let quoted = since(start, self);
            return Err(Refusal::new(Code::ClassRange, refusal::CLASS_RANGE, quoted));
        }
        let set =
            if self.flags.fold { AsciiSet::folded_range(low, high) } else { AsciiSet::range(low, high) };
        // A range outside ASCII takes a few instructions for each length of UTF-8 it spans; folded,
        // a few for each character in each case.
        let most = match (high > 127, self.flags.fold) {
            (false, false) => 2,
            (true, false) => 24,
            (false, true) => 24,
            (true, true) => u64::from(high - low + 1).saturating_mul(24).min(4096),
        };
        Ok((set, Cost { low: 1, high: most }))
    }

    fn class_character(&mut self, open: usize) -> Result<u32, Refusal> {
        match self.peek() {
            None => Err(self.missing_bracket(open)),
            Some('\\') => self.escape().map_err(|refusal| Refusal { class: Some(open), ..refusal }),
            Some(next) => {
                self.bump();
                Ok(u32::from(next))
            }
        }
    }

    fn missing_bracket(&self, open: usize) -> Refusal {
        let quoted = open..self.text.len();
        Refusal::new(Code::MissingBracket, refusal::MISSING_BRACKET, quoted)
    }
}
