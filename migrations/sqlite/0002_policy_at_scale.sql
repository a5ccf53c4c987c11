-- Meters: what was counted or summed lately under one key (an agent, a subject, a team or a chain). `version` is the
-- compare of compare-and-swap, drawn anew at random by every write: a decision reserves against the state it saw, or is
-- made again. `buckets` is JSON, `expires_at` when nothing in it counts any more (milliseconds since the epoch).
CREATE TABLE meters (
  meter TEXT NOT NULL,
  holder TEXT NOT NULL,
  version INTEGER NOT NULL,
  buckets TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (meter, holder)
) STRICT, WITHOUT ROWID;
CREATE INDEX meters_by_expiry ON meters (expires_at);

-- Changes that a second person must approve before they take effect: policy sets, registry manifests,
-- declassifications. `proposal` is JSON by the kind in `of`, `effect` what it would change.
CREATE TABLE changes (
  id TEXT PRIMARY KEY,
  of TEXT NOT NULL CHECK (of IN ('policy', 'registry', 'exposure', 'erasure')),
  state TEXT NOT NULL CHECK (state IN ('pending', 'applied', 'rejected', 'withdrawn', 'expired', 'failed')),
  proposal TEXT NOT NULL,
  effect TEXT NOT NULL,
  message TEXT NOT NULL,
  author_uid TEXT NOT NULL,
  author TEXT NOT NULL,
  quorum INTEGER NOT NULL,
  proposed_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  closed_at INTEGER,
  reason TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX changes_by_state ON changes (state, proposed_at);

CREATE TABLE change_reviews (
  change TEXT NOT NULL,
  reviewer_uid TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('approve', 'reject')),
  reason TEXT NOT NULL,
  reviewed_at INTEGER NOT NULL,
  PRIMARY KEY (change, reviewer_uid)
) STRICT, WITHOUT ROWID;

-- The tools and groups that the set was validated against when it went live: what a later change of them is compared with.
ALTER TABLE policy_sets ADD COLUMN typed_by BLOB;

-- Which set was in force from when on, numbered from 1: the history that a rollback goes back in.
CREATE TABLE policy_versions (
  version INTEGER PRIMARY KEY,
  digest TEXT NOT NULL,
  previous TEXT,
  cause TEXT NOT NULL CHECK (cause IN ('folder', 'published', 'rolled_back', 'schema')),
  change TEXT,
  author TEXT NOT NULL,
  message TEXT NOT NULL,
  reviewers TEXT NOT NULL,
  diff TEXT NOT NULL,
  broken TEXT NOT NULL,
  activated_at INTEGER NOT NULL
) STRICT;

-- The candidate that runs beside the live set, and every call that it would have decided otherwise.
CREATE TABLE shadow_set (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  digest TEXT NOT NULL,
  sources TEXT NOT NULL,
  author TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT;
CREATE TABLE shadow_differences (
  call TEXT NOT NULL,
  round INTEGER NOT NULL,
  digest TEXT NOT NULL,
  agent TEXT NOT NULL,
  resource TEXT NOT NULL,
  live TEXT NOT NULL,
  shadow TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (call, round, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX shadow_differences_by_set ON shadow_differences (digest, agent, resource);

-- The tool definitions that may be used; a tool that its server defines otherwise is held back until an operator accepts
-- it. `accepted_by` is NULL where the first definition that was seen was taken at sight.
CREATE TABLE tool_pins (
  upstream_uid TEXT NOT NULL,
  tool TEXT NOT NULL,
  definition TEXT NOT NULL,
  digest TEXT NOT NULL,
  accepted_by TEXT,
  accepted_at INTEGER NOT NULL,
  PRIMARY KEY (upstream_uid, tool)
) STRICT, WITHOUT ROWID;

-- What is masked in whatever a session, task or context still brings back: a poll, a replay or a later message of the
-- same work is answered without asking policy again. `holder` is `session <upstream> <id>`, `task <id>` or
-- `context <upstream> <id>`.
CREATE TABLE masks (
  holder TEXT NOT NULL,
  path TEXT NOT NULL,
  PRIMARY KEY (holder, path)
) STRICT, WITHOUT ROWID;
