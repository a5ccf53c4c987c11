-- The definitions that may be used, of whatever a server defines: `kind` is tool, prompt, resource, template or instructions.
-- What its server defines otherwise is held back until an operator accepts it. `accepted_by` is NULL where the first
-- definition that was seen was taken at sight.
CREATE TABLE pins (
  upstream_uid TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  digest TEXT NOT NULL,
  accepted_by TEXT,
  accepted_at INTEGER NOT NULL,
  PRIMARY KEY (upstream_uid, kind, name)
) STRICT, WITHOUT ROWID;
INSERT INTO pins SELECT upstream_uid, 'tool', tool, definition, digest, accepted_by, accepted_at FROM tool_pins;
DROP TABLE tool_pins;
