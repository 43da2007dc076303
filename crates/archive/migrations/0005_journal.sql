-- Entries know how far each of them has come: what is undone, what is still unclear and until when,
-- what was left unprotected and for how long. SQLite cannot widen a CHECK in place, so the table is
-- written again; nothing refers to it.
CREATE TABLE journal_entries_new (
    id               TEXT PRIMARY KEY,
    run_id           TEXT NOT NULL REFERENCES journal_runs (id),
    position         INTEGER NOT NULL,
    project_id       TEXT NOT NULL,
    project_path     TEXT NOT NULL,
    change_json      TEXT NOT NULL,
    state            TEXT NOT NULL CHECK (state IN
        ('planned', 'sent', 'unclear', 'exposed', 'done', 'partial', 'failed', 'not_made', 'restored',
         'lost', 'skipped', 'unverifiable')),
    -- Why it cannot be verified; only in that state.
    reason           TEXT CHECK (reason IN
        ('project_gone', 'registry_off', 'connection_removed', 'no_access', 'rules_hidden', 'overtaken')),
    -- Until when an unclear entry may still turn out to be done although the rules do not show it.
    unclear_until    INTEGER,
    -- From when until when the old rule was deleted and no rule stood in its place.
    exposed_from     INTEGER,
    exposed_until    INTEGER,
    result_rule_json TEXT,
    error_json       TEXT,
    before_json      TEXT NOT NULL,
    after_json       TEXT,
    changed_tags     INTEGER NOT NULL DEFAULT 0,
    sent_at          INTEGER,
    closed_at        INTEGER,
    -- The entry that this one takes back, and when and by which run this one was taken back. A run is
    -- NULL when the rules turned out to be back already.
    undoes           TEXT,
    undone_at        INTEGER,
    undone_by        TEXT REFERENCES journal_runs (id),
    UNIQUE (run_id, position)
);

INSERT INTO journal_entries_new (id, run_id, position, project_id, project_path, change_json, state,
    result_rule_json, error_json, before_json, after_json, changed_tags, sent_at, closed_at,
    undone_at, undone_by)
SELECT e.id, e.run_id, e.position, e.project_id, e.project_path, e.change_json,
    CASE WHEN e.state = 'failed' AND e.error_json ->> 'detail' = 'lost' THEN 'lost'
         WHEN e.state = 'failed' AND e.error_json ->> 'detail' = 'not-made' THEN 'not_made'
         ELSE e.state END,
    e.result_rule_json, e.error_json, e.before_json, e.after_json, e.changed_tags, e.sent_at, e.closed_at,
    u.finished_at, u.id
FROM journal_entries e
JOIN journal_runs r ON r.id = e.run_id
-- A run counted as undone as soon as one of its entries was. What is undone for certain are the
-- entries of projects in which the whole undo was done.
LEFT JOIN journal_runs u ON u.id = r.undone_by
    AND EXISTS (SELECT 1 FROM journal_entries d
                WHERE d.run_id = u.id AND d.project_id = e.project_id AND d.state = 'done')
    AND NOT EXISTS (SELECT 1 FROM journal_entries d
                    WHERE d.run_id = u.id AND d.project_id = e.project_id AND d.state <> 'done');

DROP TABLE journal_entries;
ALTER TABLE journal_entries_new RENAME TO journal_entries;

-- Small at all times: what later readings of a project may still decide or correct.
CREATE INDEX journal_entries_watched ON journal_entries (project_id)
    WHERE state IN ('planned', 'sent', 'unclear', 'exposed', 'not_made', 'unverifiable');
CREATE INDEX journal_entries_undoing ON journal_entries (undoes) WHERE undoes IS NOT NULL;

CREATE TRIGGER journal_entries_stay BEFORE DELETE ON journal_entries
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- `journal_runs.undone_by` is no longer read: entries tell what is undone.
