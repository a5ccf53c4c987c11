-- States of MCP 2026-07-28 (`requestState`) that a client has brought back: each goes on to its server once. `hour` is the last in
-- which the state could have come, in hours since the epoch: what is older is taken away.
CREATE TABLE spent_states (
  id TEXT PRIMARY KEY,
  hour INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_states_by_hour ON spent_states (hour);
