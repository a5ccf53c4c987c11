-- The log: append-only. The triggers are a guard-rail against mistakes, not the protection:
-- what protects the log is that anybody can recompute it (docs/log-format.md).
CREATE TABLE entries (
  idx INTEGER PRIMARY KEY,
  header BLOB NOT NULL,
  leaf BLOB NOT NULL CHECK (length(leaf) = 32)
) STRICT;
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;

CREATE TABLE log_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  last_leaf BLOB NOT NULL,
  frontier BLOB NOT NULL
) STRICT;

-- Signed heads. `frontier` is the tree's compact range at that size, from which the next head is computed: it proves
-- itself, since it must hash to the root that the note signs. `time` is that of the newest entry covered.
CREATE TABLE checkpoints (
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL CHECK (length(root) = 32),
  frontier BLOB NOT NULL,
  note TEXT NOT NULL,
  time INTEGER NOT NULL
) STRICT;

-- Heads of chains (trees of calls with one root): the writer continues each chain's own sequence from here. Rows stand in
-- the order in which chains begin, so that those at work are in few pages, however many there are.
CREATE TABLE chains (
  place INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  seq INTEGER NOT NULL,
  last_index INTEGER NOT NULL,
  last_leaf BLOB NOT NULL
) STRICT;
CREATE TABLE chain_labels (
  chain TEXT NOT NULL,
  label TEXT NOT NULL,
  PRIMARY KEY (chain, label)
) STRICT, WITHOUT ROWID;

-- The searchable projection of the log: rebuilt from it at will. `seq` counts calls from 0 without gaps, in the order of
-- their first decisions. subject and sentence are personal: erasable. What else finds calls is call_index.
CREATE TABLE calls (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  chain TEXT NOT NULL,
  parent TEXT,
  link TEXT NOT NULL,
  depth INTEGER NOT NULL,
  protocol TEXT NOT NULL,
  revision TEXT NOT NULL,
  operation TEXT NOT NULL,
  agent_uid TEXT,
  agent TEXT,
  owner TEXT,
  team TEXT,
  subject TEXT,
  upstream_uid TEXT,
  upstream TEXT,
  resource TEXT,
  agents TEXT NOT NULL,
  decision TEXT NOT NULL,
  reason TEXT NOT NULL,
  policies TEXT NOT NULL,
  approval TEXT,
  sentence TEXT,
  trace_id TEXT,
  labels TEXT NOT NULL,
  brought TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('denied', 'held', 'open', 'completed', 'unknown')),
  round INTEGER NOT NULL,
  outcome TEXT,
  http_status INTEGER,
  duration_us INTEGER,
  first_index INTEGER NOT NULL,
  decided_index INTEGER NOT NULL,
  ended_index INTEGER,
  started_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX calls_by_approval ON calls (approval) WHERE approval IS NOT NULL;
CREATE INDEX calls_open ON calls (upstream_uid) WHERE state = 'open';

-- A2A work that outlives its first reply: open while the callee's task is not settled. Ids the gateway minted stand
-- for the upstream's own; `parked` holds what is to be sent once a held message is released.
CREATE TABLE tasks (
  id TEXT PRIMARY KEY,
  upstream_uid TEXT NOT NULL,
  upstream_task TEXT,
  context TEXT NOT NULL,
  call TEXT NOT NULL,
  chain TEXT NOT NULL,
  agent_uid TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  minted INTEGER NOT NULL,
  approval TEXT,
  parked BLOB,
  result BLOB,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX tasks_by_upstream ON tasks (upstream_uid, upstream_task) WHERE upstream_task IS NOT NULL;
CREATE INDEX tasks_by_call ON tasks (call);
CREATE INDEX tasks_at_work ON tasks (upstream_uid) WHERE upstream_task IS NOT NULL
  AND state NOT IN ('TASK_STATE_COMPLETED', 'TASK_STATE_FAILED', 'TASK_STATE_CANCELED', 'TASK_STATE_REJECTED');
CREATE INDEX tasks_parked ON tasks (id) WHERE parked IS NOT NULL;
CREATE INDEX tasks_by_approval ON tasks (approval) WHERE approval IS NOT NULL;

CREATE TABLE contexts (
  id TEXT NOT NULL,
  upstream_uid TEXT NOT NULL,
  upstream_context TEXT,
  agent_uid TEXT NOT NULL,
  subject TEXT NOT NULL,
  chain TEXT NOT NULL,
  held_by TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (id, upstream_uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX contexts_by_upstream ON contexts (upstream_uid, upstream_context) WHERE upstream_context IS NOT NULL;

-- MCP sessions are bound to the principal that opened them; a session id is never authentication.
CREATE TABLE sessions (
  upstream_uid TEXT NOT NULL,
  id TEXT NOT NULL,
  agent_uid TEXT NOT NULL,
  subject TEXT NOT NULL,
  revision TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  closed_at INTEGER,
  PRIMARY KEY (upstream_uid, id)
) STRICT, WITHOUT ROWID;

-- What an agent (or a subject) has been exposed to, until when.
CREATE TABLE exposures (
  holder TEXT NOT NULL,
  label TEXT NOT NULL,
  until INTEGER NOT NULL,
  call TEXT NOT NULL,
  PRIMARY KEY (holder, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE approvals (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'expired', 'withdrawn', 'consumed')),
  binding TEXT NOT NULL,
  call TEXT NOT NULL,
  chain TEXT NOT NULL,
  agent_uid TEXT NOT NULL,
  agent TEXT NOT NULL,
  subject TEXT NOT NULL,
  upstream_uid TEXT NOT NULL,
  resource TEXT NOT NULL,
  guards TEXT NOT NULL,
  shown BLOB NOT NULL,
  quorum INTEGER NOT NULL,
  requested_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  grant_expires_at INTEGER,
  decided_at INTEGER,
  consumed_by TEXT
) STRICT, WITHOUT ROWID;
-- Identical pending calls of one agent and subject join one request; a grant is found by the same binding.
CREATE UNIQUE INDEX approvals_live ON approvals (binding) WHERE state IN ('pending', 'approved');
CREATE INDEX approvals_by_state ON approvals (state, requested_at);
CREATE INDEX approvals_by_agent ON approvals (agent_uid) WHERE state = 'pending';

CREATE TABLE reviews (
  id TEXT PRIMARY KEY,
  approval TEXT NOT NULL,
  reviewer_uid TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('approve', 'reject')),
  reason TEXT NOT NULL,
  reviewed_at INTEGER NOT NULL,
  UNIQUE (approval, reviewer_uid)
) STRICT, WITHOUT ROWID;

CREATE TABLE objects (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  uid TEXT NOT NULL UNIQUE,
  manifest TEXT NOT NULL,
  generation INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

-- Tool, prompt and resource definitions as each server last listed them to the gateway's own client.
CREATE TABLE catalog (
  upstream_uid TEXT PRIMARY KEY,
  definitions TEXT NOT NULL,
  digest TEXT NOT NULL,
  fetched_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE policy_sets (
  digest TEXT PRIMARY KEY,
  sources TEXT NOT NULL,
  author TEXT NOT NULL,
  activated_at INTEGER NOT NULL,
  active INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX policy_sets_active ON policy_sets (active) WHERE active = 1;

-- Admin tokens, by digest: the token itself is shown once and never stored.
CREATE TABLE admin_tokens (
  digest TEXT PRIMARY KEY,
  user_name TEXT NOT NULL,
  roles TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT, WITHOUT ROWID;
