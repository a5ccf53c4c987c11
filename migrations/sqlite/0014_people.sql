-- People whom the identity provider of the console named and the registry does not: who they are to approvals, changes and
-- the log. `groups` is a JSON list of the registry's groups that the provider's stand for; `confirmed_at` is when the provider last
-- said all of this (milliseconds since the epoch).
CREATE TABLE people (
  uid TEXT PRIMARY KEY,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  email TEXT NOT NULL,
  groups TEXT NOT NULL,
  confirmed_at INTEGER NOT NULL,
  UNIQUE (issuer, subject)
) STRICT, WITHOUT ROWID;
