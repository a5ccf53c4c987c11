// Applies changes of the projection to the rows of `calls`, and has the index follow. Runs inside the transaction of the
// entries that the changes come from.
import type Database from 'better-sqlite3';
import { SEGMENT } from '../../search/postings.ts';
import type { CallChange } from '../projection.ts';
import { createRecent } from '../recent.ts';
import type { Cell, Row } from '../types.ts';
import { type CallIndex, createCallIndex } from './call-index.ts';
import { columnsOf, type TableColumns } from './columns.ts';

export interface CallRows {
  apply(change: CallChange): void;
  /** What was applied may have been rolled back. */
  undone(): void;
  readonly index: CallIndex;
}

interface Update {
  readonly found: Database.Statement<Cell[], number>;
  /** For a call whose place is known. */
  readonly at: Database.Statement<Cell[]>;
}

interface Put {
  readonly insert: Database.Statement<Cell[]>;
  /** Columns that are overwritten where the call is there already. */
  readonly others: readonly string[];
}

/** Calls: up to some 3 MB. The place of one that is not remembered is looked up by its id. */
const REMEMBERED = 8192;

/** Throws a TypeError for a column that the table lacks, and passes SQLite's errors on. */
export function createCallRows(
  db: Database.Database,
  table: TableColumns,
  pack?: Parameters<typeof createCallIndex>[1],
): CallRows {
  const index = createCallIndex(db, pack);
  const puts = new Map<string, Map<readonly string[], Put>>();
  const updates = new Map<readonly string[], Map<readonly string[], Update>>();
  const newest = db.prepare<[], number | null>('SELECT max(seq) FROM calls').pluck();
  // Calls before were archived.
  const first = db.prepare<[], number>('SELECT first_call FROM log_head').pluck();
  const places = createRecent<Cell, number>(REMEMBERED);
  let next: number | null = null;

  function put(row: Row, keep: readonly string[]): void {
    const names = columnsOf(table, row);
    const { insert, others } = within(of(puts, keep.join()), names, () => putOf(names, keep));
    const seq = next ?? (newest.get() ?? (first.get() ?? 0) - 1) + 1;
    const call = row['id'] ?? null;
    if (insert.run(seq, ...cellsOf(row, names)).changes === 1) {
      next = seq + 1;
      places.set(call, seq);
    } else {
      update(Object.fromEntries(others.map((name) => [name, row[name] ?? null])), { id: call });
    }
  }

  function putOf(names: readonly string[], keep: readonly string[]): Put {
    const others = names.filter((name) => name !== 'id' && !keep.includes(name));
    const sql = `INSERT INTO calls (seq, ${names.join(', ')}) VALUES (?, ${names.map(() => '?').join(', ')})
       ON CONFLICT (id) DO NOTHING`;
    return { insert: db.prepare<Cell[]>(sql), others };
  }

  function update(set: Row, where: Row): void {
    const names = columnsOf(table, set);
    const conditions = columnsOf(table, where);
    // SECURITY: a forgotten condition must not rewrite the whole table.
    if (conditions.length === 0) throw new TypeError('a change of `calls` needs a `where`');
    const { found, at } = within(of(updates, names), conditions, () => updateOf(names, conditions));
    const seq = places.get(where['id'] ?? null);
    // No call is packed before so many others have come.
    if (seq !== undefined && next !== null && seq >= next - SEGMENT)
      at.run(...cellsOf(set, names), seq, ...cellsOf(where, conditions));
    else {
      for (const changed of found.all(...cellsOf(set, names), ...cellsOf(where, conditions)))
        index.changed(changed, names);
    }
  }

  function updateOf(names: readonly string[], conditions: readonly string[]): Update {
    const assigned = names.map((name) => `${name} = ?`).join(', ');
    const where = conditions.map((name) => `${name} = ?`).join(' AND ');
    const sql = `UPDATE calls SET ${assigned} WHERE`;
    return {
      found: db.prepare<Cell[], number>(`${sql} ${where} RETURNING seq`).pluck(),
      at: db.prepare<Cell[]>(`${sql} seq = ? AND ${where}`),
    };
  }

  return {
    apply(change) {
      if ('row' in change) put(change.row, change.keep);
      else update(change.set, change.where);
    },
    undone() {
      index.dismiss();
      places.clear();
      next = null;
    },
    index,
  };
}

const of = <Outer, Key, Value>(map: Map<Outer, Map<Key, Value>>, key: Outer): Map<Key, Value> =>
  within(map, key, () => new Map<Key, Value>());

function within<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function cellsOf(row: Row, names: readonly string[]): Cell[] {
  return names.map((name) => {
    const value = row[name];
    if (value === undefined) throw new TypeError(`column \`${name}\` has no value: use null`);
    return value;
  });
}
