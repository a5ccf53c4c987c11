// On the path of every answer that is asked for later: a prepared statement without a query builder in between.
import type Database from 'better-sqlite3';
import type { MaskReader } from '../../readers/masks.ts';

export function createMaskReader(db: Database.Database): MaskReader {
  const ofHolder = db.prepare<[string], string>('SELECT path FROM masks WHERE holder = ?').pluck();
  return {
    held: async (holders) => [...new Set(holders.flatMap((holder) => ofHolder.all(holder)))].sort(),
  };
}
