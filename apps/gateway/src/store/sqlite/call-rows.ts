// Applies changes of the projection to the rows of `calls`, and has the index follow. Runs inside the transaction of the
// entries that the changes come from.
import type Database from 'better-sqlite3';
import type { CallChange } from '../projection.ts';
import type { Cell, Row } from '../types.ts';
import { type CallIndex, createCallIndex } from './call-index.ts';
import { columnsOf, type TableColumns } from './columns.ts';

export interface CallRows {
  apply(change: CallChange): void;
  readonly index: CallIndex;
}

type Changing = Database.Statement<Cell[], number>;

interface Put {
  readonly statement: Changing;
  /** Columns that are overwritten where the call is there already. */
  readonly others: readonly string[];
}

/** Throws a TypeError for a column that the table lacks, and passes SQLite's errors on. */
export function createCallRows(db: Database.Database, table: TableColumns): CallRows {
  const index = createCallIndex(db);
  const puts = new Map<string, Map<readonly string[], Put>>();
  const updates = new Map<readonly string[], Map<readonly string[], Changing>>();
  const newest = db.prepare<[], number | null>('SELECT max(seq) FROM calls').pluck();
  const first = db.prepare<[], number>('SELECT first_call FROM log_head').pluck();

  function put(row: Row, keep: readonly string[]): void {
    const names = columnsOf(table, row);
    const { statement, others } = within(of(puts, keep.join()), names, () => putOf(names, keep));
    const seq = (newest.get() ?? (first.get() ?? 0) - 1) + 1;
    const at = statement.get(seq, ...cellsOf(row, names));
    if (at !== undefined && at !== seq) index.changed(at, others);
  }

  function putOf(names: readonly string[], keep: readonly string[]): Put {
    const others = names.filter((name) => name !== 'id' && !keep.includes(name));
    const sql = `INSERT INTO calls (seq, ${names.join(', ')}) VALUES (?, ${names.map(() => '?').join(', ')})
       ON CONFLICT (id) DO UPDATE SET ${others.map((name) => `${name} = excluded.${name}`).join(', ')}
       RETURNING seq`;
    return { statement: db.prepare<Cell[], number>(sql).pluck(), others };
  }

  function update(set: Row, where: Row): void {
    const names = columnsOf(table, set);
    const conditions = columnsOf(table, where);
    // SECURITY: a forgotten condition must not rewrite the whole table.
    if (conditions.length === 0) throw new TypeError('a change of `calls` needs a `where`');
    const changing = within(of(updates, names), conditions, () => updateOf(names, conditions));
    const changed = changing.all(...cellsOf(set, names), ...cellsOf(where, conditions));
    for (const seq of changed) index.changed(seq, names);
  }

  function updateOf(names: readonly string[], conditions: readonly string[]): Changing {
    const assigned = names.map((name) => `${name} = ?`).join(', ');
    const where = conditions.map((name) => `${name} = ?`).join(' AND ');
    return db.prepare<Cell[], number>(`UPDATE calls SET ${assigned} WHERE ${where} RETURNING seq`).pluck();
  }

  return {
    apply(change) {
      if ('row' in change) put(change.row, change.keep);
      else update(change.set, change.where);
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
