import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from '../../cli/testing/command-line.ts';
import { recordCall, recordOutcome } from '../../admin/testing/recorded-calls.ts';
import { recordKeyLosses } from '../../start/key-losses.ts';
import { createTestFolder, type TestFolder } from '../sqlite/testing/folder.ts';
import type { Store } from '../store.ts';
import { placeOf } from './place.ts';

let folder: TestFolder;
let store: Store | null;
let index: number;
beforeEach(async () => {
  folder = await createTestFolder();
  store = await folder.open();
  const call = await recordCall(store, { subject: 'zelda', params: '{"said":"swordfish"}' });
  await recordOutcome(store, call);
  ({ index } = call);
  await close();
});
afterEach(async () => {
  await close();
  folder.remove();
});

async function close(): Promise<void> {
  await store?.close();
  store = null;
}
const open = async (): Promise<Store> => (store = await folder.open());
const keyStore = (): string => placeOf(folder.dataDir).keys;
const keyFile = (): string => join(folder.dataDir, 'keys', 'payload.key');
function loseKeyStore(): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${keyStore()}${suffix}`, { force: true });
}
const abandon = (...more: readonly string[]) =>
  runCommand(['keys', 'abandon', ...more], {
    env: { COUNTERSIGN_DATA: folder.dataDir },
    cwd: folder.dataDir,
  });
const losses = async (of: Store): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const { header } of of.readers.log.entries()) {
    const text = Buffer.from(header).toString();
    if (text.includes('"kind":"key.revoked"')) found.push(text);
  }
  return found;
};

describe('a key store that is gone while values are stored', () => {
  test('stops the start, and no other takes its place', async () => {
    loseKeyStore();
    await expect(open()).rejects.toThrow(
      /payload-keys\.db` is not there: put back the newest copy.*keys abandon/,
    );
    expect(existsSync(keyStore())).toBe(false);
  });

  test('is given up by somebody who says why; what it sealed is without its key then, never erased, and that is recorded', async () => {
    loseKeyStore();
    expect((await abandon('--yes')).err).toContain('--reason');
    expect((await abandon('--reason', 'disk died')).err).toContain('--yes');
    expect(existsSync(keyStore())).toBe(false);
    expect(await abandon('--reason', 'disk died', '--yes')).toMatchObject({
      code: 0,
      err: expect.stringContaining('the values of 3 entries of `test.example/log` can never be read again'),
    });
    const opened = await open();
    await recordKeyLosses(opened, folder.dataDir);
    expect(await opened.readers.log.entry(index)).toMatchObject({ details: [], withheld: true });
    const later = await recordCall(opened, { subject: 'zelda', params: '{"said":"again"}' });
    expect((await opened.readers.log.entry(later.index))?.details.length).toBeGreaterThan(5);
    await recordKeyLosses(opened, folder.dataDir);
    const [loss = '', ...more] = await losses(opened);
    expect([loss, more]).toEqual([expect.stringContaining('"after":3'), []]);
    expect(loss).toContain('"role":"payload"');
    await close();
    expect(await abandon('--reason', 'again', '--yes')).toMatchObject({ code: 1 });
    await open();
  });

  test('opens everything again where it is found after all', async () => {
    renameSync(keyStore(), `${keyStore()}.found`);
    loseKeyStore();
    await abandon('--reason', 'disk died', '--yes');
    loseKeyStore();
    renameSync(`${keyStore()}.found`, keyStore());
    const opened = await open();
    expect((await opened.readers.log.entry(index))?.details.map(({ name }) => name)).toContain('request');
  });
});

describe('a payload key that is gone while keys are wrapped by it', () => {
  test('is said to be missing, and none is made', async () => {
    rmSync(keyFile());
    await expect(open()).rejects.toThrow(/payload\.key` is missing, and the keys in .* are wrapped by it/);
    expect(existsSync(keyFile())).toBe(false);
  });

  test('is not made anew where the key store is gone as well', async () => {
    rmSync(keyFile());
    loseKeyStore();
    await expect(open()).rejects.toThrow(/is not there/);
    expect(existsSync(keyFile())).toBe(false);
  });

  test('is given up with the keys that it wrapped, which are put aside', async () => {
    rmSync(keyFile());
    expect(await abandon('--reason', 'somebody tidied up', '--yes')).toMatchObject({ code: 0 });
    expect(readdirSync(folder.dataDir)).toContain('payload-keys.db.abandoned-1');
    const opened = await open();
    expect(await opened.readers.log.entry(index)).toMatchObject({ details: [], withheld: true });
  });

  test('and another in its place is told from a missing one', async () => {
    writeFileSync(keyFile(), Buffer.alloc(32, 5).toString('base64url'), { mode: 0o600 });
    await expect(open()).rejects.toThrow(/another payload key/);
  });
});
