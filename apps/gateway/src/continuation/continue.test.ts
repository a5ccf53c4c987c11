import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  type EntryHeader,
  isDigest,
  newId,
  parseCheckpoint,
  parseEntry,
  verifyLog,
} from '@countersign/audit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../cli/testing/command-line.ts';
import { openNodeKeys } from '../start/keys.ts';
import { logOrigin } from '../start/origin.ts';
import { placeOf } from '../store/payload/place.ts';
import { dataPaths } from '../store/paths.ts';
import type { Store } from '../store/store.ts';
import { openStore } from '../store/sqlite/requests/client.ts';
import { migrate } from '../store/sqlite/migrate.ts';
import { createTestFolder, type TestFolder } from '../store/sqlite/testing/folder.ts';
import { completed, decided, newCall, nodeStopped } from '../store/testing-drafts.ts';
import { NEWEST_KNOWN } from './archive.ts';
import { journalPath } from './journal.ts';
import { CARRIED, LEFT } from './tables.ts';
import { approvalRow, changeRow, EXPOSURE, policyRows, SESSION, TOKEN } from './testing-state.ts';

const FROM = 'test.example/log';
const TO = 'test.example/log-2';

describe('a log that goes on under another name', () => {
  let folder: TestFolder;
  let dataDir: string;
  const stores: Store[] = [];
  beforeEach(async () => {
    folder = await createTestFolder();
    ({ dataDir } = folder);
    writeFileSync(join(dataDir, 'origin'), `${FROM}\n`);
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    folder.remove();
  });

  /** As a gateway opens it: by the name and the keys in the folder. */
  async function open(): Promise<Store> {
    const origin = await logOrigin(dataDir, null);
    const keys = await openNodeKeys(dataDir, origin);
    const options = { origin, node: folder.node, payload: placeOf(dataDir), now: Date.now };
    const store = await openStore({ ...options, dataDir, checkpointKey: keys.checkpoint.skey });
    stores.push(store);
    return store;
  }
  const written = async (write: (store: Store) => Promise<unknown>): Promise<void> => {
    const store = await open();
    await write(store);
    await store.close();
  };
  const entries = (count: number) => async (store: Store) => {
    for (let i = 0; i < count; i += 1) await store.commit({ entries: [nodeStopped()] });
  };
  const continued = (...more: string[]) =>
    runCommand(['log', 'continue', '--origin', TO, '--reason', 'disk died', '--yes', '--json', ...more], {
      env: { COUNTERSIGN_DATA: dataDir },
      cwd: dataDir,
    });
  const archiveIn = (out: string): string => (JSON.parse(out) as { archive: string }).archive;
  const verified = async (path: string, ...more: string[]) => {
    const { code, out } = await runCommand(['verify', path, '--json', ...more], { cwd: dataDir });
    return { code, report: JSON.parse(out) as { size: number; origin: string; firstFailure: object | null } };
  };
  async function headers(store: Store): Promise<EntryHeader[]> {
    const found: EntryHeader[] = [];
    for await (const { header } of store.readers.log.entries()) {
      const entry = parseEntry(header);
      if (entry.ok) found.push(entry.value);
    }
    return found;
  }
  async function continuesOf(store: Store): Promise<Record<string, unknown>> {
    const first = await store.readers.log.entry(0);
    const value = first?.details.find(({ name }) => name === 'continues')?.value;
    return JSON.parse(Buffer.from(value ?? new Uint8Array()).toString()) as Record<string, unknown>;
  }
  /** A database put back from a copy that lacks the last three entries. */
  async function restored(before: (store: Store) => Promise<unknown> = entries(1)): Promise<void> {
    const { database } = dataPaths(dataDir);
    await written(before);
    copyFileSync(database, `${database}.copy`);
    await written(entries(3));
    renameSync(`${database}.copy`, database);
  }

  it('names the newest head known of the one before, and what was lost', async () => {
    await restored();
    const newest = readFileSync(dataPaths(dataDir).checkpoint, 'utf8');
    await expect(open()).rejects.toMatchObject({ code: 'rolled_back' });
    const { code, out, err } = await continued();
    expect([code, err]).toEqual([0, expect.stringContaining('log.origin')]);

    const store = await open();
    const kept = parseCheckpoint(newest);
    expect(await continuesOf(store)).toMatchObject({
      origin: FROM,
      size: kept.ok ? kept.value.size : -1,
      note: newest,
      known: 'kept',
      restored: { size: 2 },
      reason: 'disk died',
    });
    const [first, second] = await headers(store);
    expect(first).toMatchObject({ kind: 'log.opened', index: 0 });
    expect(second).toMatchObject({ kind: 'log.gap', body: { reason: 'restored', from: 2, to: 5 } });
    expect((await store.readers.log.latestCheckpoint())?.note).toContain(TO);
    await store.close();

    expect(await verified(dataDir)).toMatchObject({ code: 0, report: { origin: TO, firstFailure: null } });
    const archive = archiveIn(out);
    expect(await verified(archive)).toMatchObject({
      code: 0,
      report: { origin: FROM, size: 2, firstFailure: null },
    });
    // And whoever holds the newest checkpoint sees what the one before has lost.
    const lost = await verified(archive, '--checkpoint', join(archive, NEWEST_KNOWN));
    expect(lost).toMatchObject({ code: 1, report: { firstFailure: { code: 'tail_missing' } } });
  });

  it('carries state over, and closes what was open', async () => {
    const [open_, done] = [newCall(), newCall()];
    const [live, used, change] = [newId('apr'), newId('apr'), newId('chg')];
    await restored(async (store) => {
      const answer = await store.commit({
        entries: [decided(open_), decided(done)],
        changes: [
          approvalRow(live, 'pending', open_.call),
          approvalRow(used, 'consumed', open_.call),
          changeRow(change),
          TOKEN,
          EXPOSURE,
          SESSION,
        ],
      });
      expect(answer.ok).toBe(true);
      await store.commit({ entries: [completed(done, 2)] });
    });
    expect((await continued()).code).toBe(0);

    const store = await open();
    const told = (await headers(store)).map(({ kind, call, body }) => ({ kind, call, body }));
    expect(told).toContainEqual({
      kind: 'call.unknown',
      call: open_.call,
      body: { reason: 'unrecorded', decided: 1 },
    });
    expect(told).toContainEqual(
      expect.objectContaining({
        kind: 'approval.closed',
        body: { approval: live, state: 'withdrawn', previous: 'pending', user: null },
      }),
    );
    expect(told).toContainEqual(
      expect.objectContaining({ kind: 'change.closed', body: { change, state: 'withdrawn' } }),
    );
    expect(told.filter(({ kind }) => kind === 'call.unknown' || kind === 'approval.closed')).toHaveLength(2);
    await store.close();

    const db = new Database(dataPaths(dataDir).database, { readonly: true });
    const all = (sql: string): unknown[] => db.prepare(sql).pluck().all();
    expect(all('SELECT user_name FROM admin_tokens')).toEqual(['fiona']);
    expect(all('SELECT label FROM exposures')).toEqual(['pii']);
    expect(all('SELECT state FROM approvals ORDER BY state')).toEqual(['consumed', 'withdrawn']);
    expect(all('SELECT state FROM changes')).toEqual(['withdrawn']);
    expect(all('SELECT count(*) FROM sessions UNION ALL SELECT count(*) FROM calls')).toEqual([0, 0]);
    db.close();
    expect((await verified(dataDir)).code).toBe(0);
  });

  it('says which policy goes on to be in force, since decisions name it by its digest', async () => {
    const set = 'a'.repeat(64);
    if (!isDigest(set)) throw new Error('no digest');
    const body = { set, previous: null, schema: null, cause: 'folder', change: null } as const;
    const details = { sources: '[]', author: '{}', diff: '[]', broken: '[]' };
    await restored((store) =>
      store.commit({
        entries: [{ kind: 'policy.activated', call: null, agent: null, chain: null, body, details }],
        changes: policyRows(set, '["one"]'),
      }),
    );
    await continued();
    const store = await open();
    const at = (await headers(store)).findIndex(({ kind }) => kind === 'policy.activated');
    expect((await headers(store))[at]?.body).toEqual(body);
    const sources = (await store.readers.log.entry(at))?.details.find(
      ({ name }) => name === 'sources',
    )?.value;
    expect(Buffer.from(sources ?? '').toString()).toBe('["one"]');
  });

  it.each([
    ['gone', (head: string) => rmSync(head)],
    ['torn', (head: string) => writeFileSync(head, 'torn')],
  ])(
    'goes on where the head kept outside is %s, by the newest checkpoint that there is',
    async (_what, damage) => {
      await written(entries(2));
      const { checkpoint } = dataPaths(dataDir);
      damage(checkpoint);
      await expect(open()).rejects.toMatchObject({ code: 'head_missing' });
      expect((await continued()).code).toBe(0);
      const store = await open();
      expect(await continuesOf(store)).toMatchObject({ known: 'database', size: 3, restored: { size: 3 } });
      expect((await headers(store)).some(({ kind }) => kind === 'log.gap')).toBe(false);
    },
  );

  it('believes a checkpoint that was held elsewhere, if the log’s key signed it', async () => {
    await restored();
    const { checkpoint } = dataPaths(dataDir);
    const held = join(dataDir, 'held');
    renameSync(checkpoint, held);
    writeFileSync(join(dataDir, 'forged'), readFileSync(held, 'utf8').replace('\n5\n', '\n6\n'));
    const forged = await continued('--checkpoint', 'forged');
    expect([forged.code, forged.err]).toEqual([2, expect.stringContaining('--checkpoint')]);
    expect((await continued('--checkpoint', 'held')).code).toBe(0);
    expect(await continuesOf(await open())).toMatchObject({ known: 'given', size: 5 });
  });

  it('says that it is not known what was lost when another history was signed', async () => {
    const { database, checkpoint } = dataPaths(dataDir);
    await written(entries(1));
    copyFileSync(database, `${database}.copy`);
    copyFileSync(checkpoint, `${checkpoint}.copy`);
    await written(entries(1));
    renameSync(checkpoint, `${checkpoint}.signed`);
    renameSync(`${database}.copy`, database);
    renameSync(`${checkpoint}.copy`, checkpoint);
    await written(entries(4));
    renameSync(`${checkpoint}.signed`, checkpoint);
    await expect(open()).rejects.toMatchObject({ code: 'forked' });
    expect((await continued()).code).toBe(0);
    const store = await open();
    expect(await continuesOf(store)).toMatchObject({ known: 'kept', size: 3, restored: { size: 6 } });
    expect(await headers(store)).toContainEqual(
      expect.objectContaining({ kind: 'log.gap', body: { reason: 'restored', from: 0, to: 3 } }),
    );
  });

  it('is refused under the same name, without a reason, while a gateway runs, and unless somebody says yes', async () => {
    const store = await open();
    const cli = (...line: string[]) => runCommand(['log', 'continue', '--data', dataDir, ...line]);
    expect(await cli('--origin', FROM, '--reason', 'x', '--yes')).toMatchObject({ code: 1 });
    expect((await cli('--origin', TO, '--yes')).err).toContain('--reason');
    expect((await cli('--origin', 'No Name', '--reason', 'x', '--yes')).err).toContain('--origin');
    expect((await cli('--origin', TO, '--reason', 'x')).err).toContain('--yes');
    const running = await continued();
    expect([running.code, running.err]).toEqual([2, expect.stringContaining('another process')]);
    expect(existsSync(journalPath(dataDir))).toBe(false);
    await store.close();
    await written(entries(1));
  });

  it('is finished by saying it again when it was interrupted, and lets no gateway start before', async () => {
    await restored();
    const blocked = join(dataDir, 'checkpoint.new');
    mkdirSync(blocked);
    expect((await continued()).code).not.toBe(0);
    await expect(logOrigin(dataDir, null)).rejects.toThrow(/run it again/);
    await expect(logOrigin(dataDir, TO)).rejects.toThrow(/run it again/);
    rmSync(blocked, { recursive: true });
    expect((await continued('--origin', 'third.example/log')).code).toBe(1);
    const { code, out } = await continued();
    expect(code).toBe(0);
    const store = await open();
    expect(await continuesOf(store)).toMatchObject({ origin: FROM, restored: { size: 2 } });
    expect((await headers(store)).filter(({ kind }) => kind === 'log.opened')).toHaveLength(1);
    await store.close();
    expect((await verified(archiveIn(out))).report.firstFailure).toBeNull();
  });

  it('builds nothing anew once its first head is kept', async () => {
    await restored();
    const { out } = await continued();
    const archive = archiveIn(out).slice(dataDir.length + 1);
    await written(entries(2));
    const journal = {
      from: FROM,
      to: TO,
      reason: 'disk died',
      user: 'x',
      archive,
      known: null,
      knownFrom: 'nobody',
      startedAt: 1,
    };
    writeFileSync(journalPath(dataDir), JSON.stringify(journal));
    expect((await continued()).code).toBe(0);
    const store = await open();
    expect((await headers(store)).filter(({ kind }) => kind === 'node.stopped')).toHaveLength(2);
    expect((await verifyLog(store.readers.log.entries(), { origin: TO })).firstFailure).toBeNull();
  });

  it('may be done twice', async () => {
    await restored();
    await continued();
    await written(entries(1));
    const again = await runCommand(
      ['log', 'continue', '--data', dataDir, '--origin', 'third.example/log', '--reason', 'x', '--yes'],
      {},
    );
    expect(again.code).toBe(0);
    expect(await continuesOf(await open())).toMatchObject({ origin: TO });
    await stores.at(-1)?.close();
    const former = ['log', 'continue', '--data', dataDir, '--origin', FROM, '--reason', 'x', '--yes'];
    expect(await runCommand(former, {})).toMatchObject({ code: 1, err: expect.stringContaining(FROM) });
  });

  it('has decided of every table whether it goes over', () => {
    const db = new Database(':memory:');
    migrate(db);
    const tables = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .pluck()
      .all();
    expect([...CARRIED, ...LEFT].toSorted()).toEqual(tables);
    db.close();
  });
});
