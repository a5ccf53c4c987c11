-- What people keep for themselves of the console: a page with what it searches for, under a name. Nothing is decided by it.
-- `saved_at` in milliseconds since the epoch.
CREATE TABLE saved_views (
  user TEXT NOT NULL,
  name TEXT NOT NULL,
  page TEXT NOT NULL,
  search TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (user, name)
) STRICT, WITHOUT ROWID;
