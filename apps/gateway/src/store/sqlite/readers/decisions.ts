import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseEntry } from '@countersign/audit';
import type { RecordedDecision } from '@countersign/policy';
import type Database from 'better-sqlite3';
import type { DecisionReader } from '../../readers/decisions.ts';
import { isDecided, recordedDecision, redeemedApproval, replayedTexts } from '../../recorded-decision.ts';
import { StoreError } from '../../store-error.ts';
import { openedValues, openerOf } from '../../payload/opener.ts';

/** Entries of one read: some milliseconds, so that a gateway that replays still serves. */
const PAGE = 512;

interface EntryRow {
  readonly idx: number;
  readonly header: Buffer;
}
interface HeadRow {
  readonly size: number;
  readonly archived_to: number;
  /** Calls with lower numbers are in archives. */
  readonly first_call: number;
}
interface PayloadRow {
  readonly key: number;
  readonly sealed: Uint8Array;
}

export function createDecisionReader(db: Database.Database): DecisionReader {
  const head = db.prepare<[], HeadRow>('SELECT size, archived_to, first_call FROM log_head');
  const newest = db.prepare<[], number | null>('SELECT max(seq) FROM calls').pluck();
  const headerAt = db.prepare<[number], Buffer>('SELECT header FROM entries WHERE idx = ?').pluck();
  const nth = db
    .prepare<[number], number>(
      'SELECT first_index FROM calls WHERE seq >= (SELECT max(seq) FROM calls) - ? ORDER BY seq LIMIT 1',
    )
    .pluck();
  const entries = db.prepare<[number, number, number], EntryRow>(
    'SELECT idx, header FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT ?',
  );
  const payloadOf = db.prepare<[number], PayloadRow>('SELECT key, sealed FROM payloads WHERE idx = ?');
  const opener = openerOf(db);
  const guards = db
    .prepare<[string], string>(
      "SELECT value ->> 'policy' FROM approvals, json_each(guards) WHERE approvals.id = ?",
    )
    .pluck();
  // Entries before are in archives.
  const first = db.prepare<[], number | null>('SELECT min(idx) FROM entries').pluck();
  const headRow = (): HeadRow => head.get() ?? { size: 0, archived_to: 0, first_call: 0 };
  const timeAt = (index: number): number => header(headerAt.get(index) ?? Buffer.alloc(0), index).time;

  const page = db.transaction((from: number, to: number) => {
    const rows = entries.all(from, to, PAGE);
    const last = rows.at(-1);
    if (last === undefined) return { decisions: [], next: to };
    const decisions = rows.flatMap(({ idx, header: bytes }): RecordedDecision[] => {
      if (!isDecided(bytes)) return [];
      const decided = header(bytes, idx);
      if (decided.kind !== 'call.decided') return [];
      const row = payloadOf.get(idx);
      const opened = openedValues(row === undefined ? 'erased' : opener.entry(idx, row.key, row.sealed));
      const approval = redeemedApproval(decided);
      return [
        recordedDecision(decided, replayedTexts(opened), approval === null ? [] : guards.all(approval)),
      ];
    });
    return { decisions, next: rows.length < PAGE ? to : last.idx + 1 };
  });

  return {
    async since(time) {
      const { size: to } = headRow();
      // Times never go back along the log.
      let [low, high] = [first.get() ?? to, to];
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        if (timeAt(middle) < time * 1000) low = middle + 1;
        else high = middle;
      }
      return { from: low, to };
    },
    async last(calls) {
      const { size: to, archived_to: cut, first_call } = headRow();
      const here = (newest.get() ?? first_call - 1) - first_call + 1;
      if (cut > 0 && calls > here) return { from: cut, to, archived: calls - here };
      return { from: calls === 0 ? to : (nth.get(calls - 1) ?? 0), to, archived: 0 };
    },
    async *decisions({ from, to }) {
      for (let next = from; next < to; ) {
        const read = page(next, to);
        ({ next } = read);
        yield read;
        await nextTurn();
      }
    },
    guards: async (approval) => guards.all(approval),
  };
}

function header(bytes: Uint8Array, index: number) {
  const entry = parseEntry(bytes);
  if (entry.ok) return entry.value;
  throw new StoreError('damaged', `entry ${index} is malformed: ${entry.error.message}`);
}
