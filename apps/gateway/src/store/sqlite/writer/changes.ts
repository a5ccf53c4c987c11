// Turns row-level changes and preconditions into prepared statements. Runs inside the writer's transaction; what a
// change may touch is decided in columns.ts.
import type { EntryKind } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { isFrequentKind } from '../../../search/kinds.ts';
import type { CallChange } from '../../call-changes.ts';
import type { Cell, Change, Precondition, Row } from '../../types.ts';
import { createCallRows } from '../calls/call-rows.ts';
import { type Columns, columnsOf, type TableColumns } from './columns.ts';

export interface ChangeApplier {
  apply(change: Change): void;
  /** A change of the projection. */
  applyToCalls(change: CallChange): void;
  /** A request or a batch was rolled back, or something else changed rows of calls. */
  undone(): void;
  /** So that the entry is found by its kind. */
  noteKind(kind: EntryKind, index: number): void;
  /** Once in each transaction, before it changes calls: packs a part of those that have become old enough into their index. */
  packCalls(): void;
  packAllCalls(): void;
  holds(precondition: Precondition): boolean;
}

/** Throws a TypeError for a table or column that is not on the lists, and passes SQLite's errors on. */
export function createChangeApplier(
  db: Database.Database,
  columns: Columns,
  pack?: Parameters<typeof createCallRows>[1],
): ChangeApplier {
  const statements = new Map<string, Database.Statement>();
  const prepared = (sql: string): Database.Statement => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = db.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  const stateTable = (name: string): TableColumns => {
    const table = columns.state.get(name);
    if (table === undefined) throw new TypeError(`\`${name}\` is no table that a commit may change`);
    return table;
  };

  const calls = createCallRows(db, pack);
  const noteKind = db.prepare('INSERT INTO entry_kinds (kind, idx) VALUES (?, ?)');
  const insert = (table: TableColumns, row: Row, onConflict: string): void => {
    const names = columnsOf(table, row);
    const marks = names.map(() => '?').join(', ');
    prepared(`INSERT INTO ${table.name} (${list(names)}) VALUES (${marks})${onConflict}`).run(
      ...cells(row, names),
    );
  };
  const put = (table: TableColumns, row: Row): void => {
    const others = columnsOf(table, row).filter((name) => !table.key.includes(name));
    const assignments = others.map((name) => `"${name}" = excluded."${name}"`).join(', ');
    const action = others.length === 0 ? 'NOTHING' : `UPDATE SET ${assignments}`;
    insert(table, row, ` ON CONFLICT (${list(table.key)}) DO ${action}`);
  };
  const update = (table: TableColumns, set: Row, where: Row): void => {
    const names = columnsOf(table, set);
    const condition = conjunction(table, where, true);
    const assignments = names.map((name) => `"${name}" = ?`).join(', ');
    prepared(`UPDATE ${table.name} SET ${assignments} WHERE ${condition.sql}`).run(
      ...cells(set, names),
      ...condition.values,
    );
  };

  return {
    apply(change) {
      if ('insert' in change) insert(stateTable(change.insert), change.row, '');
      else if ('ensure' in change) {
        const table = stateTable(change.ensure);
        insert(table, change.row, ` ON CONFLICT (${list(table.key)}) DO NOTHING`);
      } else if ('put' in change) put(stateTable(change.put), change.row);
      else if ('update' in change) update(stateTable(change.update), change.set, change.where);
      else {
        const table = stateTable(change.remove);
        const condition = conjunction(table, change.where, true);
        prepared(`DELETE FROM ${table.name} WHERE ${condition.sql}`).run(...condition.values);
      }
    },
    applyToCalls: (change) => calls.apply(change),
    undone: () => calls.undone(),
    noteKind(kind, index) {
      if (!isFrequentKind(kind)) noteKind.run(kind, index);
    },
    packCalls: () => calls.index.packSome(),
    packAllCalls: () => calls.index.packAll(),
    holds({ table: name, where, expect }) {
      const table = name === 'calls' ? columns.calls : stateTable(name);
      const condition = conjunction(table, where, false);
      const found = prepared(`SELECT EXISTS (SELECT 1 FROM ${table.name} WHERE ${condition.sql})`)
        .pluck()
        .get(...condition.values);
      return (found === 1) === (expect === 'exists');
    },
  };
}

function conjunction(
  table: TableColumns,
  where: Row,
  refuseEmpty: boolean,
): { readonly sql: string; readonly values: readonly Cell[] } {
  const names = columnsOf(table, where);
  // SECURITY: a forgotten condition must not rewrite a whole table.
  if (names.length === 0 && refuseEmpty)
    throw new TypeError(`a change of \`${table.name}\` needs a \`where\``);
  return {
    // WHY not `IS ?` for both: only an equality lets a partial index apply.
    sql:
      names.length === 0 ? 'TRUE' : names.map((name) => equality(name, where[name] === null)).join(' AND '),
    values: cells(where, names).filter((value) => value !== null),
  };
}

function equality(name: string, isNull: boolean): string {
  return isNull ? `"${name}" IS NULL` : `"${name}" = ?`;
}

function cells(row: Row, names: readonly string[]): readonly Cell[] {
  return names.map((name) => {
    const value = row[name];
    if (value === undefined) throw new TypeError(`column \`${name}\` has no value: use null`);
    return value;
  });
}

function list(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
