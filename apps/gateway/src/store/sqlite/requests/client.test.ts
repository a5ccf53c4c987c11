import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { generateNoteKey, verifyLog } from '@countersign/audit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dataPaths } from '../../paths.ts';
import { recoverOpenCalls } from '../../recovery.ts';
import type { Store } from '../../store.ts';
import { decided, newCall, nodeStopped } from '../../testing-drafts.ts';
import { createTestFolder, type TestFolder } from '../testing/folder.ts';

const NEVER_MS = 3_600_000;

describe('the embedded store', () => {
  let folder: TestFolder;
  const stores: Store[] = [];
  beforeEach(async () => {
    folder = await createTestFolder();
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    folder.remove();
  });
  const open = async (options?: Parameters<TestFolder['open']>[0]): Promise<Store> => {
    const store = await folder.open(options);
    stores.push(store);
    return store;
  };
  const edit = (sql: string): void => {
    const db = new Database(dataPaths(folder.dataDir).database);
    db.exec(`DROP TRIGGER entries_no_update; DROP TRIGGER entries_no_delete; ${sql}`);
    db.close();
  };

  it('answers log_unavailable while the disk is full, with nothing half-written, and serves again with room', async () => {
    const full = await open({ testingOnlyMaxPages: 120 });
    const big = () => decided(newCall(), {}, { request: 'x'.repeat(20_000) });
    const results = await Promise.all(
      Array.from({ length: 200 }, () => full.commit({ entries: [big(), big()] })),
    );
    const refused = results.filter((result) => !result.ok);
    expect(refused.length).toBeGreaterThan(0);
    for (const result of refused) expect(result).toMatchObject({ code: 'log_unavailable' });
    expect(full.health()).toMatchObject({ state: 'unavailable', message: expect.stringContaining('full') });
    await full.close();

    const store = await open();
    const { size } = await store.readers.log.head();
    expect(size).toBe(1 + 2 * results.filter((result) => result.ok).length);
    expect(await store.readers.calls.open()).toHaveLength(size - 1);
    expect((await verifyLog(store.readers.log.entries(), { origin: folder.origin })).firstFailure).toBeNull();
    expect((await store.commit({ entries: [big()] })).ok).toBe(true);
    expect(store.health()).toMatchObject({ state: 'ok', queued: 0, size: size + 1 });
  });

  it('never writes again once what is on disk cannot be trusted', async () => {
    const store = await open({ checkpointIntervalMs: NEVER_MS });
    edit('UPDATE log_head SET size = 7');
    const results = await Promise.all([1, 2, 3].map(() => store.commit({ entries: [nodeStopped()] })));
    for (const result of results) expect(result).toMatchObject({ ok: false, code: 'log_unavailable' });
    expect(await store.died).toMatch(/only writer/);
    expect(store.health().state).toBe('dead');
    expect(await store.commit({ entries: [] })).toMatchObject({ code: 'log_unavailable' });
    await expect(recoverOpenCalls(store)).resolves.toBe(0);
  });

  it('refuses what it cannot keep up with, at once, and does what it accepted', async () => {
    const store = await open({ maxQueuedRequests: 10 });
    const results = await Promise.all(
      Array.from({ length: 50 }, () => store.commit({ entries: [nodeStopped()] })),
    );
    expect(results.map((result) => result.ok)).toEqual(Array.from({ length: 50 }, (_, i) => i < 10));
    expect(results[10]).toMatchObject({ code: 'log_unavailable' });
    const tight = { maxQueuedBytes: 3000 };
    await store.close();
    const small = await open(tight);
    const entry = decided(newCall(), {}, { request: 'x'.repeat(4000) });
    expect(await small.commit({ entries: [entry] })).toMatchObject({ code: 'log_unavailable' });
    expect((await small.commit({ entries: [nodeStopped()] })).ok).toBe(true);
  });

  it('lets no second gateway have the same data folder', async () => {
    const store = await open();
    await expect(folder.open()).rejects.toMatchObject({ name: 'StoreError', code: 'in_use' });
    expect((await store.commit({ entries: [nodeStopped()] })).ok).toBe(true);
  });

  it('opens no log of another name, and none with the key of another', async () => {
    await (await open()).close();
    const other = 'other.example/log';
    const { skey } = await generateNoteKey(other);
    await expect(folder.open({ origin: other, checkpointKey: skey })).rejects.toMatchObject({
      code: 'wrong_origin',
    });
    await expect(folder.open({ checkpointKey: skey })).rejects.toMatchObject({ code: 'wrong_origin' });
    await expect(folder.open({ checkpointKey: 'nonsense' })).rejects.toMatchObject({ code: 'wrong_origin' });
    const { skey: forged } = await generateNoteKey(folder.origin);
    await expect(folder.open({ checkpointKey: forged })).rejects.toMatchObject({ code: 'damaged' });
    expect((await open()).health().size).toBe(1);
  });

  it('keeps the last signed head in a file beside the database', async () => {
    const store = await open();
    const { checkpoint } = dataPaths(folder.dataDir);
    await store.commit({ entries: [nodeStopped()] });
    await store.close();
    const reopened = await open({ checkpointIntervalMs: NEVER_MS });
    expect(readFileSync(checkpoint, 'utf8')).toBe((await reopened.readers.log.latestCheckpoint())?.note);
  });

  it('signs new entries while it runs, not only at the end', async () => {
    const store = await open({ checkpointIntervalMs: 5 });
    for (let size = 2; size < 6; size += 1) {
      await store.commit({ entries: [nodeStopped()] });
      await vi.waitFor(
        async () => expect((await store.readers.log.latestCheckpoint())?.size).toBe(size),
        10_000,
      );
    }
  });

  it('refuses a database put back from an older copy', async () => {
    const { database } = dataPaths(folder.dataDir);
    await (await open()).close();
    copyFileSync(database, `${database}.copy`);
    const store = await open();
    await store.commit({ entries: [nodeStopped()] });
    await store.close();
    copyFileSync(`${database}.copy`, database);
    await expect(folder.open()).rejects.toMatchObject({ code: 'rolled_back' });
  });

  it('begins no new log where a checkpoint says that there was one', async () => {
    const { database } = dataPaths(folder.dataDir);
    await (await open()).close();
    rmSync(database);
    await expect(folder.open()).rejects.toMatchObject({ code: 'rolled_back' });
    await expect(folder.open()).rejects.toMatchObject({ code: 'rolled_back' });
  });

  it('signs nothing that changed in storage after it was written', async () => {
    const store = await open({ checkpointIntervalMs: NEVER_MS });
    await vi.waitFor(async () => expect((await store.readers.log.latestCheckpoint())?.size).toBe(1), 10_000);
    await store.commit({ entries: [nodeStopped(), nodeStopped()] });
    edit(
      "UPDATE entries SET header = CAST(replace(CAST(header AS TEXT), 'signal', 'error') AS BLOB) WHERE idx = 1",
    );
    await store.close();
    expect(await store.died).toMatch(/entry 1/);
    await expect(folder.open()).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('entry 1'),
    });
  });

  it.each([
    ['an entry that no checkpoint covers is gone', 'DELETE FROM entries WHERE idx = 1', 'damaged'],
    [
      'an entry and its leaf were replaced',
      'UPDATE entries SET (header, leaf) = (SELECT header, leaf FROM entries WHERE idx = 2) WHERE idx = 1',
      'damaged',
    ],
  ])('does not start when %s', async (_, sql, code) => {
    const store = await open({ checkpointIntervalMs: NEVER_MS });
    await vi.waitFor(async () => expect((await store.readers.log.latestCheckpoint())?.size).toBe(1), 10_000);
    await store.commit({ entries: [nodeStopped(), nodeStopped()] });
    edit(sql);
    await store.close();
    await expect(folder.open()).rejects.toMatchObject({ name: 'StoreError', code });
  });

  const CUT = `DELETE FROM entries WHERE idx > 0;
    UPDATE log_head SET (size, frontier) = (SELECT size, frontier FROM checkpoints WHERE size = 1),
      last_leaf = (SELECT leaf FROM entries WHERE idx = 0);`;
  it.each([
    ['the tail was cut off', CUT, 'rolled_back'],
    [
      'the tail was cut off with its checkpoints',
      `${CUT} DELETE FROM checkpoints WHERE size > 1`,
      'rolled_back',
    ],
    [
      'the tree of the last checkpoint was changed',
      'UPDATE checkpoints SET frontier = (SELECT frontier FROM checkpoints WHERE size = 1)',
      'damaged',
    ],
    [
      'the last checkpoint was changed',
      "UPDATE checkpoints SET note = replace(note, 'test', 'best')",
      'damaged',
    ],
    ['the root of the last checkpoint was changed', 'UPDATE checkpoints SET root = zeroblob(32)', 'damaged'],
  ])('does not start when %s after it was signed', async (_, sql, code) => {
    const store = await open({ checkpointIntervalMs: NEVER_MS });
    await vi.waitFor(async () => expect((await store.readers.log.latestCheckpoint())?.size).toBe(1), 10_000);
    await store.commit({ entries: [nodeStopped(), nodeStopped()] });
    await store.close();
    edit(sql);
    await expect(folder.open()).rejects.toMatchObject({ name: 'StoreError', code });
  });

  it('does not pretend to have recovered when the log cannot be written', async () => {
    const store = await open({ checkpointIntervalMs: NEVER_MS });
    await store.commit({ entries: [decided(newCall())] });
    edit('UPDATE log_head SET size = 7');
    await expect(recoverOpenCalls(store)).rejects.toThrow(/crash left open/);
  });
});
