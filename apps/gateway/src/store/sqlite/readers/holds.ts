import type Database from 'better-sqlite3';
import type { HoldReader, LegalHold } from '../../readers/holds.ts';

export function createHoldReader(db: Database.Database): HoldReader {
  const all = db.prepare<[], LegalHold>(
    `SELECT id, query, reason, set_by AS setBy, set_at AS setAt, lifted_by AS liftedBy, lifted_at AS liftedAt
     FROM legal_holds ORDER BY lifted_at IS NOT NULL, set_at DESC, id`,
  );
  return { all: async () => all.all() };
}
