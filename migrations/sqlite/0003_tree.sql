-- The Merkle tree of the log in tiles of 256 hashes, as C2SP tlog-tiles has them: full ones only, since they never change.
-- `level` 0 holds leaf hashes, each further level the roots of the tiles below. `root` is that of the tile
-- itself, before the hashes so that it is read without them. All of it can be made again from the entries.
CREATE TABLE tiles (
  level INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  root BLOB NOT NULL CHECK (length(root) = 32),
  hashes BLOB NOT NULL CHECK (length(hashes) = 8192)
) STRICT;
CREATE UNIQUE INDEX tiles_by_place ON tiles (level, idx);
-- The hashes of a partial tile are the roots of up to 255 tiles below: read from here, a page or two instead of one for each.
CREATE INDEX tiles_roots ON tiles (level, idx, root);
