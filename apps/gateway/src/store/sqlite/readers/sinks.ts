import type Database from 'better-sqlite3';
import type { SinkPosition, SinkReader } from '../../readers/sinks.ts';

export function createSinkReader(db: Database.Database): SinkReader {
  const positions = db.prepare<[], SinkPosition>(
    'SELECT name, next_index AS next, updated_at AS updatedAt FROM sinks ORDER BY name',
  );
  return { positions: async () => positions.all() };
}
