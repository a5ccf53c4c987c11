// Tables, indexes and triggers, compared with those that the migrations create: a guard-rail that was taken away, or
// something that acts on its own inside the database.
import Database from 'better-sqlite3';
import { migrate } from '../../store/sqlite/migrate.ts';
import type { Check } from './check.ts';

interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly sql: string | null;
}

export const schemaCheck: Check = {
  name: 'schema',
  start: ({ db }, found) => ({
    end() {
      const wanted = expectedSchema();
      const rows = schemaOf(db);
      for (const { type, name, sql } of rows.values()) {
        const expected = wanted.get(name);
        const what = expected === undefined ? 'is none of ours' : 'is not as it was created';
        if (expected === undefined || expected.sql !== sql)
          found({ place: { table: 'sqlite_schema', row: name }, message: `the ${type} \`${name}\` ${what}` });
      }
      for (const { type, name } of wanted.values())
        if (!rows.has(name))
          found({
            place: { table: 'sqlite_schema', row: name },
            message: `the ${type} \`${name}\` is missing`,
          });
      return { checked: wanted.size };
    },
  }),
};

function expectedSchema(): ReadonlyMap<string, SchemaRow> {
  const fresh = new Database(':memory:');
  try {
    migrate(fresh);
    return schemaOf(fresh);
  } finally {
    fresh.close();
  }
}

// Tables that begin with sqlite_ are SQLite's own; `ANALYZE` makes some.
function schemaOf(db: Database.Database): ReadonlyMap<string, SchemaRow> {
  const rows = db
    .prepare<[], SchemaRow>(
      "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .all();
  return new Map(rows.map((row) => [row.name, row]));
}
