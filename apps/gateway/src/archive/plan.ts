// Which entries may be archived: whole tiles, behind a checkpoint that somebody else holds, of which nothing is unfinished and
// nothing held, and which are old enough. Every refusal names what stands in the way. Only reads.
import { type EntryHeader, parseEntry, TILE_WIDTH } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { ok, type Result } from '../errors.ts';
import { createLegalHolds } from '../privacy/holds.ts';
import type { Readers } from '../store/readers.ts';
import { publishedCheckpoint } from './published.ts';
import { unfinishedBefore } from './unfinished.ts';

export interface ArchivePlan {
  readonly origin: string;
  readonly from: number;
  readonly to: number;
  /** Calls that were first decided there. */
  readonly calls: number;
  /** When the last entry was recorded, milliseconds since the epoch. */
  readonly until: number;
  readonly checkpoint: { readonly size: number; readonly note: string; readonly heldBy: string };
}

export interface PlanOptions {
  /** An index, or a time in milliseconds since the epoch; null: as far as the retention says. */
  readonly before: { readonly index: number } | { readonly time: number } | null;
  /** How long headers are kept here at the least; null: the configuration says nothing. */
  readonly retentionMs: number | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface PlanReads {
  readonly db: Database.Database;
  readonly readers: Pick<Readers, 'calls' | 'holds'>;
}

export async function planArchive(
  { db, readers }: PlanReads,
  { before, retentionMs, now }: PlanOptions,
): Promise<Result<ArchivePlan, string>> {
  const { origin, size, archived_to: from } = headOf(db);
  const old = retentionMs === null ? null : firstSince(db, now - retentionMs);
  if (before === null && old === null)
    return no(
      'nothing says how old headers may be archived: give `--before`, or configure `log.headerRetention`',
    );
  const asked = before === null ? size : 'index' in before ? before.index : firstSince(db, before.time);
  if (asked > size) return no(`\`--before\` is ${asked}, and the log has ${size} entries`);
  if (before !== null && old !== null && wholeTiles(asked) > old)
    return no(
      `entries from ${old} on are younger than \`log.headerRetention\` allows: give \`--before ${old}\` or less`,
    );
  const published = await publishedCheckpoint(db, size);
  if (published === null)
    return no(
      'nobody else holds a checkpoint of this log: what is archived must lie behind one that a witness, an anchor file, a timestamp authority or another log has (docs: witnesses)',
    );
  if (before !== null && wholeTiles(asked) > published.size)
    return no(
      `the newest checkpoint that somebody else holds (${published.heldBy}) covers ${published.size} entries: give \`--before ${published.size}\` or less, or wait until a newer one is published`,
    );
  const to = wholeTiles(Math.min(asked, old ?? asked, published.size));
  if (to <= from)
    return no(
      from === 0
        ? `there is nothing to archive: entries go by whole tiles of ${TILE_WIDTH}, and no tile ends at or before entry ${Math.min(asked, old ?? asked, published.size)}`
        : `there is nothing to archive: entries before ${from} are archived already, and no further tile of ${TILE_WIDTH} ends in time`,
    );
  const last = headerAt(db, to - 1);
  const unfinished = unfinishedBefore(db, to, last.time);
  if (unfinished !== null) return no(unfinished);
  const held = await heldBefore({ db, readers }, from, to);
  if (held !== null) return no(held);
  return ok({
    origin,
    from,
    to,
    calls:
      db.prepare<[number], number>('SELECT count(*) FROM calls WHERE first_index < ?').pluck().get(to) ?? 0,
    until: last.time / 1000,
    checkpoint: published,
  });
}

const wholeTiles = (index: number): number => index - (index % TILE_WIDTH);

function headOf(db: Database.Database): {
  readonly origin: string;
  readonly size: number;
  readonly archived_to: number;
} {
  const head = db
    .prepare<[], { origin: string; size: number; archived_to: number }>(
      'SELECT origin, size, archived_to FROM log_head',
    )
    .get();
  return head ?? { origin: '', size: 0, archived_to: 0 };
}

/** The first entry that was recorded at or after a time. Times never go back along the log. */
function firstSince(db: Database.Database, time: number): number {
  const { size } = headOf(db);
  let low = db.prepare<[], number | null>('SELECT min(idx) FROM entries').pluck().get() ?? size;
  let high = size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (headerAt(db, middle).time < time * 1000) low = middle + 1;
    else high = middle;
  }
  return low;
}

function headerAt(db: Database.Database, index: number): EntryHeader {
  const bytes = db
    .prepare<[number], Uint8Array>('SELECT header FROM entries WHERE idx = ?')
    .pluck()
    .get(index);
  const parsed = parseEntry(bytes ?? new Uint8Array());
  if (parsed.ok) return parsed.value;
  throw new TypeError(`entry ${index} cannot be read: run \`countersign log fsck\``);
}

interface HeldRow {
  readonly idx: number;
  readonly header: Uint8Array;
}

/** A legal hold that keeps something there. What belongs to no call is held by time alone. */
async function heldBefore({ db, readers }: PlanReads, from: number, to: number): Promise<string | null> {
  const heldBy = await createLegalHolds({
    reads: readers.holds,
    writer: { commit: () => Promise.reject(new TypeError('nothing is written here')) },
    now: () => 0,
    alone: (work) => work(),
  }).heldBy();
  if ((await readers.holds.all()).every(({ liftedAt }) => liftedAt !== null)) return null;
  const page = db.prepare<[number, number], HeldRow>(
    `SELECT idx, header FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT ${TILE_WIDTH}`,
  );
  for (let next = from; next < to; next += TILE_WIDTH) {
    for (const { idx, header } of page.all(next, to)) {
      const parsed = parseEntry(header);
      if (!parsed.ok) continue;
      const { call: id, time } = parsed.value;
      const call = id === null ? null : await readers.calls.get(id);
      const entries = () => (call === null ? [] : readers.calls.entries(call.id));
      const hold = await heldBy({ call, entries, time: time / 1000, subject: call?.subject ?? null });
      if (hold !== null)
        return `the legal hold \`${hold.id}\` (${hold.reason}) keeps entry ${idx}: lift it first, or archive only what is before it`;
    }
  }
  return null;
}

function no(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
