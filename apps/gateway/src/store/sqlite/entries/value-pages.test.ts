import { digestOf, fromUtf8, type StoredValues, toHex } from '@countersign/audit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openerOf } from '../../payload/opener.ts';
import { dataPaths } from '../../paths.ts';
import { completed, decided, newCall } from '../../testing-drafts.ts';
import { openForReading } from '../open.ts';
import { createLogReader } from '../readers/log.ts';
import { createTestFolder, type TestFolder } from '../testing/folder.ts';
import { valuePages } from './value-pages.ts';

let folder: TestFolder;

beforeEach(async () => {
  folder = await createTestFolder();
});

afterEach(() => folder.remove());

/** Sizes on both sides of what comes in pages and of what is handed over at once, and more entries than a page has. */
const SIZES = [
  0,
  1,
  16_000,
  17_000,
  2_000_000,
  300_000,
  900_000,
  5,
  ...Array.from({ length: 140 }, () => 40),
];

async function written(): Promise<void> {
  const store = await folder.open();
  const calls = SIZES.map((size) => ({ ids: newCall(), context: 'x'.repeat(size) }));
  const first = await store.commit({
    entries: calls.map(({ ids, context }) => decided(ids, {}, { context })),
  });
  if (!first.ok) throw new Error(JSON.stringify(first));
  await store.commit({
    entries: calls.map(({ ids }, at) => completed(ids, first.receipts[at]?.index ?? 0)),
  });
  await store.close();
}

function change(sql: string): void {
  const db = new Database(dataPaths(folder.dataDir).database);
  db.exec(sql);
  db.close();
}

async function read(to = Number.MAX_SAFE_INTEGER): Promise<readonly StoredValues[]> {
  const db = openForReading(dataPaths(folder.dataDir).database);
  try {
    const values: StoredValues[] = [];
    for await (const page of valuePages(db, to)) values.push(...page);
    return values;
  } finally {
    db.close();
  }
}

/** What megabytes of bytes compare by. */
const inShort = (values: readonly StoredValues[]) =>
  values.map(({ details, ...rest }) => ({
    ...rest,
    details: details.map(({ name, salt, value }) => ({ name, salt: toHex(salt), value: digestOf(value) })),
  }));

/** The same, one by one, as every other reader gets it. */
async function expected(): Promise<readonly StoredValues[]> {
  const db = openForReading(dataPaths(folder.dataDir).database);
  try {
    const expected: StoredValues[] = [];
    for await (const { index: _index, leaf: _leaf, header, ...values } of createLogReader(db).entries())
      expected.push({ header: fromUtf8(header) ?? '', ...values });
    return expected;
  } finally {
    db.close();
  }
}

test('values of any size come with their entries, as other readers have them', async () => {
  await written();
  const values = await read();
  expect(values.length).toBeGreaterThan(2 * SIZES.length);
  expect(inShort(values)).toEqual(inShort(await expected()));
  expect(inShort(await read(5))).toEqual(inShort(values.slice(0, 5)));
});

test('what was erased, changed, or put there by somebody else is told as other readers tell it', async () => {
  await written();
  change(`
    DELETE FROM payloads WHERE idx IN (3, 150);
    UPDATE payloads SET sealed = zeroblob(length(sealed)) WHERE idx IN (5, 9);
    UPDATE payloads SET key = -7 WHERE idx = 6;
    UPDATE payloads SET sealed = zeroblob(0) WHERE idx = 7;
  `);
  const values = await read();
  expect(inShort(values)).toEqual(inShort(await expected()));
  expect(values[3]).toMatchObject({ details: [] });
  expect(values[5]).toMatchObject({ damaged: true });
  expect(values[8]?.details.length).toBeGreaterThan(0);
});

test('values are opened when they are asked for, and no sooner', async () => {
  await written();
  const db = openForReading(dataPaths(folder.dataDir).database);
  const opening = vi.spyOn(openerOf(db), 'glance');
  let seen = 0;
  for await (const page of valuePages(db, Number.MAX_SAFE_INTEGER)) {
    for (const { details } of page) {
      if (details.length > 0) seen += 1;
      expect(opening.mock.calls.length).toBe(seen);
    }
  }
  db.close();
  expect(seen).toBeGreaterThan(2 * SIZES.length);
});
