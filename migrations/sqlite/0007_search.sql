-- Which calls have which value, in bitmaps: for each facet (docs/adr/0020-search-by-bitmaps.md) and each 2,048 calls, the
-- terms that occur and the places of the calls that have them. Made of the rows of calls, as those are made of the log.
-- The newest calls are not in it yet: they are few enough to be looked at one by one.
-- `place` is the part of a facet (a facet with many terms has several) times 2^32 plus the number of the segment.
CREATE TABLE call_index (
  place INTEGER PRIMARY KEY,
  terms BLOB NOT NULL,
  lists BLOB NOT NULL
) STRICT;

-- Rebuilt while no gateway ran: recorded in the log at its next start.
CREATE TABLE index_rebuilds (
  at INTEGER PRIMARY KEY,
  entries INTEGER NOT NULL,
  calls INTEGER NOT NULL
) STRICT;

-- Entries by kind, without decisions and outcomes, which a log mostly consists of: a projection, as calls are.
CREATE TABLE entry_kinds (
  kind TEXT NOT NULL,
  idx INTEGER NOT NULL,
  PRIMARY KEY (kind, idx)
) STRICT, WITHOUT ROWID;
