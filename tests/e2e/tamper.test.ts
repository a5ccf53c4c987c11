// A log in hostile hands: every change of a stored entry is found and named; a cut-off tail is not, without a checkpoint
// that somebody holds elsewhere, and the tool says so.
import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCli } from '@countersign/testkit';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callModern } from './modern-call.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let folder: string;
let pristine: string;

beforeAll(async () => {
  world = await startWorld();
  folder = mkdtempSync(join(tmpdir(), 'countersign-tamper-'));
  const url = `${world.gateway.data}/mcp/fixture`;
  const token = await world.token('worker', '/mcp/fixture');
  for (let i = 0; i < 10; i += 1)
    await (await callModern({ url, token, tool: 'echo', args: { text: `${i}` } })).text();
  await world.gateway.stop();
  pristine = join(folder, 'pristine');
  cpSync(world.gateway.dataDir, pristine, { recursive: true });
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Report {
  readonly verdict: string;
  readonly size: number;
  readonly firstFailure: { readonly index: number | null; readonly code: string } | null;
  readonly notProven: readonly string[];
}

/** Verifies a copy of the log after `tamper` had its way with the database. */
async function verifyAfter(
  tamper: (db: Database.Database) => void,
  ...args: string[]
): Promise<{ code: number; report: Report }> {
  const copy = mkdtempSync(join(folder, 'copy-'));
  cpSync(pristine, copy, { recursive: true });
  const db = new Database(join(copy, 'countersign.db'));
  db.exec('DROP TRIGGER IF EXISTS entries_no_update; DROP TRIGGER IF EXISTS entries_no_delete;');
  tamper(db);
  db.close();
  const { code, stdout } = await runCli(['verify', '--data', copy, '--json', ...args]);
  return { code, report: JSON.parse(stdout) as Report };
}

const TARGET = 7;

test('the untouched log verifies, and the report says what it does not prove', async () => {
  const { code, report } = await verifyAfter(() => {});
  expect(code).toBe(0);
  expect(report).toMatchObject({ verdict: 'consistent', firstFailure: null });
  expect(report.notProven.join(' ')).toMatch(/checkpoint held elsewhere/);
});

test('one changed byte of one entry is found, and the entry named', async () => {
  const { code, report } = await verifyAfter((db) => {
    const { header } = db.prepare('SELECT header FROM entries WHERE idx = ?').get(TARGET) as {
      header: Buffer;
    };
    const at = header.indexOf('"time":') + 8;
    header[at] = header[at] === 0x31 ? 0x32 : 0x31;
    db.prepare('UPDATE entries SET header = ? WHERE idx = ?').run(header, TARGET);
  });
  expect(code).toBe(1);
  expect(report.firstFailure?.index).toBe(TARGET);
});

test('one changed byte is found also when the leaf hash was recomputed to fit', async () => {
  const { code, report } = await verifyAfter((db) => {
    const row = db.prepare('SELECT leaf FROM entries WHERE idx = ?').get(TARGET) as { leaf: Buffer };
    row.leaf[0] = (row.leaf[0] ?? 0) ^ 1;
    db.prepare('UPDATE entries SET leaf = ? WHERE idx = ?').run(row.leaf, TARGET);
  });
  expect(code).toBe(1);
  expect(report.firstFailure?.index).toBe(TARGET);
});

test('two swapped entries are found', async () => {
  const { code, report } = await verifyAfter((db) => {
    db.exec(`UPDATE entries SET idx = 100000 WHERE idx = ${TARGET}; UPDATE entries SET idx = ${TARGET} WHERE idx = ${TARGET + 1};
             UPDATE entries SET idx = ${TARGET + 1} WHERE idx = 100000;`);
  });
  expect(code).toBe(1);
  expect(report.firstFailure?.index).toBe(TARGET);
});

test('an entry deleted in the middle is found', async () => {
  const { code, report } = await verifyAfter((db) => {
    db.exec(`DELETE FROM entries WHERE idx = ${TARGET}`);
  });
  expect(code).toBe(1);
  expect(report.firstFailure?.index).toBe(TARGET);
});

test('changed values are found, and so are values that are gone without a redaction', async () => {
  const changed = await verifyAfter((db) => {
    db.exec(
      `UPDATE payloads SET sealed = (SELECT sealed FROM payloads WHERE idx = ${TARGET + 1}) WHERE idx = ${TARGET}`,
    );
  });
  expect(changed.code).toBe(1);
  expect(changed.report.firstFailure).toMatchObject({ code: 'detail_tampered', index: TARGET });
  const gone = await verifyAfter((db) => {
    db.exec(`DELETE FROM payloads WHERE idx = ${TARGET}`);
  });
  expect(gone.code).toBe(1);
  expect(gone.report.firstFailure).toMatchObject({ code: 'detail_missing', index: TARGET });
});

test('values whose keys are elsewhere are withheld, which is said and is no failure', async () => {
  const { code, report } = await verifyAfter((db) => rmSync(join(dirname(db.name), 'payload-keys.db')));
  expect(code).toBe(0);
  expect(report.notProven.join(' ')).toMatch(/withheld: no key/);
});

test('a cut-off tail is not detectable from the log alone, and the report says so', async () => {
  const { code, report } = await verifyAfter((db) => cutTail(db, 3));
  expect(report.notProven.join(' ')).toMatch(/tail|after/);
  expect(report.notProven.join(' ')).toMatch(/checkpoint held elsewhere/);
  expect([0, 1]).toContain(code);
});

test('a cut-off tail is found with a checkpoint held elsewhere', async () => {
  const held = join(folder, 'held-checkpoint');
  copyFileSync(join(pristine, 'checkpoint'), held);
  const { code, report } = await verifyAfter((db) => cutTail(db, 3), '--checkpoint', held);
  expect(code).toBe(1);
  expect(report.firstFailure?.code).toBe('tail_missing');
});

function cutTail(db: Database.Database, count: number): void {
  const { size } = db.prepare('SELECT max(idx) + 1 AS size FROM entries').get() as { size: number };
  db.exec(`DELETE FROM entries WHERE idx >= ${size - count}; DELETE FROM payloads WHERE idx >= ${size - count};
           DELETE FROM checkpoints WHERE size > ${size - count};`);
}
