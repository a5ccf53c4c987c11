-- What was made anew while no gateway ran, until it is recorded: also the tiles of the tree, and by whom.
ALTER TABLE index_rebuilds RENAME COLUMN calls TO made;
ALTER TABLE index_rebuilds ADD COLUMN of TEXT NOT NULL DEFAULT 'calls' CHECK (of IN ('calls', 'tiles'));
ALTER TABLE index_rebuilds ADD COLUMN by TEXT;
