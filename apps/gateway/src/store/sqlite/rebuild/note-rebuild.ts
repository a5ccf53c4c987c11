// Notes that something was made anew from the log, in the same transaction as that: the next start records it in the log, so
// that nobody works on its storage without an entry.
import type Database from 'better-sqlite3';

/** Who rebuilds, and when. */
export interface Rebuilding {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Name of the operator. */
  readonly by: string;
}

export function noteRebuild(
  db: Database.Database,
  what: 'calls' | 'tiles',
  { at, by }: Rebuilding,
  { entries, made }: { readonly entries: number; readonly made: number },
): void {
  // What was noted at the same moment is another rebuild.
  const last = db.prepare<[], number | null>('SELECT max(at) FROM index_rebuilds').pluck().get() ?? -1;
  db.prepare('INSERT INTO index_rebuilds (at, of, entries, made, by) VALUES (?, ?, ?, ?, ?)').run(
    Math.max(at, last + 1),
    what,
    entries,
    made,
    by,
  );
}
