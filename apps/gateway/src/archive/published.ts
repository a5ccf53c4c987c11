// The newest checkpoint that somebody else holds, by what the log itself recorded of publishing it: enough witnesses, or a
// file, a timestamp authority or another log.
import { parseEntry } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { createPublicationReader } from '../store/sqlite/readers/publications.ts';

export interface Published {
  readonly size: number;
  /** With cosignatures, where there are any. */
  readonly note: string;
  /** For the operator. */
  readonly heldBy: string;
}

/** @param most entries of the log: a checkpoint of more is none of these. */
export async function publishedCheckpoint(db: Database.Database, most: number): Promise<Published | null> {
  const publications = createPublicationReader(db);
  const cosigned = await publications.newestCosigned();
  const others = (await publications.all()).filter(({ kind, size }) => kind !== 'witness' && size > 0);
  const found = [
    ...(cosigned === null ? [] : [{ size: cosigned.size, heldBy: 'witnesses' }]),
    ...others.map(({ size, kind, name }) => ({ size, heldBy: `${kind} \`${name}\`` })),
  ].toSorted((a, b) => b.size - a.size);
  const own = db.prepare<[number], string>('SELECT note FROM checkpoints WHERE size = ?').pluck();
  for (const { size, heldBy } of found) {
    if (size > most || !isRecorded(db, size)) continue;
    const note = (await publications.cosigned(size))?.note ?? own.get(size);
    if (note !== undefined) return { size, note, heldBy };
  }
  return null;
}

/** Whether an entry says that a checkpoint of this size was taken: tables are only what was made of the log. */
function isRecorded(db: Database.Database, size: number): boolean {
  const headers = db
    .prepare<[], Uint8Array>(
      `SELECT header FROM entries JOIN entry_kinds USING (idx)
       WHERE kind = 'checkpoint.published' ORDER BY entry_kinds.idx DESC`,
    )
    .pluck();
  for (const header of headers.iterate()) {
    const parsed = parseEntry(header);
    if (!parsed.ok || parsed.value.kind !== 'checkpoint.published') continue;
    const { body } = parsed.value;
    if (body.result === 'accepted' && body.size === size) return true;
  }
  return false;
}
