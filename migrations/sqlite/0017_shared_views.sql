-- Saved views that who saved them shares with everyone. What was saved before is theirs alone, as it was.
ALTER TABLE saved_views ADD COLUMN shared INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1));
CREATE INDEX saved_views_shared ON saved_views (name, user) WHERE shared = 1;
