import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { columnsOfTable, nameOfTable } from '../drizzle.ts';
import { migrate } from './migrate.ts';
import { openForWriting } from './open.ts';
import * as schema from './schema.ts';

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly pk: number;
}

describe('the tables that drizzle reads', () => {
  it.each(Object.values(schema).map((table) => [nameOfTable(table), table] as const))(
    'are what the migrations create: %s',
    (name, table) => {
      const dir = mkdtempSync(join(tmpdir(), 'countersign-schema-'));
      const db = openForWriting(join(dir, 'db'));
      migrate(db);
      const rows = db.prepare<[string], ColumnRow>('SELECT * FROM pragma_table_info(?)').all(name);
      const created = rows.map((row) => [row.name, row.type.toLowerCase(), row.notnull === 1 || row.pk > 0]);
      const declared = Object.values(columnsOfTable(table)).map((column) => [
        column.name,
        column.getSQLType(),
        column.notNull,
      ]);
      expect(declared).toEqual(created);
      db.close();
      rmSync(dir, { recursive: true });
    },
  );
});
