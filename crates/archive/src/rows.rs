//! Reading and writing column values that are more than a number or a text.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row, Sqlite, TypeInfo as _, ValueRef as _};
use tagwarden_rules::state::{StateCounts, TagState};

use crate::ArchiveError;

/// A value as the JSON text of a column.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String, ArchiveError> {
    // Fails only for maps with keys that are no text, which no type of ours has.
    serde_json::to_string(value).map_err(|error| ArchiveError::corrupt(error.to_string()))
}

/// Like [`to_json`] for a column that may be null.
pub(crate) fn to_json_option<T: Serialize>(value: Option<&T>) -> Result<Option<String>, ArchiveError> {
    value.map(to_json).transpose()
}

/// Reads the JSON text of `column`.
pub(crate) fn json<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<T, ArchiveError> {
    parse(row.try_get::<&str, _>(column)?, column)
}

/// Reads the JSON text of `column`, which may be null.
pub(crate) fn json_option<T: DeserializeOwned>(
    row: &SqliteRow,
    column: &str,
) -> Result<Option<T>, ArchiveError> {
    row.try_get::<Option<&str>, _>(column)?.map(|text| parse(text, column)).transpose()
}

fn parse<T: DeserializeOwned>(text: &str, column: &str) -> Result<T, ArchiveError> {
    serde_json::from_str(text).map_err(|error| ArchiveError::corrupt(format!("column {column}: {error}")))
}

/// The bare word of a unit variant, as its JSON text without the quotes.
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String, ArchiveError> {
    Ok(to_json(value)?.trim_matches('"').to_owned())
}

/// Reads a unit variant back from its [`word`].
pub(crate) fn from_word<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<T, ArchiveError> {
    from_word_option(row, column)?.ok_or_else(|| ArchiveError::corrupt(format!("column {column} is empty")))
}

/// Like [`from_word`] for a column that may be null.
pub(crate) fn from_word_option<T: DeserializeOwned>(
    row: &SqliteRow,
    column: &str,
) -> Result<Option<T>, ArchiveError> {
    let Some(word) = row.try_get::<Option<String>, _>(column)? else { return Ok(None) };
    let value = serde_json::Value::String(word);
    serde_json::from_value(value)
        .map(Some)
        .map_err(|error| ArchiveError::corrupt(format!("column {column}: {error}")))
}

/// The number that stands for a tag state in the `state` column.
pub(crate) fn state_number(state: TagState) -> u8 {
    match state {
        TagState::Open => 0,
        TagState::Protected => 1,
        TagState::Immutable => 2,
        TagState::Unknown => 3,
    }
}

/// Reads a tag state back from its number.
pub(crate) fn state_from(number: i64) -> Result<TagState, ArchiveError> {
    match number {
        0 => Ok(TagState::Open),
        1 => Ok(TagState::Protected),
        2 => Ok(TagState::Immutable),
        3 => Ok(TagState::Unknown),
        other => Err(ArchiveError::corrupt(format!("tag state {other}"))),
    }
}

/// Counts from the four columns `open`, `protected`, `immutable`, `unknown`.
pub(crate) fn counts(row: &SqliteRow) -> Result<StateCounts, ArchiveError> {
    Ok(StateCounts {
        open: row.try_get("open")?,
        protected: row.try_get("protected")?,
        immutable: row.try_get("immutable")?,
        unknown: row.try_get("unknown")?,
    })
}

/// Adds `n` tags of one state.
pub(crate) fn add(counts: &mut StateCounts, state: TagState, n: u32) {
    let field = match state {
        TagState::Open => &mut counts.open,
        TagState::Protected => &mut counts.protected,
        TagState::Immutable => &mut counts.immutable,
        TagState::Unknown => &mut counts.unknown,
    };
    *field = field.saturating_add(n);
}

/// A value as SQLite stores it, whatever the type of its column.
pub(crate) enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl Cell {
    /// Reads the value at the index `ordinal` of a row.
    pub(crate) fn read(row: &SqliteRow, ordinal: usize) -> Result<Self, sqlx::Error> {
        let value = row.try_get_raw(ordinal)?;
        if value.is_null() {
            return Ok(Self::Null);
        }
        let kind = value.type_info().name().to_owned();
        let read = match kind.as_str() {
            "INTEGER" | "BOOLEAN" => <i64 as Decode<Sqlite>>::decode(value).map(Self::Integer),
            "REAL" => <f64 as Decode<Sqlite>>::decode(value).map(Self::Real),
            "TEXT" => <String as Decode<Sqlite>>::decode(value).map(Self::Text),
            _ => <Vec<u8> as Decode<Sqlite>>::decode(value).map(Self::Blob),
        };
        read.map_err(sqlx::Error::Decode)
    }
}

/// How many rows a count says, as it should never be negative.
pub(crate) fn total(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
