-- Rules that the account does not see: the reason, as JSON; null where they were read, or never asked for.
ALTER TABLE projects ADD COLUMN not_visible_json TEXT;
ALTER TABLE projects ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;

-- What the server itself says of a tag whose rules are not visible, as JSON.
ALTER TABLE tags ADD COLUMN server_verdict_json TEXT;

-- GitLab answers an empty list to whoever may not see the rules, and earlier versions kept that as "no
-- rules": tags open to everybody, and a finding that says so. The next sync reads what the server says.
UPDATE tags SET state = 3, deciding_rule = NULL
WHERE project_key IN (
    SELECT p.key FROM projects p JOIN connections c ON c.id = p.connection_id
    WHERE c.kind = 'gitlab' AND p.capabilities_json IS NOT NULL AND p.rule_count = 0
        AND p.role IN ('guest', 'reporter', 'developer'));

UPDATE projects SET not_visible_json = '{"why":"role","needs":"maintainer"}', findings_json = '[]',
    severity = NULL, open = 0, protected = 0, immutable = 0, unknown = tags
WHERE capabilities_json IS NOT NULL AND rule_count = 0 AND role IN ('guest', 'reporter', 'developer')
    AND connection_id IN (SELECT id FROM connections WHERE kind = 'gitlab');
