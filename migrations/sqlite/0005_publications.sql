-- What others hold of this log: for each witness, file, timestamp authority or other log, the newest checkpoint it took, and
-- how the last attempt to give it one ended. Times are in milliseconds since the epoch.
CREATE TABLE publications (
  target TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('witness', 'file', 'timestamp', 'log')),
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  proof BLOB,
  result TEXT NOT NULL CHECK (result IN ('accepted', 'conflict', 'refused', 'unreachable')),
  accepted_at INTEGER,
  tried_at INTEGER NOT NULL,
  failing_since INTEGER,
  failures INTEGER NOT NULL,
  error TEXT
) STRICT, WITHOUT ROWID;

-- Checkpoints with the cosignatures that they got, and whether these were enough (1) or not yet (0).
CREATE TABLE cosigned (
  size INTEGER PRIMARY KEY,
  note TEXT NOT NULL,
  met INTEGER NOT NULL CHECK (met IN (0, 1)),
  time INTEGER NOT NULL
) STRICT;
