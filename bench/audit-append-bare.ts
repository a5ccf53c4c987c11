// Bare SQLite, given what appending wrote: the same rows in the same batches, with the same settings for what is durable. What the
// disk and the database alone would take.
import { join } from 'node:path';
import Database from 'better-sqlite3';

export interface Bare {
  /** Writes the rows of the entries that came since, in batches of these sizes; returns how many milliseconds that took. */
  follow(batches: readonly number[]): number;
  close(): void;
}

interface Source {
  readonly table: string;
  readonly sql: string;
  /** Made some time after the entries that it belongs to: goes with those that are written once it is there. */
  readonly isLate?: boolean;
}

/**
 * Every row that appending writes, with `at`: the entry in whose batch bare SQLite is given it. A call and a chain are
 * given once, as they were in the end.
 */
const SOURCES: readonly Source[] = [
  { table: 'entries', sql: 'SELECT idx AS at, * FROM entries' },
  { table: 'payloads', sql: 'SELECT idx AS at, * FROM payloads' },
  { table: 'entry_kinds', sql: 'SELECT idx AS at, * FROM entry_kinds' },
  { table: 'calls', sql: 'SELECT first_index AS at, * FROM calls' },
  {
    table: 'chains',
    sql: `SELECT at, chains.* FROM chains
          JOIN (SELECT chain, min(first_index) AS at FROM calls GROUP BY chain) ON chain = chains.id`,
  },
  { table: 'tiles', sql: 'SELECT ((idx + 1) << (8 * (level + 1))) - 1 AS at, * FROM tiles' },
  // Packed once it is 2,048 calls old; the lowest 32 bits of a place are the number of the segment.
  {
    table: 'call_index',
    sql: `SELECT first_index AS at, call_index.* FROM call_index
          JOIN calls ON calls.seq = ((call_index.place & 0xffffffff) + 2) * 2048 - 1`,
    isLate: true,
  },
];

/** Begins with an empty database at `path` that has the tables and indexes of the log in `dataDir`. */
export function createBare(dataDir: string, path: string): Bare {
  const source = new Database(join(dataDir, 'countersign.db'), { readonly: true });
  const target = new Database(path);
  target.pragma('journal_mode = WAL');
  target.pragma('synchronous = FULL');
  target.pragma('cache_size = -8000');
  const names = new Set(['log_head', ...SOURCES.map(({ table }) => table)]);
  const schema = source.prepare<[], { sql: string; tbl_name: string; type: string }>(
    "SELECT sql, tbl_name, type FROM sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC",
  );
  for (const { sql, tbl_name } of schema.all()) if (names.has(tbl_name)) target.exec(sql);
  target.exec("INSERT INTO log_head (id, origin, size, last_leaf, frontier) VALUES (1, 'bare', 0, x'', x'')");
  const tables = SOURCES.map((from) => ({ dueUpTo: dueRows(source, from), insert: insertOf(target, from) }));
  const head = source.prepare<[], unknown[]>('SELECT last_leaf, frontier FROM log_head').raw();
  const moveHead = target.prepare('UPDATE log_head SET size = ?, last_leaf = ?, frontier = ? WHERE id = 1');
  const write = target.transaction((size: number, of: unknown[], rows: readonly Rows[]) => {
    for (const { insert, due } of rows) for (const row of due) insert.run(row);
    moveHead.run(size, ...of);
  });
  let written = 0;

  return {
    follow(batches) {
      const from = written;
      const to = batches.reduce((total, size) => total + size, from);
      const of = head.get() ?? [];
      const rows = tables.map(({ insert, dueUpTo }) => ({ insert, next: inTurn(dueUpTo(from, to)) }));
      let elapsed = 0;
      for (const size of batches) {
        written += size;
        const batch = rows.map(({ insert, next }) => ({ insert, due: next(written) }));
        const started = performance.now();
        write.immediate(written, of, batch);
        elapsed += performance.now() - started;
      }
      return elapsed;
    },
    close() {
      source.close();
      target.close();
    },
  };
}

interface Rows {
  readonly insert: Database.Statement;
  readonly due: readonly unknown[][];
}

/** Rows that begin with the entry they belong to, in order: those of the entries from `from` to before `to`. */
function dueRows(
  source: Database.Database,
  { sql, isLate = false }: Source,
): (from: number, to: number) => readonly unknown[][] {
  const rows = source
    .prepare<[number, number], unknown[]>(`SELECT * FROM (${sql}) WHERE at >= ? AND at < ? ORDER BY at`)
    .raw();
  if (!isLate) return (from, to) => rows.all(from, to);
  const given = new Set<unknown>();
  return (_, to) => {
    // The key is their first column.
    const due = rows.all(0, to).filter(([, key]) => !given.has(key));
    for (const [, key] of due) given.add(key);
    return due;
  };
}

function insertOf(target: Database.Database, { table }: Source): Database.Statement {
  const columns = target.prepare(`SELECT * FROM ${table}`).columns();
  return target.prepare(`INSERT INTO ${table} VALUES (${columns.map(() => '?').join(', ')})`);
}

/** Of rows that begin with the entry they belong to, in order: those not taken yet that belong before `end`. */
function inTurn(rows: readonly unknown[][]): (end: number) => readonly unknown[][] {
  let taken = 0;
  return (end) => {
    const first = taken;
    while (taken < rows.length && Number(rows[taken]?.[0]) < end) taken += 1;
    return rows.slice(first, taken).map(([, ...row]) => row);
  };
}
