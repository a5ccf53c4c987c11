// Read whole, at the start: what is read on the path of calls is kept in memory.
import type Database from 'better-sqlite3';
import type { PinReader, PinRecord } from '../../readers/pins.ts';

export function createPinReader(db: Database.Database): PinReader {
  const all = db.prepare<[], PinRecord>(
    `SELECT upstream_uid AS upstreamUid, kind, name, definition, digest,
       accepted_by AS acceptedBy, accepted_at AS acceptedAt
     FROM pins ORDER BY upstream_uid, kind, name`,
  );
  return { all: async () => all.all() };
}
