// What a durable entry costs: many callers at once, each waiting for its own, as calls do; and, in the same run, bare SQLite
// given the same rows in batches of the same sizes, which is what the disk and the database alone would take.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntryDraft } from '@countersign/audit';
import Database from 'better-sqlite3';
import { createTestFolder } from '../apps/gateway/src/store/sqlite/testing-folder.ts';
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

/** Tables whose rows belong to entries, with how a row tells its entry. */
const TABLES = [
  { table: 'entries', index: 'idx' },
  { table: 'payloads', index: 'idx' },
  { table: 'chains', index: 'last_index' },
] as const;

/** Writes the rows of the entries from `from` on into an empty database with the same tables and indexes. */
function barePerSecond(dataDir: string, from: number, batches: readonly number[], path: string): number {
  const source = new Database(join(dataDir, 'countersign.db'), { readonly: true });
  const target = new Database(path);
  target.pragma('journal_mode = WAL');
  target.pragma('synchronous = FULL');
  target.pragma('cache_size = -8000');
  const names = TABLES.map(({ table }) => table);
  const schema = source.prepare<[], { sql: string; tbl_name: string; type: string }>(
    "SELECT sql, tbl_name, type FROM sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC",
  );
  for (const { sql, tbl_name } of schema.all())
    if ((names as readonly string[]).includes(tbl_name)) target.exec(sql);
  const inserts = TABLES.map(({ table, index }) => {
    const columns = source.prepare(`SELECT * FROM ${table}`).columns().length;
    const rows = Map.groupBy(
      source
        .prepare<[number], unknown[]>(`SELECT * FROM ${table} WHERE ${index} >= ? ORDER BY ${index}`)
        .raw()
        .all(from),
      (row) =>
        Number(
          row[
            source
              .prepare(`SELECT * FROM ${table}`)
              .columns()
              .findIndex(({ name }) => name === index)
          ],
        ),
    );
    const marks = Array.from({ length: columns }, () => '?').join(', ');
    return { rows, insert: target.prepare(`INSERT INTO ${table} VALUES (${marks})`) };
  });
  const started = performance.now();
  let next = from;
  for (const size of batches) {
    target
      .transaction(() => {
        for (let at = next; at < next + size; at += 1)
          for (const { rows, insert } of inserts) for (const row of rows.get(at) ?? []) insert.run(...row);
      })
      .immediate();
    next += size;
  }
  const perSecond = ((next - from) * 1000) / (performance.now() - started);
  source.close();
  target.close();
  return perSecond;
}
