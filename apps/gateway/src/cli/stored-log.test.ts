// A long log is verified by two threads that each read half of what is stored: what they say together must be what one says.
import type { LogReport } from '@countersign/audit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestFolder, type TestFolder } from '../store/sqlite/testing/folder.ts';
import { completed, decided, newCall } from '../store/testing-drafts.ts';
import { openLogFolder } from './log-folder.ts';
import { verifyStoredLog } from './stored-log.ts';

const CALLS = 400;

let folder: TestFolder;
beforeEach(async () => {
  folder = await createTestFolder();
  const store = await folder.open();
  const calls = Array.from({ length: CALLS }, newCall);
  const result = await store.commit({ entries: calls.map((ids) => decided(ids)) });
  if (!result.ok) throw new Error(result.code);
  await store.commit({ entries: calls.map((ids, at) => completed(ids, result.receipts[at]?.index ?? 0)) });
  await store.close();
});
afterEach(() => folder.remove());

async function verified(threadFrom: number): Promise<LogReport> {
  const opened = await openLogFolder(folder.dataDir);
  try {
    const keys = { vkeys: [folder.vkey], keysFrom: 'outside' } as const;
    return await verifyStoredLog(opened.log, { ...keys, db: opened.db, threadFrom });
  } finally {
    opened.close();
  }
}

function tamper(...statements: readonly string[]): void {
  const db = new Database(`${folder.dataDir}/countersign.db`);
  db.exec('DROP TRIGGER IF EXISTS entries_no_update; DROP TRIGGER IF EXISTS entries_no_delete;');
  for (const statement of statements) db.exec(statement);
  db.close();
}

test.each<[string, readonly string[], string | null]>([
  ['an untouched log', [], null],
  [
    'a changed header',
    [
      "UPDATE entries SET header = CAST(replace(CAST(header AS TEXT), 'allow', 'denyx') AS BLOB) WHERE idx = 300",
    ],
    'entry_malformed',
  ],
  [
    'a header that is no UTF-8',
    ["UPDATE entries SET header = CAST(header || x'f09f98' AS BLOB) WHERE idx = 300"],
    'entry_malformed',
  ],
  ['a header that is nothing', ["UPDATE entries SET header = x'' WHERE idx = 300"], 'entry_malformed'],
  [
    'a header with members of the wrong kind',
    ['UPDATE entries SET header = CAST(\'{"kind":"call.decided","commits":null}\' AS BLOB) WHERE idx = 300'],
    'entry_malformed',
  ],
  ['a changed leaf', ['UPDATE entries SET leaf = zeroblob(32) WHERE idx = 300'], 'leaf_mismatch'],
  ['a missing entry', ['DELETE FROM entries WHERE idx = 300'], 'entry_missing'],
  [
    'changed values',
    ["UPDATE payloads SET sealed = CAST(sealed || x'00' AS BLOB) WHERE idx = 300"],
    'detail_tampered',
  ],
  ['missing values', ['DELETE FROM payloads WHERE idx = 300'], 'detail_missing'],
  [
    'values of another entry',
    ['UPDATE payloads SET sealed = (SELECT sealed FROM payloads WHERE idx = 301) WHERE idx = 300'],
    'detail_tampered',
  ],
])('two threads say of %s what one does', async (_what, statements, code) => {
  tamper(...statements);
  const [one, two] = [await verified(Number.MAX_SAFE_INTEGER), await verified(0)];
  expect(one.firstFailure?.code ?? null).toBe(code);
  expect(two).toEqual(one);
});
