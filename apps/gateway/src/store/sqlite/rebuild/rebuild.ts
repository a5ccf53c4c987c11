// Builds the projection of the log anew, from nothing but the log. What it makes must equal what the writer kept up to
// date; `log fsck` compares the two.
import { parseEntry } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { project } from '../../projection.ts';
import { StoreError } from '../../store-error.ts';
import { createChangeApplier } from '../writer/changes.ts';
import { readColumns } from '../writer/columns.ts';
import { createEntryRange } from '../entries/entries.ts';
import { noteRebuild, type Rebuilding } from './note-rebuild.ts';
import { openerOf } from '../../payload/opener.ts';

export interface Rebuilt {
  readonly entries: number;
  readonly calls: number;
}

export interface RebuildOptions {
  /** Called after every so many entries, with how many were read. */
  readonly onProgress?: (entries: number) => void;
  /** To be recorded in the log at the next start; left out: it is not recorded. */
  readonly recordAs?: Rebuilding;
}

const ENTRIES_PER_REPORT = 1000;

/**
 * Replaces the rows of calls and what finds them, in one transaction. Needs the connection that writes. Throws a
 * StoreError for an entry that cannot be read, and where the keys of stored values are not at hand: names would be lost.
 */
export function rebuildProjection(
  db: Database.Database,
  { onProgress, recordAs }: RebuildOptions = {},
): Rebuilt {
  const changes = createChangeApplier(db, readColumns(db));
  const range = createEntryRange(db);
  const count = db.prepare<[], number>('SELECT count(*) FROM calls').pluck();
  const archivedTo = db.prepare<[], number>('SELECT archived_to FROM log_head').pluck();
  return db
    .transaction(() => {
      db.exec('DELETE FROM calls; DELETE FROM call_index; DELETE FROM entry_kinds');
      let entries = 0;
      for (const { index, header, details, withheld } of range(
        archivedTo.get() ?? 0,
        Number.MAX_SAFE_INTEGER,
      )) {
        const entry = parseEntry(header);
        if (!entry.ok) throw new StoreError('damaged', `entry ${index} is malformed: ${entry.error.message}`);
        if (withheld === true) {
          const problem = openerOf(db).problem ?? 'its key cannot be read';
          throw new StoreError('unavailable', `the values of entry ${index} cannot be read: ${problem}`);
        }
        const values = new Map(details.map(({ name, value }) => [name, value]));
        for (const change of project(entry.value, values)) changes.applyToCalls(change);
        changes.noteKind(entry.value.kind, index);
        changes.packCalls();
        entries += 1;
        if (entries % ENTRIES_PER_REPORT === 0) onProgress?.(entries);
      }
      changes.packAllCalls();
      const calls = count.get() ?? 0;
      if (recordAs !== undefined) noteRebuild(db, 'calls', recordAs, { entries, made: calls });
      return { entries, calls };
    })
    .immediate();
}
