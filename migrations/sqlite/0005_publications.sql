-- What others hold of this log: for each witness, file, timestamp authority or other log, the newest checkpoint it took.
CREATE TABLE publications (
  target TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('witness', 'file', 'timestamp', 'log')),
  size INTEGER NOT NULL,
  proof BLOB,
  accepted_at INTEGER,
  tried_at INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  error TEXT
) STRICT, WITHOUT ROWID;
