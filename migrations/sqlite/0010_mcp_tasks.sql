-- Tasks of MCP servers, beside those of agents: which tool the work is of, and until when its server keeps it (milliseconds
-- since the epoch; what nobody asks for by then is forgotten here too). Both are null for the tasks of agents.
ALTER TABLE tasks ADD COLUMN tool TEXT;
ALTER TABLE tasks ADD COLUMN expires_at INTEGER;
CREATE INDEX tasks_by_expiry ON tasks (expires_at) WHERE expires_at IS NOT NULL;
