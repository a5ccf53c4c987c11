// Takes entries out of the database that were copied to an archive: first the watermark below which entries may go, in the
// transaction of the entry that says so; then the rows themselves, a bounded number at a time. Never what is above the
// watermark: the schema refuses that by itself. Runs inside the writer's transaction.
import { TILE_WIDTH } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { columnsOf, LISTED } from '../../../search/facets.ts';
import { placesIn } from '../../../search/parts.ts';
import { SEGMENT } from '../../../search/postings.ts';
import type { Pruning } from '../../types.ts';
import { createCallIndex } from '../calls/call-index.ts';

export interface Pruner {
  /** Throws a TypeError for a watermark that does not move up by whole tiles within the log. */
  apply(pruning: Pruning): void;
}

export function createPruner(db: Database.Database): Pruner {
  const head = db.prepare<[], { size: number; archived_to: number; first_call: number }>(
    'SELECT size, archived_to, first_call FROM log_head',
  );
  const firstCallFrom = db
    .prepare<[number], number | null>('SELECT min(seq) FROM calls WHERE first_index >= ?')
    .pluck();
  const lastCall = db.prepare<[], number | null>('SELECT max(seq) FROM calls').pluck();
  const firstEntry = db.prepare<[], number | null>('SELECT min(idx) FROM entries').pluck();
  const mark = db.prepare('UPDATE log_head SET archived_to = ?, first_call = ?');
  const keepKeys = db.prepare(
    'INSERT OR REPLACE INTO archived_values (idx, key) SELECT idx, key FROM payloads WHERE idx < ?',
  );
  const drops = ['payloads', 'entry_kinds', 'entries'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE idx < ?`),
  );
  const oldestCalls = db.prepare<[number, number], { seq: number; first_index: number }>(
    'SELECT seq, first_index FROM calls WHERE seq < ? ORDER BY seq LIMIT ?',
  );
  const dropCalls = db.prepare('DELETE FROM calls WHERE seq <= ?');
  const dropPart = db.prepare('DELETE FROM call_index WHERE place = ?');

  function moveTo(to: number): void {
    const { size, archived_to, first_call } = stored();
    if (to % TILE_WIDTH !== 0 || to <= archived_to || to > size)
      throw new TypeError(`entries before ${to} cannot be archived in a log of ${size}`);
    const first = firstCallFrom.get(to) ?? (lastCall.get() ?? first_call - 1) + 1;
    mark.run(to, Math.max(first, first_call));
  }

  function drop(most: number): void {
    const { archived_to, first_call } = stored();
    const end = Math.min(archived_to, (firstEntry.get() ?? archived_to) + most);
    keepKeys.run(end);
    for (const statement of drops) statement.run(end);
    const gone = oldestCalls.all(first_call, most).filter(({ first_index }) => first_index < end);
    const [first, last] = [gone[0], gone.at(-1)];
    if (first === undefined || last === undefined) return;
    dropCalls.run(last.seq);
    // Where no call is left, nothing of a segment is.
    const isLast = lastCall.get() === null;
    const whole = Math.floor((last.seq + 1) / SEGMENT) + (isLast ? 1 : 0);
    for (let segment = Math.floor(first.seq / SEGMENT); segment < whole; segment += 1) {
      for (const place of placesIn(segment)) dropPart.run(place);
    }
    if (!isLast) createCallIndex(db).refresh(whole, LISTED.flatMap(columnsOf));
  }

  function stored() {
    const row = head.get();
    if (row === undefined) throw new TypeError('there is no log to archive entries of');
    return row;
  }

  return {
    apply(pruning) {
      if ('archivedTo' in pruning) moveTo(pruning.archivedTo);
      else drop(pruning.drop);
    },
  };
}
