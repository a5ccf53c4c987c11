-- What an entry commits to by salted digest: names, salts and values of all its details, sealed in one piece by the key
-- `key` of the key store, which is another database. Erasing deletes rows here, or seals what is left anew; the entry
-- still verifies and says "erased".
CREATE TABLE payloads (
  idx INTEGER PRIMARY KEY,
  key INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX payloads_by_key ON payloads (key);

-- Values that may not be destroyed while a dispute lasts.
CREATE TABLE legal_holds (
  id TEXT PRIMARY KEY,
  query TEXT NOT NULL,
  reason TEXT NOT NULL,
  set_by TEXT NOT NULL,
  set_at INTEGER NOT NULL,
  lifted_by TEXT,
  lifted_at INTEGER
) STRICT, WITHOUT ROWID;

-- Erasures that were agreed to, and how many of their targets are done: what a crash left half done is finished at the
-- next start. What the targets are stands outside the database, so that it outlives one put back from a backup.
CREATE TABLE erasures (
  change TEXT PRIMARY KEY,
  done INTEGER NOT NULL,
  total INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How far retention has got by each rule (SHA-256 of its text): entries before `next` were looked at.
CREATE TABLE retention (
  rule TEXT PRIMARY KEY,
  next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The payload key that the log last told of, by its name: another one at a start is a rotation.
CREATE TABLE payload_key (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL
) STRICT;
