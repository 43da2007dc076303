//! Building blocks written as patterns.

use crate::blocks::{Block, BlockProblem, Presence, glob};
use crate::pattern::{Dialect, Pattern};

/// Longest hexadecimal run that a tag can hold.
const MOST_HEX: u32 = crate::tag::MAX_TAG_LENGTH as u32;

impl Block {
    /// The pattern that says this in `dialect`; `None` where one pattern of it cannot say this.
    pub fn write(&self, dialect: Dialect) -> Option<String> {
        self.try_write(dialect).ok()
    }

    /// The same, with the reason why not.
    ///
    /// # Errors
    /// Why no pattern of the dialect says this.
    pub fn try_write(&self, dialect: Dialect) -> Result<String, BlockProblem> {
        match dialect {
            Dialect::Harbor | Dialect::Harbor11 => glob::write(self, dialect),
            _ => self.write_elsewhere(dialect).ok_or(BlockProblem::Unsayable),
        }
    }

    fn write_elsewhere(&self, dialect: Dialect) -> Option<String> {
        match dialect {
            // Paths are asked for in globs only.
            _ if matches!(self, Self::Below { .. }) => None,
            Dialect::Gitlab | Dialect::GitlabCleanup => Some(self.write_re2(dialect == Dialect::Gitlab)),
            Dialect::Ecr => self.write_ecr(),
            Dialect::EcrFilters => self.write_ecr_filters(),
            Dialect::Prefix => match self.normalised() {
                Self::StartsWith { text } => Some(text),
                _ => None,
            },
            Dialect::Harbor | Dialect::Harbor11 => None,
        }
    }

    fn write_ecr(&self) -> Option<String> {
        match self.normalised() {
            Self::IsExactly { text } => Some(text),
            Self::StartsWith { text } => Some(format!("{text}*")),
            Self::EndsWith { text } => Some(format!("*{text}")),
            Self::Contains { text } => Some(format!("*{text}*")),
            Self::Everything => Some("*".to_owned()),
            _ => None,
        }
    }

    /// What one filter says, and a list of texts as one filter each.
    fn write_ecr_filters(&self) -> Option<String> {
        let filters = match self.normalised() {
            Self::AnyOf { texts } => texts,
            one => vec![one.write_ecr()?],
        };
        // Characters that no filter can hold, a comma among them, and more than a repository may have.
        let fit = filters.iter().all(|filter| Pattern::compile(Dialect::Ecr, filter).is_ok());
        let written = filters.join(",");
        (fit && Pattern::compile(Dialect::EcrFilters, &written).is_ok()).then_some(written)
    }

    /// GitLab tag rules search anywhere in the name, so anchors are written out; cleanup policies
    /// compare the whole name, so open ends are.
    fn write_re2(&self, searches: bool) -> String {
        let whole = |inner: &str| if searches { format!("^{inner}$") } else { inner.to_owned() };
        match self.normalised() {
            Self::IsExactly { text } => whole(&escape(&text)),
            Self::StartsWith { text } if searches => format!("^{}.*", escape(&text)),
            Self::StartsWith { text } => format!("{}.*", escape(&text)),
            Self::EndsWith { text } if searches => format!("{}$", escape(&text)),
            Self::EndsWith { text } => format!(".*{}", escape(&text)),
            Self::Contains { text } if searches => escape(&text),
            Self::Contains { text } => format!(".*{}.*", escape(&text)),
            Self::AnyOf { texts } => {
                let joined = texts.iter().map(|text| escape(text)).collect::<Vec<_>>().join("|");
                // Without a group the anchors would bind to the first and the last text only.
                if searches { whole(&format!("({joined})")) } else { format!("(?:{joined})") }
            }
            Self::SemanticVersion { v, prerelease } => {
                let v = present("v", v, false);
                let prerelease = present("-[0-9A-Za-z.-]+", prerelease, true);
                whole(&format!(r"{v}\d+\.\d+\.\d+{prerelease}"))
            }
            Self::CommitSha { prefix, least, most } => {
                let times =
                    if least == most { format!("{{{least}}}") } else { format!("{{{least},{most}}}") };
                whole(&format!("{}[0-9a-f]{times}", escape(&prefix)))
            }
            Self::Date { prefix, dashes } => {
                let date = if dashes { r"\d{4}-\d{2}-\d{2}" } else { r"\d{8}" };
                whole(&format!("{}{date}", escape(&prefix)))
            }
            Self::Below { text } => whole(&format!("{}/.+", escape(&text))),
            Self::Everything => ".*".to_owned(),
        }
    }

    /// The same meaning in the one form that [`Block::read`] gives back: a list of one text is that
    /// text, doubled texts go, an empty text at an open end is everything, and bounds are in order.
    pub fn normalised(&self) -> Self {
        match self {
            Self::StartsWith { text } | Self::EndsWith { text } | Self::Contains { text }
                if text.is_empty() =>
            {
                Self::Everything
            }
            Self::AnyOf { texts } => {
                let mut kept: Vec<String> = Vec::with_capacity(texts.len());
                for text in texts {
                    if !kept.contains(text) {
                        kept.push(text.clone());
                    }
                }
                match kept.as_slice() {
                    [] => Self::IsExactly { text: String::new() },
                    [text] => Self::IsExactly { text: text.clone() },
                    _ => Self::AnyOf { texts: kept },
                }
            }
            Self::CommitSha { prefix, least, most } => {
                let (least, most) = (*least.min(most), *least.max(most));
                let within = |count: u32| count.clamp(1, MOST_HEX);
                Self::CommitSha { prefix: prefix.clone(), least: within(least), most: within(most) }
            }
            other => other.clone(),
        }
    }
}

fn present(text: &str, presence: Presence, grouped: bool) -> String {
    match presence {
        Presence::Always => text.to_owned(),
        Presence::Never => String::new(),
        Presence::Optional if grouped => format!("({text})?"),
        Presence::Optional => format!("{text}?"),
    }
}

/// Plain text as a pattern. Only what the dialects give a meaning is escaped, so that `sha-` stays
/// readable.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        if matches!(c, '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
