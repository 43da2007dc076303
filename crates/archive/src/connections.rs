//! Connections: the registries that the user has added.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::rows::{from_word_option, json_option, to_json, to_json_option, word};
use crate::{Archive, ArchiveError};

/// One registry the user has added. Holds no secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// A UUID given by the caller.
    pub id: String,
    /// The kind of registry, e.g. `gitlab`.
    pub kind: String,
    /// What the user calls it.
    pub name: String,
    /// Its base address.
    pub address: String,
    /// Whether it is the built-in demo registry.
    pub demo: bool,
    /// Where its token comes from.
    pub sign_in: SignIn,
    /// The user whose password the token is.
    pub user: Option<String>,
    /// The repositories to read; empty: all.
    pub repositories: Vec<String>,
    /// A file with further certificates to trust.
    pub ca_file: Option<String>,
    /// When it was added.
    pub created_at: i64,
    /// When its projects were last read to the end.
    pub last_sync_at: Option<i64>,
    /// What went wrong at the last sync, if it did.
    pub last_error: Option<Value>,
    /// The server's version, e.g. `18.10.1-ee`.
    pub server_version: Option<String>,
    /// The server's edition or licence, as far as it says so.
    pub server_edition: Option<String>,
}

/// Where a connection's token comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// The user has typed it in; the vault keeps it.
    Token {
        /// Where the vault keeps it.
        place: TokenPlace,
        /// Its last four characters at most, for the user to tell tokens apart.
        hint: Option<String>,
    },
    /// It is read from an environment variable each time.
    Environment {
        /// The variable's name.
        variable: String,
    },
    /// There is none.
    Anonymous,
    /// It is what a profile of this machine's own tools says.
    Profile {
        /// Its name; empty: the one that is the default.
        name: String,
    },
}

/// Where the vault keeps a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenPlace {
    /// In the OS keychain.
    Keychain,
    /// In memory until the program ends.
    Session,
}

/// What a sync says about its connection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SyncMark {
    /// When it ended; `None` keeps the earlier time (the sync did not get to the end).
    pub at: Option<i64>,
    /// What went wrong; `None` clears the earlier error.
    pub error: Option<Value>,
    /// The server's version; `None` keeps what is known.
    pub server_version: Option<String>,
    /// The server's edition; `None` keeps what is known.
    pub server_edition: Option<String>,
}

impl Archive {
    /// Adds a connection, or replaces the one with the same id.
    pub async fn put_connection(&self, connection: &Connection) -> Result<(), ArchiveError> {
        let (sign_in, variable, place, hint) = match &connection.sign_in {
            SignIn::Token { place, hint } => ("token", None, Some(word(place)?), hint.as_deref()),
            SignIn::Environment { variable } => ("environment", Some(variable), None, None),
            // The first schema knows two ways only; columns of their own tell the others.
            SignIn::Anonymous | SignIn::Profile { .. } => {
                ("token", None, Some(word(&TokenPlace::Session)?), None)
            }
        };
        let profile = match &connection.sign_in {
            SignIn::Profile { name } => Some(name),
            _ => None,
        };
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO connections (id, kind, name, address, demo, sign_in, token_variable, keep,
                 token_hint, ca_file, created_at, last_sync_at, last_error_json, server_version,
                 server_edition, user_name, anonymous, repositories_json, profile)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
             ON CONFLICT (id) DO UPDATE SET kind = ?2, name = ?3, address = ?4, demo = ?5,
                 sign_in = ?6, token_variable = ?7, keep = ?8, token_hint = ?9, ca_file = ?10,
                 created_at = ?11, last_sync_at = ?12, last_error_json = ?13,
                 server_version = ?14, server_edition = ?15, user_name = ?16, anonymous = ?17,
                 repositories_json = ?18, profile = ?19",
        )
        .bind(&connection.id)
        .bind(&connection.kind)
        .bind(&connection.name)
        .bind(&connection.address)
        .bind(connection.demo)
        .bind(sign_in)
        .bind(variable)
        .bind(place)
        .bind(hint.map(last_four))
        .bind(&connection.ca_file)
        .bind(connection.created_at)
        .bind(connection.last_sync_at)
        .bind(to_json_option(connection.last_error.as_ref())?)
        .bind(&connection.server_version)
        .bind(&connection.server_edition)
        .bind(&connection.user)
        .bind(connection.sign_in == SignIn::Anonymous)
        .bind(to_json(&connection.repositories)?)
        .bind(profile)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// All connections, oldest first.
    pub async fn connections(&self) -> Result<Vec<Connection>, ArchiveError> {
        let rows = sqlx::query("SELECT * FROM connections ORDER BY created_at, name, id")
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(read).collect()
    }

    /// One connection.
    pub async fn connection(&self, id: &str) -> Result<Option<Connection>, ArchiveError> {
        let row = sqlx::query("SELECT * FROM connections WHERE id = ?")
            .bind(id)
            .fetch_optional(self.reader())
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Writes down how a sync went.
    pub async fn mark_sync(&self, id: &str, mark: &SyncMark) -> Result<(), ArchiveError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE connections SET last_sync_at = coalesce(?2, last_sync_at),
                 last_error_json = ?3, server_version = coalesce(?4, server_version),
                 server_edition = coalesce(?5, server_edition)
             WHERE id = ?1",
        )
        .bind(id)
        .bind(mark.at)
        .bind(to_json_option(mark.error.as_ref())?)
        .bind(&mark.server_version)
        .bind(&mark.server_edition)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(ArchiveError::not_found("connection", id));
        }
        Ok(tx.commit().await?)
    }

    /// Removes a connection with its projects, tags and drafts. The journal keeps its runs.
    pub async fn delete_connection(&self, id: &str) -> Result<(), ArchiveError> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM drafts WHERE key IN (SELECT id FROM projects WHERE connection_id = ?)")
            .bind(id)
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM connections WHERE id = ?").bind(id).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }
}

/// However long a "hint" comes in, no more than four characters of it are written down.
fn last_four(hint: &str) -> String {
    let skipped = hint.chars().count().saturating_sub(4);
    hint.chars().skip(skipped).collect()
}

fn read(row: &SqliteRow) -> Result<Connection, ArchiveError> {
    Ok(Connection {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        name: row.try_get("name")?,
        address: row.try_get("address")?,
        demo: row.try_get("demo")?,
        sign_in: read_sign_in(row)?,
        user: row.try_get("user_name")?,
        repositories: json_option(row, "repositories_json")?.unwrap_or_default(),
        ca_file: row.try_get("ca_file")?,
        created_at: row.try_get("created_at")?,
        last_sync_at: row.try_get("last_sync_at")?,
        last_error: json_option(row, "last_error_json")?,
        server_version: row.try_get("server_version")?,
        server_edition: row.try_get("server_edition")?,
    })
}

fn read_sign_in(row: &SqliteRow) -> Result<SignIn, ArchiveError> {
    let variable: Option<String> = row.try_get("token_variable")?;
    if row.try_get("anonymous")? {
        return Ok(SignIn::Anonymous);
    }
    if let Some(name) = row.try_get("profile")? {
        return Ok(SignIn::Profile { name });
    }
    match (row.try_get::<&str, _>("sign_in")?, variable, from_word_option(row, "keep")?) {
        ("environment", Some(variable), _) => Ok(SignIn::Environment { variable }),
        ("token", _, Some(place)) => Ok(SignIn::Token { place, hint: row.try_get("token_hint")? }),
        _ => Err(ArchiveError::corrupt("a connection's way to sign in")),
    }
}
