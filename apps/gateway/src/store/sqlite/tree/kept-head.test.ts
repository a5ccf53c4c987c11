// The head outside the database, as a store that starts and signs lives with it: what makes it refuse, and that nothing
// is signed which does not extend it.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCheckpoint } from '@countersign/audit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { signedHead } from '../../../checkpoints/kept-head-contract.ts';
import { dataPaths } from '../../paths.ts';
import type { Store } from '../../store.ts';
import { nodeStopped } from '../../testing-drafts.ts';
import { createTestFolder, type TestFolder } from '../testing/folder.ts';

const NEVER_MS = 3_600_000;

describe('the head kept outside the database', () => {
  let folder: TestFolder;
  let head: string;
  let database: string;
  const stores: Store[] = [];
  beforeEach(async () => {
    folder = await createTestFolder();
    ({ checkpoint: head, database } = dataPaths(folder.dataDir));
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    folder.remove();
  });
  const open = async (options?: Parameters<TestFolder['open']>[0]): Promise<Store> => {
    const store = await folder.open({ checkpointIntervalMs: NEVER_MS, ...options });
    stores.push(store);
    return store;
  };
  const keptSize = (path = head): number => {
    const parsed = parseCheckpoint(readFileSync(path, 'utf8'));
    return parsed.ok ? parsed.value.size : -1;
  };
  /** A log of `entries` besides the first, signed and closed. */
  const logOf = async (entries: number): Promise<void> => {
    const store = await open();
    for (let i = 0; i < entries; i += 1) await store.commit({ entries: [nodeStopped()] });
    await store.close();
  };
  const edit = (sql: string): void => {
    const db = new Database(database);
    db.exec(`DROP TRIGGER entries_no_update; DROP TRIGGER entries_no_delete; ${sql}`);
    db.close();
  };

  it('is written before anybody sees the checkpoint that it is of', async () => {
    const store = await open();
    for (let size = 2; size < 5; size += 1) {
      await store.commit({ entries: [nodeStopped()] });
      const checkpoint = await store.signNow();
      expect(readFileSync(head, 'utf8')).toBe(checkpoint.note);
      expect(checkpoint.size).toBe(size);
    }
  });

  it('moves at most once in an interval, however many entries come, and once more at the end', async () => {
    const store = await open({ checkpointIntervalMs: 1000 });
    const begun = performance.now();
    for (let i = 0; i < 300; i += 1) await store.commit({ entries: [nodeStopped()] });
    const intervals = Math.ceil((performance.now() - begun) / 1000);
    await store.close();
    const reopened = await open();
    const notes = await reopened.readers.log.recentCheckpoints(400);
    expect(notes[0]?.size).toBe(301);
    // One at the start, one for each interval that began, one at the end.
    expect(notes.length).toBeLessThanOrEqual(intervals + 2);
  });

  it('refuses a database put back from an older copy, and names both sizes and the way on', async () => {
    await logOf(1);
    copyFileSync(database, `${database}.copy`);
    await logOf(3);
    copyFileSync(`${database}.copy`, database);
    const refused = {
      code: 'rolled_back',
      message: expect.stringMatching(/^5 entries .* only 2 .*log continue/),
    };
    await expect(folder.open()).rejects.toMatchObject(refused);
    await expect(folder.open()).rejects.toMatchObject(refused);
    expect(keptSize()).toBe(5);
  });

  it('refuses another history of the same length, and a longer one', async () => {
    await logOf(1);
    copyFileSync(database, `${database}.copy`);
    copyFileSync(head, `${head}.copy`);
    await logOf(1);
    copyFileSync(head, `${head}.mine`);
    folder.setClock(2000);
    for (const entries of [1, 4]) {
      copyFileSync(`${database}.copy`, database);
      copyFileSync(`${head}.copy`, head);
      await logOf(entries);
      copyFileSync(`${head}.mine`, head);
      await expect(folder.open()).rejects.toMatchObject({ code: 'forked', message: /another history/ });
    }
  });

  it('goes on where the node ended after a head was kept and before it was stored', async () => {
    await logOf(2);
    edit('DELETE FROM checkpoints WHERE size = 3');
    const store = await open();
    const latest = await store.readers.log.latestCheckpoint();
    expect(latest).toMatchObject({ size: 3, note: readFileSync(head, 'utf8') });
    await store.commit({ entries: [nodeStopped()] });
    expect((await store.signNow()).size).toBe(4);
  });

  it('accepts an older head that the log extends, and brings it forward at once', async () => {
    await logOf(1);
    copyFileSync(head, `${head}.copy`);
    await logOf(2);
    copyFileSync(`${head}.copy`, head);
    await open();
    expect(keptSize()).toBe(4);
  });

  it.each([
    ['is gone', () => rmSync(head), /gone/],
    ['is cut off', () => writeFileSync(head, readFileSync(head, 'utf8').slice(0, -9)), /no whole checkpoint/],
    ['is empty', () => writeFileSync(head, ''), /no whole checkpoint/],
    [
      'cannot be read',
      () => {
        rmSync(head);
        mkdirSync(head);
      },
      /cannot be read \(EISDIR\)/,
    ],
  ])('refuses to start a log that was signed when it %s', async (_what, damage, why) => {
    await logOf(1);
    damage();
    for (const part of [why, /put the newest checkpoint/, /log continue/])
      await expect(folder.open()).rejects.toMatchObject({ code: 'head_missing', message: part });
  });

  it('is not missed by a log of which nothing was signed yet', async () => {
    await logOf(0);
    edit('DELETE FROM checkpoints');
    rmSync(head);
    expect((await open()).health().size).toBe(1);
  });

  it('serves again once a checkpoint held elsewhere is put in its place', async () => {
    await logOf(1);
    const held = readFileSync(head, 'utf8');
    await logOf(1);
    rmSync(head);
    writeFileSync(head, held);
    expect((await open()).health().size).toBe(3);
  });

  it('refuses the head of another log, and one that our key did not sign', async () => {
    await logOf(1);
    writeFileSync(head, (await signedHead(2, 'other.example/log')).note);
    await expect(folder.open()).rejects.toMatchObject({
      code: 'wrong_origin',
      message: /`other\.example\/log`.*`test\.example\/log`/,
    });
    writeFileSync(head, (await signedHead(2, folder.origin)).note);
    await expect(folder.open()).rejects.toMatchObject({ code: 'damaged' });
  });

  it('stops the node that finds another head there than it left, and signs nothing more', async () => {
    const store = await open();
    await store.commit({ entries: [nodeStopped()] });
    await store.signNow();
    writeFileSync(head, (await signedHead(9, folder.origin)).note);
    await store.commit({ entries: [nodeStopped()] });
    await expect(store.signNow()).rejects.toThrow(/another node writes this log/);
    expect(await store.died).toMatch(/head of 9 entries.*one of 2/);
    expect(await store.commit({ entries: [nodeStopped()] })).toMatchObject({ code: 'log_unavailable' });
    expect((await store.readers.log.latestCheckpoint())?.size).toBe(2);
    expect(keptSize()).toBe(9);
  });

  it('may lie on another disk, with one writer at a time', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'countersign-elsewhere-'));
    const headFile = join(elsewhere, 'head');
    const store = await open({ headFile });
    await store.signNow();
    expect(keptSize(headFile)).toBe(1);
    const copy = await createTestFolder();
    await expect(copy.open({ headFile })).rejects.toMatchObject({ code: 'in_use' });
    copy.remove();
    await store.close();
    await expect(folder.open()).rejects.toMatchObject({ code: 'head_missing' });
    rmSync(elsewhere, { recursive: true });
    await expect(folder.open({ headFile })).rejects.toMatchObject({ message: /mount the disk/ });
  });

  it('leaves the log in service, unsigned and saying so, while it cannot be reached', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'countersign-elsewhere-'));
    const headFile = join(elsewhere, 'head');
    const store = await open({ headFile, checkpointIntervalMs: 20 });
    await store.signNow();
    renameSync(elsewhere, `${elsewhere}.away`);
    expect((await store.commit({ entries: [nodeStopped()] })).ok).toBe(true);
    await vi.waitFor(() => expect(store.health().unsigned).not.toBeNull(), 10_000);
    expect(store.health().state).toBe('ok');
    expect((await store.readers.log.latestCheckpoint())?.size).toBe(1);
    renameSync(`${elsewhere}.away`, elsewhere);
    await vi.waitFor(() => expect(keptSize(headFile)).toBe(2), 10_000);
    await vi.waitFor(() => expect(store.health().unsigned).toBeNull(), 10_000);
    rmSync(elsewhere, { recursive: true });
  });
});
