import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordCall, type RecordedCall } from '../../admin/testing/recorded-calls.ts';
import { recordPayloadKey } from '../../start/payload-key.ts';
import { placeOf } from '../../store/payload/place.ts';
import { createTestFolder, type TestFolder } from '../../store/sqlite/testing/folder.ts';
import type { Store } from '../../store/store.ts';
import { runCommand } from '../testing/command-line.ts';

let folder: TestFolder;
let store: Store;
let call: RecordedCall;
let key: string;

beforeEach(async () => {
  folder = await createTestFolder();
  store = await folder.open();
  await recordPayloadKey(store);
  call = await recordCall(store, { subject: 'zelda', params: '{"said":"swordfish"}' });
  key = join(folder.dataDir, 'other.key');
  writeFileSync(key, randomBytes(32).toString('base64url'), { mode: 0o600 });
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const rewrap = (...options: readonly string[]) =>
  runCommand(['keys', 'rewrap', ...options], {
    env: { COUNTERSIGN_DATA: folder.dataDir },
    cwd: folder.dataDir,
  });
const request = async () =>
  (await store.readers.log.entry(call.index))?.details.find(({ name }) => name === 'request')?.value;
const keyEntries = async () => {
  const kinds: string[] = [];
  for await (const { header } of store.readers.log.entries()) {
    const text = Buffer.from(header).toString();
    if (text.includes('"role":"payload"')) kinds.push(/"kind":"([a-z.]+)"/.exec(text)?.[1] ?? '');
  }
  return kinds;
};

test('the values can be read with the new key alone, and the log tells of it', async () => {
  const old = placeOf(folder.dataDir);
  expect(await rewrap('--to-file', 'other.key')).toMatchObject({
    code: 2,
    err: expect.stringContaining('another process'),
  });
  await store.close();
  const wrapped = readFileSync(old.keys);
  const { code, out } = await rewrap('--to-file', 'other.key', '--json');
  expect([code, JSON.parse(out)]).toEqual([0, { keys: expect.any(Number), payloadKey: { file: key } }]);
  expect(readFileSync(old.keys).equals(wrapped)).toBe(false);
  rmSync('file' in old.payloadKey ? old.payloadKey.file : '');

  store = await folder.open();
  await recordPayloadKey(store);
  await recordPayloadKey(store);
  expect(Buffer.from((await request()) ?? []).toString()).toContain('swordfish');
  expect(await keyEntries()).toEqual(['key.created', 'key.rotated']);
});

test.each([
  [[], 'name the new key'],
  [['--to-file', 'none.key'], 'is not there'],
  [['--to-env', 'COUNTERSIGN_NO_SUCH'], 'is not set'],
  [['--to-file', 'other.key', '--to-env', 'X'], 'one of'],
])('with %j nothing is changed', async (options, message) => {
  await store.close();
  expect(await rewrap(...options)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  store = await folder.open();
  expect(Buffer.from((await request()) ?? []).toString()).toContain('swordfish');
});

test('the key in use is no new key', async () => {
  await store.close();
  const { payloadKey } = placeOf(folder.dataDir);
  const { code, err } = await rewrap('--to-file', 'file' in payloadKey ? payloadKey.file : '');
  expect([code, err]).toEqual([2, expect.stringContaining('in use already')]);
});
