// Which tables and columns a commit may name: the closed list of state tables, with the columns they really have.
// Names go into SQL text, so nothing that is not on these lists ever reaches a statement.
import type Database from 'better-sqlite3';
import type { Row, StateTable } from '../../types.ts';

const STATE_TABLES: Readonly<Record<StateTable, true>> = {
  admin_tokens: true,
  approvals: true,
  catalog: true,
  chain_labels: true,
  change_reviews: true,
  changes: true,
  config_in_force: true,
  contexts: true,
  cosigned: true,
  erasures: true,
  exports: true,
  exposures: true,
  index_rebuilds: true,
  key_manifests: true,
  legal_holds: true,
  masks: true,
  meters: true,
  objects: true,
  payload_key: true,
  people: true,
  pins: true,
  policy_sets: true,
  policy_versions: true,
  publications: true,
  push_configs: true,
  retention: true,
  reviews: true,
  saved_views: true,
  sessions: true,
  shadow_differences: true,
  shadow_set: true,
  sinks: true,
  spent_states: true,
  tasks: true,
};

export interface TableColumns {
  readonly name: string;
  readonly columns: ReadonlySet<string>;
  /** In the order of the primary key. */
  readonly key: readonly string[];
  /** The shapes that rows have had, as `columnsOf` answers: rows come in a few of them, and in thousands. */
  readonly shapes: Map<string, readonly string[]>;
}

export interface Columns {
  readonly state: ReadonlyMap<string, TableColumns>;
  readonly calls: TableColumns;
}

export function readColumns(db: Database.Database): Columns {
  return {
    state: new Map(Object.keys(STATE_TABLES).map((name) => [name, tableColumns(db, name)])),
    // A call is known by its id; `seq` is only where it stands.
    calls: { ...tableColumns(db, 'calls'), key: ['id'] },
  };
}

/**
 * The names of `row`, sorted; the same list for the same names, so that it stands for the statement. Throws a TypeError for a
 * name the table lacks.
 */
export function columnsOf(table: TableColumns, row: Row): readonly string[] {
  const given = Object.keys(row);
  const shape = given.join();
  const known = table.shapes.get(shape);
  if (known !== undefined) return known;
  for (const name of given) {
    if (!table.columns.has(name)) throw new TypeError(`table \`${table.name}\` has no column \`${name}\``);
  }
  const names = given.sort();
  table.shapes.set(shape, names);
  return names;
}

function tableColumns(db: Database.Database, name: string): TableColumns {
  const rows = db
    .prepare<[string], { name: string; pk: number }>('SELECT name, pk FROM pragma_table_info(?)')
    .all(name);
  if (rows.length === 0) throw new TypeError(`the database has no table \`${name}\``);
  return {
    name,
    columns: new Set(rows.map((row) => row.name)),
    key: rows
      .filter((row) => row.pk > 0)
      .sort((a, b) => a.pk - b.pk)
      .map((row) => row.name),
    shapes: new Map(),
  };
}
