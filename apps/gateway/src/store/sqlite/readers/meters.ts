// On the path of every metered call: prepared statements without a query builder in between.
import type Database from 'better-sqlite3';
import type { MeterKey, MeterReader, MeterRecord } from '../../readers/meters.ts';

export function createMeterReader(db: Database.Database): MeterReader {
  const one = db.prepare<[string, string], MeterRecord>(
    'SELECT version, buckets FROM meters WHERE meter = ? AND holder = ?',
  );
  const old = db.prepare<[number, number], MeterKey & { version: number }>(
    'SELECT meter, holder, version FROM meters WHERE expires_at <= ? LIMIT ?',
  );
  return {
    get: async ({ meter, holder }) => one.get(meter, holder) ?? null,
    expired: async (now, limit) => old.all(now, limit),
  };
}
