import type Database from 'better-sqlite3';
import type { SavedView, SavedViewReader } from '../../readers/saved-views.ts';

export function createSavedViewReader(db: Database.Database): SavedViewReader {
  const of = db.prepare<[string], SavedView>(
    'SELECT name, page, search, saved_at AS savedAt FROM saved_views WHERE user = ? ORDER BY name',
  );
  return { of: async (user) => of.all(user) };
}
