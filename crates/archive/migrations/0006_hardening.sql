-- A seal is a checksum of a row's other columns. SQLite checks the structure of its pages and not what is
-- in them; with seals a changed byte is found, and no number is silently wrong. A change of a row clears
-- its seal, and the end of each transaction seals what is not sealed, so that no statement has to know of it.
ALTER TABLE settings ADD COLUMN seal INTEGER;
ALTER TABLE connections ADD COLUMN seal INTEGER;
ALTER TABLE drafts ADD COLUMN seal INTEGER;
ALTER TABLE projects ADD COLUMN seal INTEGER;
ALTER TABLE journal_runs ADD COLUMN seal INTEGER;
ALTER TABLE journal_entries ADD COLUMN seal INTEGER;

-- All tags and repositories of a project have one seal together, set later, when nothing else is to be
-- done: `sealing` names the attempt under way, and a change meanwhile ends it.
ALTER TABLE projects ADD COLUMN tags_seal INTEGER;
ALTER TABLE projects ADD COLUMN sealing INTEGER;

CREATE INDEX settings_unsealed ON settings (key) WHERE seal IS NULL;
CREATE INDEX connections_unsealed ON connections (id) WHERE seal IS NULL;
CREATE INDEX drafts_unsealed ON drafts (key) WHERE seal IS NULL;
CREATE INDEX projects_unsealed ON projects (key) WHERE seal IS NULL;
CREATE INDEX projects_tags_unsealed ON projects (key) WHERE tags_seal IS NULL;
CREATE INDEX journal_runs_unsealed ON journal_runs (id) WHERE seal IS NULL;
CREATE INDEX journal_entries_unsealed ON journal_entries (id) WHERE seal IS NULL;

CREATE TRIGGER settings_unseal AFTER UPDATE ON settings WHEN new.seal IS old.seal AND new.seal IS NOT NULL
BEGIN UPDATE settings SET seal = NULL WHERE key = new.key; END;

CREATE TRIGGER connections_unseal AFTER UPDATE ON connections WHEN new.seal IS old.seal AND new.seal IS NOT NULL
BEGIN UPDATE connections SET seal = NULL WHERE id = new.id; END;

CREATE TRIGGER drafts_unseal AFTER UPDATE ON drafts WHEN new.seal IS old.seal AND new.seal IS NOT NULL
BEGIN UPDATE drafts SET seal = NULL WHERE key = new.key; END;

-- `tags_seal` and `sealing` (below) are not under the seal of the row.
CREATE TRIGGER projects_unseal AFTER UPDATE ON projects WHEN new.seal IS old.seal AND new.seal IS NOT NULL
    AND new.tags_seal IS old.tags_seal AND new.sealing IS old.sealing
BEGIN UPDATE projects SET seal = NULL WHERE key = new.key; END;

CREATE TRIGGER journal_runs_unseal AFTER UPDATE ON journal_runs WHEN new.seal IS old.seal AND new.seal IS NOT NULL
BEGIN UPDATE journal_runs SET seal = NULL WHERE id = new.id; END;

CREATE TRIGGER journal_entries_unseal AFTER UPDATE ON journal_entries WHEN new.seal IS old.seal AND new.seal IS NOT NULL
BEGIN UPDATE journal_entries SET seal = NULL WHERE id = new.id; END;

CREATE TRIGGER tags_insert_unseals AFTER INSERT ON tags
BEGIN UPDATE projects SET tags_seal = NULL, sealing = NULL
    WHERE key = new.project_key AND (tags_seal IS NOT NULL OR sealing IS NOT NULL); END;

CREATE TRIGGER tags_update_unseals AFTER UPDATE ON tags
BEGIN UPDATE projects SET tags_seal = NULL, sealing = NULL
    WHERE key = new.project_key AND (tags_seal IS NOT NULL OR sealing IS NOT NULL); END;

CREATE TRIGGER tags_delete_unseals AFTER DELETE ON tags
BEGIN UPDATE projects SET tags_seal = NULL, sealing = NULL
    WHERE key = old.project_key AND (tags_seal IS NOT NULL OR sealing IS NOT NULL); END;

CREATE TRIGGER repositories_insert_unseals AFTER INSERT ON repositories
BEGIN UPDATE projects SET tags_seal = NULL, sealing = NULL
    WHERE key = new.project_key AND (tags_seal IS NOT NULL OR sealing IS NOT NULL); END;

CREATE TRIGGER repositories_update_unseals AFTER UPDATE ON repositories
BEGIN UPDATE projects SET tags_seal = NULL, sealing = NULL
    WHERE key = new.project_key AND (tags_seal IS NOT NULL OR sealing IS NOT NULL); END;

CREATE TRIGGER repositories_delete_unseals AFTER DELETE ON repositories
BEGIN UPDATE projects SET tags_seal = NULL, sealing = NULL
    WHERE key = old.project_key AND (tags_seal IS NOT NULL OR sealing IS NOT NULL); END;
