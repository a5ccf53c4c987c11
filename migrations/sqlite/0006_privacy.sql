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
