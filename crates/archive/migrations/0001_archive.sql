-- Times are unix seconds. Columns named *_json hold one JSON document of the type that the Rust
-- side names. No column holds a secret.

CREATE TABLE settings (
    key        TEXT PRIMARY KEY,
    value_json TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE connections (
    id              TEXT PRIMARY KEY,
    kind            TEXT NOT NULL,
    name            TEXT NOT NULL,
    address         TEXT NOT NULL,
    demo            INTEGER NOT NULL,
    sign_in         TEXT NOT NULL CHECK (sign_in IN ('token', 'environment')),
    token_variable  TEXT,
    keep            TEXT CHECK (keep IN ('keychain', 'session')),
    token_hint      TEXT CHECK (length(token_hint) <= 4),
    ca_file         TEXT,
    created_at      INTEGER NOT NULL,
    last_sync_at    INTEGER,
    last_error_json TEXT,
    server_version  TEXT,
    server_edition  TEXT
) WITHOUT ROWID;

-- `key` is what the large tables refer to, so that a tag's row does not repeat a long text.
CREATE TABLE projects (
    key               INTEGER PRIMARY KEY,
    id                TEXT NOT NULL UNIQUE,
    connection_id     TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    server_id         TEXT NOT NULL,
    path              TEXT NOT NULL,
    web_url           TEXT,
    role              TEXT,
    registry_enabled  INTEGER NOT NULL,
    gone              INTEGER NOT NULL DEFAULT 0,
    repositories      INTEGER NOT NULL DEFAULT 0,
    tags              INTEGER NOT NULL DEFAULT 0,
    open              INTEGER NOT NULL DEFAULT 0,
    protected         INTEGER NOT NULL DEFAULT 0,
    immutable         INTEGER NOT NULL DEFAULT 0,
    unknown           INTEGER NOT NULL DEFAULT 0,
    rules_json        TEXT NOT NULL DEFAULT '[]',
    rule_count        INTEGER NOT NULL DEFAULT 0,
    rules_complete    INTEGER NOT NULL DEFAULT 0,
    capabilities_json TEXT,
    findings_json     TEXT NOT NULL DEFAULT '[]',
    severity          TEXT,
    read_at           INTEGER,
    error_json        TEXT,
    -- Counts the inventories written, so that one statement finds the rows a new one left out.
    generation        INTEGER NOT NULL DEFAULT 0,
    UNIQUE (connection_id, server_id)
);

CREATE TABLE repositories (
    key         INTEGER PRIMARY KEY,
    project_key INTEGER NOT NULL REFERENCES projects (key) ON DELETE CASCADE,
    server_id   TEXT NOT NULL,
    name        TEXT NOT NULL,
    path        TEXT NOT NULL,
    tag_count   INTEGER NOT NULL DEFAULT 0,
    generation  INTEGER NOT NULL,
    UNIQUE (project_key, server_id)
);

CREATE INDEX repositories_by_path ON repositories (project_key, path);

-- Clustered by project and repository: a project's tags lie together, and grouped pages need no
-- further index. Repositories go only together with their tags, so `repository_key` needs no foreign
-- key and saves the index that would go with it. `state`: 0 open, 1 protected, 2 immutable, 3 unknown.
CREATE TABLE tags (
    project_key     INTEGER NOT NULL REFERENCES projects (key) ON DELETE CASCADE,
    repository_key  INTEGER NOT NULL,
    name            TEXT NOT NULL,
    digest          TEXT,
    previous_digest TEXT,
    moved_at        INTEGER,
    created_at      INTEGER,
    pushed_at       INTEGER,
    size            INTEGER,
    state           INTEGER NOT NULL,
    deciding_rule   TEXT,
    generation      INTEGER NOT NULL,
    PRIMARY KEY (project_key, repository_key, name)
) WITHOUT ROWID;

CREATE INDEX tags_by_name ON tags (project_key, name);

CREATE TABLE drafts (
    key       TEXT PRIMARY KEY,
    body_json TEXT NOT NULL,
    saved_at  INTEGER NOT NULL
) WITHOUT ROWID;

-- The journal outlives connections and projects: it has no foreign keys to them.
CREATE TABLE journal_runs (
    id            TEXT PRIMARY KEY,
    kind          TEXT NOT NULL CHECK (kind IN ('change', 'undo', 'bulk')),
    connection_id TEXT,
    title_json    TEXT NOT NULL,
    started_at    INTEGER NOT NULL,
    finished_at   INTEGER,
    undo_of       TEXT REFERENCES journal_runs (id),
    undone_by     TEXT REFERENCES journal_runs (id)
);

CREATE INDEX journal_runs_by_time ON journal_runs (started_at);

CREATE TABLE journal_entries (
    id               TEXT PRIMARY KEY,
    run_id           TEXT NOT NULL REFERENCES journal_runs (id),
    position         INTEGER NOT NULL,
    project_id       TEXT NOT NULL,
    project_path     TEXT NOT NULL,
    change_json      TEXT NOT NULL,
    state            TEXT NOT NULL CHECK (state IN
        ('planned', 'sent', 'done', 'failed', 'unclear', 'skipped', 'restored')),
    result_rule_json TEXT,
    error_json       TEXT,
    before_json      TEXT NOT NULL,
    after_json       TEXT,
    changed_tags     INTEGER NOT NULL DEFAULT 0,
    sent_at          INTEGER,
    closed_at        INTEGER,
    UNIQUE (run_id, position)
);

-- Small at all times: the entries that a crash would leave open.
CREATE INDEX journal_entries_open ON journal_entries (state) WHERE state IN ('planned', 'sent');

CREATE TRIGGER journal_runs_stay BEFORE DELETE ON journal_runs
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER journal_entries_stay BEFORE DELETE ON journal_entries
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
