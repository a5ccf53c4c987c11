-- Entries that were copied to an archive and are no longer needed here (docs/log-format.md section 12). Those below
-- `archived_to` may be deleted, and no others; it only grows, by whole tiles, and an entry `log.pruned` says so in the same
-- transaction. Their calls go with them: `first_call` is the number of the first call whose first decision is still here.
ALTER TABLE log_head ADD COLUMN archived_to INTEGER NOT NULL DEFAULT 0;
ALTER TABLE log_head ADD COLUMN first_call INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER log_head_archived BEFORE UPDATE OF archived_to, first_call ON log_head
WHEN NEW.archived_to < OLD.archived_to OR NEW.archived_to > NEW.size OR NEW.archived_to % 256 <> 0
  OR NEW.first_call < OLD.first_call
BEGIN SELECT RAISE(ABORT, 'what was archived only grows, by whole tiles'); END;

DROP TRIGGER entries_no_delete;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
WHEN OLD.idx >= coalesce((SELECT archived_to FROM log_head), 0)
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;

-- Under which keys the values of archived entries are sealed: an erasure reaches them by these keys, and as long as they stand
-- here the keys are in use.
CREATE TABLE archived_values (
  idx INTEGER PRIMARY KEY,
  key INTEGER NOT NULL
) STRICT;
CREATE INDEX archived_values_by_key ON archived_values (key);
