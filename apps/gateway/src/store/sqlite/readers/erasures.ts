import type Database from 'better-sqlite3';
import type { ErasureProgress, ErasureReader } from '../../readers/erasures.ts';

export function createErasureReader(db: Database.Database): ErasureReader {
  const one = db.prepare<[string], ErasureProgress>(
    'SELECT change, done, total FROM erasures WHERE change = ?',
  );
  return { get: async (change) => one.get(change) ?? null };
}
