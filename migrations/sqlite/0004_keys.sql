-- The keys that speak for the log, with the tree sizes for which they do.
CREATE TABLE log_keys (
  key TEXT PRIMARY KEY,
  role TEXT NOT NULL CHECK (role IN ('checkpoint', 'receipt')),
  vkey TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
