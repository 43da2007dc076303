//! Projects: what is listed about them, and what reading their rules gave.

use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::finding::{Finding, Severity};
use tagwarden_rules::rule::{Role, SavedRule};
use tagwarden_rules::state::StateCounts;
use tagwarden_rules::visibility::{KnownRules, NotVisible};

use crate::rows::{counts, from_word_option, json, json_option, to_json, to_json_option, total, word};
use crate::{Archive, ArchiveError};

/// What a registry's list of projects says about one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectListing {
    /// Unique over all connections: `<connection>/<server id>`.
    pub id: String,
    /// The connection it was found through.
    pub connection_id: String,
    /// The server's own id.
    pub server_id: String,
    /// Its path, e.g. `payments/ledger-api`.
    pub path: String,
    /// Its page on the server.
    pub web_url: Option<String>,
    /// The user's role in it, when the server says so.
    pub role: Option<Role>,
    /// Whether its container registry is switched on.
    pub registry_enabled: bool,
    /// Whether it is archived.
    pub archived: bool,
}

/// What reading one project's rules gave.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectReading {
    /// The rules in force, or why this account does not see them.
    pub rules: Result<Vec<SavedRule>, NotVisible>,
    /// Whether these are all: `false` when the server hides some kinds from this user.
    pub rules_complete: bool,
    /// What the registry can do here.
    pub capabilities: Capabilities,
    /// What is worth telling the owner.
    pub findings: Vec<Finding>,
    /// How many tags are in each state under these rules.
    pub counts: StateCounts,
}

/// A project as the projects table shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectSummary {
    /// What the list of projects says.
    pub listing: ProjectListing,
    /// Whether the last complete list of projects left it out.
    pub gone: bool,
    /// How many repositories it has.
    pub repositories: u32,
    /// How many tags it has.
    pub tags: u32,
    /// How many of them are in each state.
    pub counts: StateCounts,
    /// How many rules it has, where this is known.
    pub rule_count: KnownRules<u32>,
    /// Whether these are all its rules.
    pub rules_complete: bool,
    /// What is worth telling the owner.
    pub findings: Vec<Finding>,
    /// The worst of the findings.
    pub severity: Option<Severity>,
    /// When its rules or tags were last read; `None`: never.
    pub read_at: Option<i64>,
    /// What went wrong at the last reading, if it did.
    pub error: Option<Value>,
}

/// A project with its rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// All that the table shows.
    pub summary: ProjectSummary,
    /// The rules in force, as last read.
    pub rules: KnownRules,
    /// What the registry can do here; `None` before the first reading.
    pub capabilities: Option<Capabilities>,
}

const SUMMARY_COLUMNS: &str = "id, connection_id, server_id, path, web_url, role, \
    registry_enabled, archived, gone, repositories, tags, open, protected, immutable, unknown, rule_count, \
    rules_complete, not_visible_json, capabilities_json IS NOT NULL AS rules_read, findings_json, severity, \
    read_at, error_json";
const ALL_COLUMNS: &str = "*, capabilities_json IS NOT NULL AS rules_read";

impl Archive {
    /// Writes down listed projects. What was read about them earlier stays; those that were gone
    /// are back.
    pub async fn upsert_projects(&self, listings: &[ProjectListing]) -> Result<(), ArchiveError> {
        let mut tx = self.write().await?;
        for listing in listings {
            sqlx::query(
                "INSERT INTO projects
                     (id, connection_id, server_id, path, web_url, role, registry_enabled, archived)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (id) DO UPDATE SET path = ?4, web_url = ?5, role = ?6,
                     registry_enabled = ?7, archived = ?8, gone = 0",
            )
            .bind(&listing.id)
            .bind(&listing.connection_id)
            .bind(&listing.server_id)
            .bind(&listing.path)
            .bind(&listing.web_url)
            .bind(listing.role.as_ref().map(word).transpose()?)
            .bind(listing.registry_enabled)
            .bind(listing.archived)
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Marks those projects of a connection as gone whose ids are not in `present`, the ids of a
    /// list of projects that was read to its end. Answers how many are newly gone.
    pub async fn mark_gone_except(
        &self,
        connection_id: &str,
        present: &[String],
    ) -> Result<u64, ArchiveError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE projects SET gone = 1
             WHERE connection_id = ? AND NOT gone
                 AND id NOT IN (SELECT value FROM json_each(?))",
        )
        .bind(connection_id)
        .bind(to_json(&present)?)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }

