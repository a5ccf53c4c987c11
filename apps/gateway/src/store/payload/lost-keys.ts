// Keys that stored values need and the key store does not have, though nobody destroyed them: it was lost, or put back from
// an older copy. At a start the ends of each log tell; how much is lost is counted only when somebody gives it up.
import type Database from 'better-sqlite3';
import { openForReading } from '../sqlite/open.ts';
import { archivedDatabase, archivedFolders } from './archived-log.ts';
import type { KeyVault } from './vault.ts';

type Keys = Pick<KeyVault, 'byId' | 'isDestroyed' | 'lostBefore'>;

/** Of each end of a log so many values are looked at: a copy that is older lacks the keys of the newest. */
const LOOKED_AT = 64;

/** Whether any values are stored, of this log or of one that it continues. */
export function isAnySealed(db: Database.Database, dataDir: string): boolean {
  return anyLog(db, dataDir, (log) => log.prepare('SELECT 1 FROM payloads LIMIT 1').get() !== undefined);
}

/** Whether keys are lost of which that was not said before. */
export function isAnyLost(db: Database.Database, dataDir: string, keys: Keys): boolean {
  return anyLog(db, dataDir, (log) => {
    const from = keys.lostBefore(originOf(log) ?? '');
    const found = ['ASC', 'DESC'].flatMap((order) =>
      log
        .prepare<[number, number], number>(
          `SELECT key FROM payloads WHERE idx >= ? ORDER BY idx ${order} LIMIT ?`,
        )
        .pluck()
        .all(from, LOOKED_AT),
    );
    return [...new Set(found)].some((key) => isLost(keys, key));
  });
}

export interface LostOf {
  readonly origin: string;
  /** Number of entries of the log. */
  readonly size: number;
  /** Entries of which no value can be opened any more. */
  readonly entries: number;
}

/** Of each log how much is lost of which that was not said before. Reads under which key every value is. `keys` null: all of them are lost. */
export function lossesOf(db: Database.Database, dataDir: string, keys: Keys | null): readonly LostOf[] {
  const found: LostOf[] = [];
  anyLog(db, dataDir, (log) => {
    const head = log.prepare<[], { origin: string; size: number }>('SELECT origin, size FROM log_head').get();
    const counts = log
      .prepare<[number], { key: number; entries: number }>(
        'SELECT key, count(*) AS entries FROM payloads WHERE idx >= ? GROUP BY key',
      )
      .all(keys?.lostBefore(head?.origin ?? '') ?? 0);
    const lost = counts.filter(({ key }) => keys === null || isLost(keys, key));
    const entries = lost.reduce((sum, one) => sum + one.entries, 0);
    if (head !== undefined && entries > 0) found.push({ ...head, entries });
    return false;
  });
  return found;
}

const isLost = (keys: Keys, key: number): boolean => keys.byId(key) === null && !keys.isDestroyed(key);

const originOf = (db: Database.Database): string | undefined =>
  db.prepare<[], string>('SELECT origin FROM log_head').pluck().get();

/** Whether it holds of the log in `db`, or of one in an archive of the data folder. */
function anyLog(db: Database.Database, dataDir: string, holds: (log: Database.Database) => boolean): boolean {
  if (holds(db)) return true;
  return archivedFolders(dataDir).some((path) => {
    const log = openForReading(archivedDatabase(dataDir, path), 256);
    try {
      return holds(log);
    } finally {
      log.close();
    }
  });
}
