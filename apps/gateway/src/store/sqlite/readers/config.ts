import type Database from 'better-sqlite3';
import type { ConfigReader, ConfigRecord } from '../../readers/config.ts';

export function createConfigReader(db: Database.Database): ConfigReader {
  const inForce = db.prepare<[], ConfigRecord>('SELECT digest, config FROM config_in_force');
  return { inForce: () => inForce.get() ?? null };
}
