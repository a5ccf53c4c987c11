-- Every key manifest of this log (docs/log-format.md): which keys speak for it at which of its sizes, signed by its root key.
-- Until `overlap_until` (milliseconds since the epoch), the key that it ended goes on signing beside its successor.
CREATE TABLE key_manifests (
  serial INTEGER PRIMARY KEY,
  note TEXT NOT NULL,
  overlap_until INTEGER,
  created_at INTEGER NOT NULL
) STRICT;

-- The configuration that the node last started with, without secrets: none ever stands in it.
CREATE TABLE config_in_force (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  digest TEXT NOT NULL,
  config TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT;
