// Builds the projection of the log anew, from nothing but the log. What it makes must equal what the writer kept up to
// date; `fsck` compares the two.
import { parseEntry } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { project } from '../projection.ts';
import { StoreError } from '../store-error.ts';
import { createChangeApplier } from './changes.ts';
import { readColumns } from './columns.ts';
import { createEntryRange } from './entries.ts';

/** Replaces the `calls` table in one transaction; returns how many entries were read. Needs the connection that writes. */
export function rebuildProjection(db: Database.Database): number {
  const changes = createChangeApplier(db, readColumns(db));
  const range = createEntryRange(db);
  let read = 0;
  db.transaction(() => {
    db.exec('DELETE FROM calls; DELETE FROM call_index');
    for (const { index, header, details } of range(0, Number.MAX_SAFE_INTEGER)) {
      const entry = parseEntry(header);
      if (!entry.ok) throw new StoreError('damaged', `entry ${index} is malformed: ${entry.error.message}`);
      const values = new Map(details.map(({ name, value }) => [name, value]));
      for (const change of project(entry.value, values)) changes.applyToCalls(change);
      changes.packCalls();
      read += 1;
    }
  }).immediate();
  return read;
}
