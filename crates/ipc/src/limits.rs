//! How long what the window sends may be. Each field of a request says what kind of value it is, and a longer
//! one is refused while it is read, before anything copies it.
//!
//! The limits are far above what registries take, which each of them tells by itself (`Capabilities`): they
//! are there so that no mistake, a file dropped into a field for example, costs the memory of the computer.

use std::fmt;
use std::io::Write;
use std::marker::PhantomData;

use secrecy::SecretString;
use serde::de::{DeserializeSeed, Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::ApiError;
use crate::commands::DraftSave;
use crate::connections::{ConnectionDraft, RegistryKind};
use crate::error::ErrorCode;
use crate::jobs::JobId;
use crate::journal::JournalQuery;
use crate::plans::{ApplyRequest, PlanRequest};
use crate::preview::{BlockQuestion, PatternQuestion, PreviewRequest};
use crate::projects::ProjectsQuery;
use crate::settings::SettingsDraft;
use crate::simulate::SimulateRequest;
use crate::tags::{ImagesQuestion, TagQuestion, TagsQuery};

/// Bytes of a list of rules, a building block and the like, as JSON.
const STRUCTURE: usize = 2 << 20;
/// Items of lists that hold neither text nor rules.
const PLAIN_ITEMS: usize = 1_000_000;

/// A value that is too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// What kind of value it is: the name of one of the limits below.
    pub what: String,
    /// The longest there may be.
    pub limit: usize,
}

/// The form in which it travels through `serde`, whose errors are texts.
const MARK: &str = "longer than allowed: ";

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{MARK}{} {}", self.what, self.limit)
    }
}

impl TooLong {
    fn new(what: &str, limit: usize) -> Self {
        Self { what: what.to_owned(), limit }
    }

    /// Reads it out of an error's text; `None` when the error is about something else.
    fn parse(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once(MARK)?;
        let mut words = rest.split_whitespace();
        Some(Self { what: words.next()?.to_owned(), limit: words.next()?.parse().ok()? })
    }
}

/// A request whose every part is bounded.
pub trait Request: Sized {
    /// Reads it, up to its limits.
    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error>;
}

/// Most requests have the limits at their fields.
macro_rules! bounded {
    ($($request:ty),* $(,)?) => {
        $(impl Request for $request {
            fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Self::deserialize(from)
            }
        })*
    };
}

bounded!(
    (),
    JobId,
    RegistryKind,
    ConnectionDraft,
    SettingsDraft,
    ProjectsQuery,
    DraftSave,
    PreviewRequest,
    PatternQuestion,
    BlockQuestion,
    TagsQuery,
    TagQuestion,
    ImagesQuestion,
    SimulateRequest,
    PlanRequest,
    ApplyRequest,
    JournalQuery,
);

/// Text by itself is the id of what the command is about.
impl Request for String {
    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        id(from)
    }
}

/// Reads a request; what is wrong with it comes back as data.
pub fn read<'de, T: Request, D: Deserializer<'de>>(request: D) -> Result<T, ApiError> {
    T::read(request).map_err(|error| {
        let text = error.to_string();
        match TooLong::parse(&text) {
            Some(TooLong { what, limit }) => ApiError {
                limit: Some(u32::try_from(limit).unwrap_or(u32::MAX)),
                ..ApiError::new(ErrorCode::TooLong).detail(what)
            },
            None => ApiError::new(ErrorCode::BadRequest).detail(text.chars().take(200).collect::<String>()),
        }
    })
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $limit:literal, at most $items:literal;)*) => {
        $(
            $(#[$doc])*
            #[allow(dead_code, reason = "not every kind is used in every form")]
            pub(crate) fn $name<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
                Text { what: stringify!($name), limit: $limit }.deserialize(from)
            }
        )*

        /// The same where there may be none.
        #[allow(dead_code, reason = "not every kind is used in every form")]
        pub(crate) mod option {
            use super::{Deserializer, Optional, Text};
            $(
                pub(crate) fn $name<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
                    from.deserialize_option(Optional(Text { what: stringify!($name), limit: $limit }))
                }
            )*
        }

        /// Lists of the same.
        #[allow(dead_code, reason = "not every kind is used in every form")]
        pub(crate) mod list {
            use super::{Deserializer, List, Text};
            $(
                pub(crate) fn $name<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
                    let item = Text { what: stringify!($name), limit: $limit };
                    from.deserialize_seq(List { item, limit: $items })
                }
            )*
        }
    };
}

texts! {
    /// A connection, project, repository, run or plan, as its own side names it.
    id = 1000, at most 200_000;
    /// A name that somebody has given: of a user, a connection, a tag, a variable; a digest.
    name = 500, at most 10_000;
    /// An address of a server.
    address = 2000, at most 100;
    /// A path on this computer.
    path = 4096, at most 100;
    /// What is typed to filter a list.
    filter = 2000, at most 100;
    /// A pattern.
    pattern = 65_536, at most 1000;
    /// A token, a password or keys.
    secret = 65_536, at most 1;
}

/// A secret, which is wiped from memory when it is no longer needed.
pub(crate) fn secret_string<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    secret(from).map(SecretString::from)
}

/// A list of plain values.
pub(crate) fn plain<'de, T, D>(from: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    from.deserialize_seq(List { item: PhantomData::<T>, limit: PLAIN_ITEMS })
}

/// Rules, building blocks: whatever has parts of its own.
pub(crate) fn structure<'de, T, D>(from: D) -> Result<T, D::Error>
where
    T: Deserialize<'de> + Serialize,
    D: Deserializer<'de>,
{
    let value = T::deserialize(from)?;
    let mut room = Room(STRUCTURE);
    serde_json::to_writer(&mut room, &value)
        .map_err(|_| D::Error::custom(TooLong::new("structure", STRUCTURE)))?;
    Ok(value)
}

/// Counts what is written, until there is no room left.
struct Room(usize);

impl Write for Room {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::FileTooLarge)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A text of at most so many characters.
#[derive(Clone, Copy)]
struct Text {
    what: &'static str,
    limit: usize,
}

impl Text {
    fn check<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if text.len() > self.limit && text.chars().nth(self.limit).is_some() {
            return Err(E::custom(TooLong::new(self.what, self.limit)));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Text {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<String, D::Error> {
        from.deserialize_string(self)
    }
}

impl Visitor<'_> for Text {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<String, E> {
        self.check(text)?;
        Ok(text.to_owned())
    }

    fn visit_string<E: serde::de::Error>(self, text: String) -> Result<String, E> {
        self.check(&text)?;
        Ok(text)
    }
}

struct Optional(Text);

impl<'de> Visitor<'de> for Optional {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or nothing")
    }

    fn visit_none<E>(self) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Option<String>, D::Error> {
        self.0.deserialize(from).map(Some)
    }
}

/// A list of at most so many items.
struct List<S> {
    item: S,
    limit: usize,
}

impl<'de, S: DeserializeSeed<'de> + Clone> Visitor<'de> for List<S> {
    type Value = Vec<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element_seed(self.item.clone())? {
            if items.len() == self.limit {
                return Err(A::Error::custom(TooLong::new("list", self.limit)));
            }
            items.push(item);
        }
        Ok(items)
    }
}
