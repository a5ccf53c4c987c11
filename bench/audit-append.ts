// What a durable entry costs: many callers at once, each waiting for its own, as calls do; and, in the same run, bare SQLite
// given all rows that this wrote, in batches of the same sizes: what the disk and the database alone would take.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntryDraft } from '@countersign/audit';
import Database from 'better-sqlite3';
import { createTestFolder } from '../apps/gateway/src/store/sqlite/testing/folder.ts';
import { completed, decided, newCall } from '../apps/gateway/src/store/testing-drafts.ts';

const CALLERS = 64;

export async function appendFigures({
  entries,
  tell,
}: {
  readonly entries: number;
  readonly tell: (text: string) => void;
}) {
  const scratch = mkdtempSync(join(tmpdir(), 'countersign-append-'));
  try {
    const folder = await createTestFolder(join(scratch, 'log'));
    const store = await folder.open({ checkpointIntervalMs: 1000, now: Date.now });
    const batches: number[] = [];
    let isMeasured = false;
    store.onCommitted((committed) => {
      if (isMeasured) batches.push(committed.length);
    });
    const run = async (count: number): Promise<number> => {
      const each = Math.ceil(count / CALLERS / 2);
      const started = performance.now();
      await Promise.all(
        Array.from({ length: CALLERS }, async () => {
          for (let call = 0; call < each; call += 1) {
            const ids = newCall();
            const index = await committed(decided(ids));
            await committed(completed(ids, index));
          }
        }),
      );
      return (each * CALLERS * 2 * 1000) / (performance.now() - started);
    };
    const committed = async (entry: EntryDraft): Promise<number> => {
      const result = await store.commit({ entries: [entry] });
      const [receipt] = result.ok ? result.receipts : [];
      if (receipt === undefined) throw new Error(JSON.stringify(result));
      return receipt.index;
    };
    await run(entries / 10);
    const before = store.health().size;
    isMeasured = true;
    const perSecond = await run(entries);
    await store.close();
    tell(`append: ${Math.round(perSecond)} entries a second, ${Math.round(mean(batches))} in a batch`);
    const bare = barePerSecond(folder.dataDir, before, batches, join(scratch, 'bare.db'));
    tell(`bare SQLite, the same rows in the same batches: ${Math.round(bare)} entries a second`);
    return {
      append_per_s: Math.round(perSecond),
      append_ratio_to_sqlite: Math.round((perSecond / bare) * 100) / 100,
      append_batch: Math.round(mean(batches)),
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0) / Math.max(1, numbers.length);

/**
 * Every row that appending writes, with `at`: the entry in whose batch bare SQLite is given it. A call and a chain are
 * given once, as they were in the end.
 */
const ROWS: readonly { readonly table: string; readonly sql: string }[] = [
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
  },
];

/** Writes the rows of the entries from `from` on into an empty database with the same tables and indexes. */
function barePerSecond(dataDir: string, from: number, batches: readonly number[], path: string): number {
  const source = new Database(join(dataDir, 'countersign.db'), { readonly: true });
  const target = new Database(path);
  target.pragma('journal_mode = WAL');
  target.pragma('synchronous = FULL');
  target.pragma('cache_size = -8000');
  const names = new Set(['log_head', ...ROWS.map(({ table }) => table)]);
  const schema = source.prepare<[], { sql: string; tbl_name: string; type: string }>(
    "SELECT sql, tbl_name, type FROM sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC",
  );
  for (const { sql, tbl_name } of schema.all()) if (names.has(tbl_name)) target.exec(sql);
  const rows = ROWS.map(({ table, sql }) => {
    const all = source
      .prepare<[number], unknown[]>(`SELECT * FROM (${sql}) WHERE at >= ? ORDER BY at`)
      .raw()
      .all(from);
    const marks = source
      .prepare(`SELECT * FROM ${table}`)
      .columns()
      .map(() => '?');
    const insert = target.prepare(`INSERT INTO ${table} VALUES (${marks.join(', ')})`);
    return { insert, next: upTo(all) };
  });
  target.exec("INSERT INTO log_head (id, origin, size, last_leaf, frontier) VALUES (1, 'bare', 0, x'', x'')");
  const [lastLeaf, frontier] =
    source.prepare<[], unknown[]>('SELECT last_leaf, frontier FROM log_head').raw().get() ?? [];
  const moveHead = target.prepare('UPDATE log_head SET size = ?, last_leaf = ?, frontier = ? WHERE id = 1');
  let elapsed = 0;
  let end = from;
  for (const size of batches) {
    end += size;
    const batch = rows.map(({ insert, next }) => ({ insert, due: next(end) }));
    const started = performance.now();
    target
      .transaction(() => {
        for (const { insert, due } of batch) for (const row of due) insert.run(row);
        moveHead.run(end, lastLeaf, frontier);
      })
      .immediate();
    elapsed += performance.now() - started;
  }
  source.close();
  target.close();
  return ((end - from) * 1000) / elapsed;
}

/** Of rows that begin with the entry they belong to, in order: those not taken yet that belong before `end`. */
function upTo(rows: readonly unknown[][]): (end: number) => readonly unknown[][] {
  let taken = 0;
  return (end) => {
    const first = taken;
    while (taken < rows.length && Number(rows[taken]?.[0]) < end) taken += 1;
    return rows.slice(first, taken).map(([, ...row]) => row);
  };
}
