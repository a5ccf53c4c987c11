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

/** Throws a TypeError for a column that the table lacks, and passes SQLite's errors on. */
export function createCallRows(db: Database.Database, table: TableColumns): CallRows {
  const index = createCallIndex(db);
  const statements = new Map<string, Database.Statement<Cell[], number>>();
  const prepared = (sql: string): Database.Statement<Cell[], number> => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = db.prepare<Cell[], number>(sql).pluck();
      statements.set(sql, statement);
    }
    return statement;
  };
  const newest = db.prepare<[], number | null>('SELECT max(seq) FROM calls').pluck();

  function put(row: Row, keep: readonly string[]): void {
    const names = columnsOf(table, row);
    const others = names.filter((name) => name !== 'id' && !keep.includes(name));
    const seq = (newest.get() ?? -1) + 1;
    const at = prepared(
      `INSERT INTO calls (seq, ${names.join(', ')}) VALUES (?, ${names.map(() => '?').join(', ')})
       ON CONFLICT (id) DO UPDATE SET ${others.map((name) => `${name} = excluded.${name}`).join(', ')}
       RETURNING seq`,
    ).get(seq, ...cellsOf(row, names));
    if (at !== undefined && at !== seq) index.changed(at, others);
  }

  function update(set: Row, where: Row): void {
    const names = columnsOf(table, set);
    const conditions = columnsOf(table, where);
    // SECURITY: a forgotten condition must not rewrite the whole table.
    if (conditions.length === 0) throw new TypeError('a change of `calls` needs a `where`');
    const changed = prepared(
      `UPDATE calls SET ${names.map((name) => `${name} = ?`).join(', ')}
       WHERE ${conditions.map((name) => `${name} = ?`).join(' AND ')} RETURNING seq`,
    ).all(...cellsOf(set, names), ...cellsOf(where, conditions));
    for (const seq of changed) index.changed(seq, names);
  }

  return {
    apply(change) {
      if ('row' in change) put(change.row, change.keep);
      else update(change.set, change.where);
    },
    index,
  };
}

function cellsOf(row: Row, names: readonly string[]): Cell[] {
  return names.map((name) => {
    const value = row[name];
    if (value === undefined) throw new TypeError(`column \`${name}\` has no value: use null`);
    return value;
  });
}
