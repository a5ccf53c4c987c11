-- What was taken away from the log, by whom: what an erasure must name, since it cannot reach it.
CREATE TABLE exports (
  id TEXT PRIMARY KEY,
  format TEXT NOT NULL,
  query TEXT NOT NULL,
  from_index INTEGER NOT NULL,
  to_index INTEGER NOT NULL,
  disclosed INTEGER NOT NULL,
  digest TEXT,
  actor TEXT NOT NULL,
  exported_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Receivers that are sent every entry: how far each has got.
CREATE TABLE sinks (
  name TEXT PRIMARY KEY,
  next_index INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
