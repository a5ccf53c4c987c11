-- Where agents post what becomes of tasks: an address of the gateway's own for each that a client set, by the digests of what
-- it must hold to be taken. What the client named itself, its address and its secrets, is in `parked`, sealed.
CREATE TABLE push_configs (
  id TEXT PRIMARY KEY,
  secret TEXT NOT NULL UNIQUE,
  token TEXT NOT NULL,
  name TEXT NOT NULL,
  task TEXT,
  message TEXT,
  upstream_uid TEXT NOT NULL,
  agent_uid TEXT NOT NULL,
  subject TEXT NOT NULL,
  call TEXT NOT NULL,
  decided INTEGER NOT NULL,
  registered INTEGER NOT NULL,
  parked BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX push_configs_by_task ON push_configs (task, name) WHERE task IS NOT NULL;
CREATE INDEX push_configs_by_message ON push_configs (message) WHERE message IS NOT NULL;
CREATE INDEX push_configs_by_agent ON push_configs (agent_uid);

-- A principal's tasks at one upstream, the newest first.
CREATE INDEX tasks_by_principal ON tasks (upstream_uid, agent_uid, subject, updated_at, id);
