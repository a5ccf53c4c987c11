import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseEntry } from '@countersign/audit';
import type { RecordedDecision } from '@countersign/policy';
import type Database from 'better-sqlite3';
import type { DecisionReader, DecisionWindow } from '../../readers/decisions.ts';
import { REPLAYED_DETAILS, recordedDecision } from '../../recorded-decision.ts';
import { StoreError } from '../../store-error.ts';
import { openerOf } from '../../payload/opener.ts';

/** Entries of one read: some milliseconds, so that a gateway that replays still serves. */
const PAGE = 512;
/** Headers are canonical JSON: no other entry holds this. */
const REPLAYED: ReadonlySet<string> = new Set(REPLAYED_DETAILS);
const DECIDED = Buffer.from('"kind":"call.decided"');

interface EntryRow {
  readonly idx: number;
  readonly header: Buffer;
}
interface PayloadRow {
  readonly key: number;
  readonly sealed: Uint8Array;
}
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export function createDecisionReader(db: Database.Database): DecisionReader {
  const size = db.prepare<[], number>('SELECT size FROM log_head').pluck();
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
  const whole = (): DecisionWindow => ({ from: 0, to: size.get() ?? 0 });
  const timeAt = (index: number): number => header(headerAt.get(index) ?? Buffer.alloc(0), index).time;

  /** Of what a replay reads; empty where nothing is there, or can be read. */
  function textsOf(idx: number): ReadonlyMap<string, string> {
    const row = payloadOf.get(idx);
    const opened = row === undefined ? 'erased' : opener.entry(idx, row.key, row.sealed);
    if (typeof opened === 'string') return new Map();
    const read = opened.filter(({ name }) => REPLAYED.has(name));
    return new Map(read.map(({ name, value }) => [name, utf8.decode(value)]));
  }

  const page = db.transaction((from: number, to: number) => {
    const rows = entries.all(from, to, PAGE);
    const last = rows.at(-1);
    if (last === undefined) return { decisions: [], next: to };
    const decisions = rows.flatMap(({ idx, header: bytes }): RecordedDecision[] => {
      if (!bytes.includes(DECIDED)) return [];
      const decided = header(bytes, idx);
      if (decided.kind !== 'call.decided') return [];
      const { approval, decision } = decided.body;
      const covered = approval === null || decision !== 'allow' ? [] : guards.all(approval);
      const texts = textsOf(idx);
      return [recordedDecision(decided, (name) => texts.get(name) ?? null, covered)];
    });
    return { decisions, next: rows.length < PAGE ? to : last.idx + 1 };
  });

  return {
    async since(time) {
      const { to } = whole();
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
      const { to } = whole();
      return { from: calls === 0 ? to : (nth.get(calls - 1) ?? 0), to };
    },
    async *decisions({ from, to }) {
      for (let next = from; next < to; ) {
        const read = page(next, to);
        ({ next } = read);
        yield read;
        await nextTurn();
      }
    },
  };
}

function header(bytes: Uint8Array, index: number) {
  const entry = parseEntry(bytes);
  if (entry.ok) return entry.value;
  throw new StoreError('damaged', `entry ${index} is malformed: ${entry.error.message}`);
}
