-- The digests that tags have left. The trigger writes them, and they go with their tag. `left_at`: when
-- the tag was first seen elsewhere.
CREATE TABLE tag_moves (
    project_key    INTEGER NOT NULL,
    repository_key INTEGER NOT NULL,
    name           TEXT NOT NULL,
    left_at        INTEGER NOT NULL,
    digest         TEXT NOT NULL,
    PRIMARY KEY (project_key, repository_key, name, left_at),
    FOREIGN KEY (project_key, repository_key, name)
        REFERENCES tags (project_key, repository_key, name) ON DELETE CASCADE
) WITHOUT ROWID;

INSERT INTO tag_moves (project_key, repository_key, name, left_at, digest)
    SELECT project_key, repository_key, name, moved_at, previous_digest FROM tags
    WHERE moved_at IS NOT NULL AND previous_digest IS NOT NULL;

-- A tag that moves at every build keeps its last fifty.
CREATE TRIGGER tags_move AFTER UPDATE OF digest ON tags
WHEN old.digest <> new.digest AND new.moved_at IS NOT NULL
BEGIN
    INSERT OR REPLACE INTO tag_moves (project_key, repository_key, name, left_at, digest)
        VALUES (new.project_key, new.repository_key, new.name, new.moved_at, old.digest);
    DELETE FROM tag_moves
        WHERE project_key = new.project_key AND repository_key = new.repository_key AND name = new.name
          AND left_at <= (
              SELECT left_at FROM tag_moves
              WHERE project_key = new.project_key AND repository_key = new.repository_key
                AND name = new.name
              ORDER BY left_at DESC LIMIT 1 OFFSET 50);
END;