    /// Writes down what reading a project's rules gave. Clears its error.
    pub async fn set_project_reading(
        &self,
        id: &str,
        reading: &ProjectReading,
        at: i64,
    ) -> Result<(), ArchiveError> {
        let severity = reading.findings.iter().map(|finding| finding.severity).max();
        let (rules, reason) = match &reading.rules {
            Ok(rules) => (rules.as_slice(), None),
            Err(reason) => ([].as_slice(), Some(reason)),
        };
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE projects SET rules_json = ?2, rule_count = ?3, rules_complete = ?4,
                 capabilities_json = ?5, findings_json = ?6, severity = ?7, open = ?8,
                 protected = ?9, immutable = ?10, unknown = ?11, read_at = ?12, error_json = NULL,
                 not_visible_json = ?13
             WHERE id = ?1",
        )
        .bind(id)
        .bind(to_json(&rules)?)
        .bind(i64::try_from(rules.len()).unwrap_or(i64::MAX))
        .bind(reading.rules_complete)
        .bind(to_json(&reading.capabilities)?)
        .bind(to_json(&reading.findings)?)
        .bind(severity.as_ref().map(word).transpose()?)
        .bind(reading.counts.open)
        .bind(reading.counts.protected)
        .bind(reading.counts.immutable)
        .bind(reading.counts.unknown)
        .bind(at)
        .bind(to_json_option(reason)?)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(ArchiveError::not_found("project", id));
        }
        Ok(tx.commit().await?)
    }

    /// Writes down that a project could not be read (`Some`), or clears it (`None`). What was read
    /// earlier stays.
    pub async fn set_project_error(&self, id: &str, error: Option<&Value>) -> Result<(), ArchiveError> {
        let mut tx = self.write().await?;
        let done = sqlx::query("UPDATE projects SET error_json = ? WHERE id = ?")
            .bind(to_json_option(error)?)
            .bind(id)
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(ArchiveError::not_found("project", id));
        }
        Ok(tx.commit().await?)
    }

    /// One project with its rules.
    pub async fn project(&self, id: &str) -> Result<Option<Project>, ArchiveError> {
        let sql = format!("SELECT {ALL_COLUMNS} FROM projects WHERE id = ?");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(self.reader()).await?;
        row.as_ref().map(read_project).transpose()
    }

    /// The projects with these ids that there are, by path.
    pub async fn projects(&self, ids: &[String]) -> Result<Vec<Project>, ArchiveError> {
        let sql = format!(
            "SELECT {ALL_COLUMNS} FROM projects WHERE id IN (SELECT value FROM json_each(?))
             ORDER BY path, id"
        );
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(to_json(&ids)?).fetch_all(self.reader()).await?;
        rows.iter().map(read_project).collect()
    }

    /// Every project, gone ones too, by path.
    pub async fn all_projects(&self) -> Result<Vec<ProjectSummary>, ArchiveError> {
        let sql = format!("SELECT {SUMMARY_COLUMNS} FROM projects ORDER BY path, id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(self.reader()).await?;
        rows.iter().map(read_summary).collect()
    }

    /// How many projects there are that are not gone.
    pub async fn project_count(&self) -> Result<u64, ArchiveError> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM projects WHERE NOT gone")
            .fetch_one(self.reader())
            .await?;
        Ok(total(count))
    }

    /// How many projects each connection has that have a registry and are not gone.
    pub async fn project_counts(&self) -> Result<Vec<(String, u32)>, ArchiveError> {
        let sql = "SELECT connection_id, count(*) FROM projects
                   WHERE NOT gone AND registry_enabled GROUP BY connection_id";
        Ok(sqlx::query_as(sql).fetch_all(self.reader()).await?)
    }
}

fn read_project(row: &SqliteRow) -> Result<Project, ArchiveError> {
    Ok(Project {
        summary: read_summary(row)?,
        rules: known_rules(row, |row| json(row, "rules_json"))?,
        capabilities: json_option(row, "capabilities_json")?,
    })
}

/// What the row says about the rules, taken from it by `of` where they were read.
fn known_rules<T>(
    row: &SqliteRow,
    of: impl FnOnce(&SqliteRow) -> Result<T, ArchiveError>,
) -> Result<KnownRules<T>, ArchiveError> {
    if let Some(reason) = json_option(row, "not_visible_json")? {
        return Ok(KnownRules::NotVisible { reason });
    }
    if !row.try_get::<bool, _>("rules_read")? {
        return Ok(KnownRules::NotRead);
    }
    Ok(KnownRules::Read { rules: of(row)? })
}

fn read_summary(row: &SqliteRow) -> Result<ProjectSummary, ArchiveError> {
    Ok(ProjectSummary {
        listing: ProjectListing {
            id: row.try_get("id")?,
            connection_id: row.try_get("connection_id")?,
            server_id: row.try_get("server_id")?,
            path: row.try_get("path")?,
            web_url: row.try_get("web_url")?,
            role: from_word_option(row, "role")?,
            registry_enabled: row.try_get("registry_enabled")?,
            archived: row.try_get("archived")?,
        },
        gone: row.try_get("gone")?,
        repositories: row.try_get("repositories")?,
        tags: row.try_get("tags")?,
        counts: counts(row)?,
        rule_count: known_rules(row, |row| Ok(row.try_get("rule_count")?))?,
        rules_complete: row.try_get("rules_complete")?,
        findings: json(row, "findings_json")?,
        severity: from_word_option(row, "severity")?,
        read_at: row.try_get("read_at")?,
        error: json_option(row, "error_json")?,
    })
}
