import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { ExportReader, ExportRecord } from '../../readers/exports.ts';

/** Headers looked at in one turn: some milliseconds, so that a gateway that exports still serves. */
const HEADERS_PER_TURN = 2048;

export function createExportReader(db: Database.Database): ExportReader {
  const head = db.prepare<[string], number>('SELECT last_index FROM chains WHERE id = ?').pluck();
  const overlapping = db.prepare<[number, number], ExportRecord>(
    `SELECT id, format, query, from_index AS fromIndex, to_index AS toIndex, disclosed, digest, actor,
            exported_at AS exportedAt
     FROM exports WHERE to_index > ? AND from_index < ? ORDER BY exported_at DESC, id`,
  );
  return {
    chainHead: async (chain) => head.get(chain) ?? null,
    overlapping: async (from, to) => overlapping.all(from, to),
    async *ofKinds(kinds, from, to) {
      // Headers are canonical JSON: no entry of another kind holds these bytes.
      const wanted = kinds.map((kind) => Buffer.from(`"kind":"${kind}"`));
      const isOne = wanted.map(() => 'instr(header, ?) > 0').join(' OR ');
      const found = db
        .prepare<(number | Buffer)[], number>(
          `SELECT idx FROM entries WHERE idx >= ? AND idx < ? AND (${isOne}) ORDER BY idx`,
        )
        .pluck();
      for (let start = from; start < to; start += HEADERS_PER_TURN) {
        yield* found.all(start, Math.min(to, start + HEADERS_PER_TURN), ...wanted);
        await nextTurn();
      }
    },
  };
}
