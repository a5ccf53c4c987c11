// The database of the new log: state as it was, with everything closed that was open, and no entry yet.
import { rmSync } from 'node:fs';
import type { DataPaths } from '../store/paths.ts';
import { migrate } from '../store/sqlite/migrate.ts';
import { openForWriting } from '../store/sqlite/open.ts';
import { CLOSED_BECAUSE } from './opening.ts';
import { CARRIED } from './tables.ts';

/** Begins anew where an earlier attempt left something. `now` in milliseconds since the epoch. */
export function buildDatabase({ database }: DataPaths, archived: string, now: number): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${database}${suffix}`, { force: true });
  const db = openForWriting(database);
  try {
    migrate(db);
    db.prepare('ATTACH DATABASE ? AS archived').run(archived);
    db.transaction(() => {
      for (const table of CARRIED) {
        const columns = db
          .prepare<[string], string>('SELECT name FROM pragma_table_info(?) ORDER BY cid')
          .pluck()
          .all(table)
          .map((name) => `"${name}"`)
          .join(', ');
        db.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM archived.${table}`);
      }
      db.prepare(
        "UPDATE approvals SET state = 'withdrawn', decided_at = ? WHERE state IN ('pending', 'approved')",
      ).run(now);
      db.prepare(
        "UPDATE changes SET state = 'withdrawn', closed_at = ?, reason = ? WHERE state = 'pending'",
      ).run(now, CLOSED_BECAUSE);
    }).immediate();
    db.exec('DETACH DATABASE archived');
  } finally {
    db.close();
  }
}
