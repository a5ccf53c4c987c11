import type Database from 'better-sqlite3';
import type { RetentionReader } from '../../readers/retention.ts';

export function createRetentionReader(db: Database.Database): RetentionReader {
  const next = db.prepare<[string], number>('SELECT next FROM retention WHERE rule = ?').pluck();
  return { next: async (rule) => next.get(rule) ?? 0 };
}
