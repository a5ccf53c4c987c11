import type Database from 'better-sqlite3';
import type { SavedView, SavedViewReader } from '../../readers/saved-views.ts';

type Row = Omit<SavedView, 'shared'> & { readonly shared: 0 | 1 };

const COLUMNS = 'user AS owner, name, page, search, shared, saved_at AS savedAt';

export function createSavedViewReader(db: Database.Database): SavedViewReader {
  const seen = db.prepare<{ user: string }, Row>(
    `SELECT ${COLUMNS} FROM saved_views WHERE user = @user
     UNION ALL
     SELECT ${COLUMNS} FROM saved_views WHERE shared = 1 AND user <> @user
     ORDER BY name, owner`,
  );
  return { seenBy: async (user) => seen.all({ user }).map((row) => ({ ...row, shared: row.shared === 1 })) };
}
