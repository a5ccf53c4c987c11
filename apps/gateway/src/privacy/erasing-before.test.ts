import {
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { newId } from '@countersign/audit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordCall, recordOutcome } from '../admin/testing/recorded-calls.ts';
import { runCommand } from '../cli/testing/command-line.ts';
import { type ArchivedLog, usingArchivedLogs } from '../continuation/archived-logs.ts';
import { openNodeKeys } from '../start/keys.ts';
import { logOrigin } from '../start/origin.ts';
import { dataPaths } from '../store/paths.ts';
import { erasuresFile, placeOf } from '../store/payload/place.ts';
import type { Store } from '../store/store.ts';
import { openStore } from '../store/sqlite/requests/client.ts';
import { createTestFolder, type TestFolder } from '../store/sqlite/testing/folder.ts';
import { approvalRow, reviewed } from '../store/testing-drafts.ts';
import { createEraser } from './eraser.ts';
import { type Erasure, openErasureList } from './erasure-list.ts';
import { select } from './selection.ts';

const SUBJECT = 'zelda@example.org';
const SECRET = 'swordfish';
const FROM = 'test.example/log';
const TO = 'test.example/log-2';

let folder: TestFolder;
let dataDir: string;
let store: Store;
beforeEach(async () => {
  folder = await createTestFolder();
  ({ dataDir } = folder);
  writeFileSync(join(dataDir, 'origin'), `${FROM}\n`);
  await open();
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

async function open(): Promise<void> {
  const origin = await logOrigin(dataDir, null);
  const keys = await openNodeKeys(dataDir, origin);
  const options = { origin, node: folder.node, payload: placeOf(dataDir), now: Date.now };
  store = await openStore({ ...options, dataDir, checkpointKey: keys.checkpoint.skey });
}

const listOf = async () =>
  openErasureList(erasuresFile(placeOf(dataDir)), (await store.readers.log.head()).origin);
const eraserOf = async () =>
  createEraser({
    writer: store,
    readers: store.readers,
    list: await listOf(),
    archives: (work) => usingArchivedLogs(dataDir, store.readers.log, work),
    tell: (message) => {
      throw new Error(message);
    },
  });

async function calls(count: number, subject: string): Promise<readonly number[]> {
  const indexes: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const call = await recordCall(store, { subject, params: `{"said":"${SECRET}"}` });
    await recordOutcome(store, call);
    indexes.push(call.index);
  }
  return indexes;
}

/** A request for approval of a call, as it is kept once it was granted and used. */
async function approved(subject: string) {
  const recorded = await recordCall(store, { subject });
  await recordOutcome(store, recorded);
  const approval = newId('apr');
  const ids = { call: recorded.call, chain: recorded.chain, agent: newId('agt') };
  const shown = JSON.stringify({
    sentence: SECRET,
    operation: '',
    upstream: '',
    resource: '',
    params: SECRET,
    owner: null,
  });
  const review = reviewed(ids, approval, 'approve');
  const by = { id: 'rev', reviewer_uid: review.body.reviewer, reviewer: subject, reason: SECRET };
  const committed = await store.commit({
    entries: [{ ...review, details: { reason: SECRET, reviewer: JSON.stringify({ name: subject }) } }],
    changes: [
      { insert: 'approvals', row: { ...approvalRow(ids, approval, { shown }), subject, state: 'consumed' } },
      { insert: 'reviews', row: { ...by, approval, verdict: 'approve', reviewed_at: 1 } },
    ],
  });
  if (!committed.ok) throw new Error(committed.code);
  return { approval, review: committed.receipts[0]?.index ?? -1 };
}

/** Everything of the subject, as it takes effect once two people agreed. Returns the keys that went. */
async function eraseAll(): Promise<readonly number[]> {
  const found = await select(
    { subject: SUBJECT, basis: 'GDPR Art. 17', fields: null, exceptHeld: false },
    Number.MAX_SAFE_INTEGER,
    { readers: store.readers, namesOf: () => [], heldBy: async () => () => null, now: Date.now },
  );
  if (!found.ok) throw new Error(found.error.message);
  const { targets, keys } = found.value;
  const said = { basis: 'GDPR Art. 17', exports: '[]', actor: '{}', left: 'agent' } as const;
  const erasure: Erasure = { ...said, change: newId('chg'), targets, keys };
  const eraser = await eraserOf();
  (await listOf()).intend(erasure);
  expect(await store.commit(await eraser.first(erasure, [SUBJECT]))).toMatchObject({ ok: true });
  (await listOf()).mark(erasure.change, 'begun');
  await (await eraserOf()).goOn();
  return keys;
}

const inArchive = <T>(work: (log: ArchivedLog) => Promise<T>): Promise<T> =>
  usingArchivedLogs(dataDir, store.readers.log, async ({ logs: [log] }) => {
    if (log === undefined) throw new Error('there is no archive');
    return work(log);
  });
const requestsLeft = async (indexes: readonly number[]): Promise<number> =>
  inArchive(async ({ readers }) => {
    const entries = await Promise.all(indexes.map((index) => readers.log.entry(index)));
    return entries.filter((entry) => entry?.details.some(({ name }) => name === 'request')).length;
  });
const continued = async (): Promise<void> => {
  const line = ['log', 'continue', '--origin', TO, '--reason', 'disk died', '--yes', '--json'];
  const { code, err } = await runCommand(line, { env: { COUNTERSIGN_DATA: dataDir }, cwd: dataDir });
  expect([code, err]).toEqual([0, expect.any(String)]);
};
/** What a verifier says of the values alone: what these tests record follows from no policy. */
const valuesOf = async (path: string) => {
  const { out } = await runCommand(['verify', path, '--json', '--no-replay'], { cwd: dataDir });
  const { details, levels } = JSON.parse(out) as {
    details: Readonly<Record<string, number>>;
    levels: { details: { state: string } };
  };
  return { ...details, state: levels.details.state };
};
function filesWith(text: string, from = dataDir): readonly string[] {
  return readdirSync(from).flatMap((name) => {
    const path = join(from, name);
    if (statSync(path).isDirectory()) return filesWith(text, path);
    return readFileSync(path).includes(text) ? [path] : [];
  });
}

describe('what was erased before a log went on under another name', () => {
  test.each([
    ['and its keys with it', true, true],
    ['without its keys', false, true],
    ['by a ceremony that came no further', true, false],
  ])(
    'and came back with a backup, %s, is erased again from the archive and from what was carried over',
    async (_what, withKeys, isByCeremony) => {
      const { database } = dataPaths(dataDir);
      const { keys } = placeOf(dataDir);
      const indexes = await calls(3, SUBJECT);
      const others = await calls(2, 'marco@example.org');
      const { approval, review } = await approved(SUBJECT);
      await store.close();
      copyFileSync(database, `${database}.copy`);
      copyFileSync(keys, `${keys}.copy`);
      await open();
      const gone = await eraseAll();
      expect(await store.readers.payloads.existing(gone)).toEqual([]);
      await store.close();
      renameSync(`${database}.copy`, database);
      if (withKeys) renameSync(`${keys}.copy`, keys);
      else rmSync(`${keys}.copy`);
      const list = erasuresFile(placeOf(dataDir));
      if (!isByCeremony) renameSync(list, `${list}.aside`);
      await continued();
      if (!isByCeremony) renameSync(`${list}.aside`, list);
      await open();
      const came = (await store.readers.approvals.get(approval))?.subject;
      expect(came).toBe(isByCeremony ? '' : SUBJECT);
      expect(await (await eraserOf()).restart()).toEqual({ finished: 0, again: isByCeremony ? 0 : 1 });
      expect(await requestsLeft(indexes)).toBe(0);
      expect(await requestsLeft(others)).toBe(2);
      const left = await inArchive(async ({ readers }) => readers.log.entry(review));
      expect(left).toMatchObject({ details: [] });
      expect(await store.readers.payloads.existing(gone)).toEqual([]);
      const kept = await store.readers.approvals.get(approval);
      expect(kept).toMatchObject({ subject: '' });
      expect(JSON.stringify(kept)).not.toContain(SECRET);
      expect([filesWith(SUBJECT), filesWith(SECRET)]).toEqual([[], []]);
      expect(await (await eraserOf()).restart()).toEqual({ finished: 0, again: 0 });

      const [archive] = readdirSync(join(dataDir, 'archive'));
      const old = await valuesOf(join(dataDir, 'archive', archive ?? ''));
      expect(old).toMatchObject({ state: 'passed', erased: 0, tampered: 0, withheld: 0 });
      expect(old).toMatchObject({ redacted: expect.toSatisfy((count: number) => count > 20) });
      expect(await valuesOf(dataDir)).toMatchObject({ state: 'passed', erased: 0, withheld: 0 });
    },
  );

  test('is listed by an entry of the log that goes on, and what nobody listed is missing', async () => {
    await calls(1, SUBJECT);
    await store.close();
    await continued();
    await open();
    const [archive = ''] = readdirSync(join(dataDir, 'archive'));
    await store.commit({
      entries: [],
      payloads: [{ archive: `archive/${archive}`, changes: [{ erase: 1, names: null, left: 'holder' }] }],
    });
    expect(await valuesOf(join(dataDir, 'archive', archive))).toMatchObject({ state: 'failed' });
  });
});

test('a key store that was put back from an older copy gets its destroyed keys destroyed again', async () => {
  await calls(2, SUBJECT);
  const { keys } = placeOf(dataDir);
  await store.close();
  copyFileSync(keys, `${keys}.copy`);
  await open();
  const gone = await eraseAll();
  await store.close();
  renameSync(`${keys}.copy`, keys);
  await expect(open()).rejects.toThrow(/lacks keys to stored values.*keys abandon/);
  const given = await runCommand(['keys', 'abandon', '--reason', 'an old copy is all there is', '--yes'], {
    env: { COUNTERSIGN_DATA: dataDir },
    cwd: dataDir,
  });
  expect([given.code, given.err]).toEqual([0, expect.stringContaining('can never be read again')]);
  await open();
  expect(await store.readers.payloads.existing(gone)).toEqual(gone);
  await (await eraserOf()).restart();
  expect(await store.readers.payloads.existing(gone)).toEqual([]);
});

test('what was moved to an archive of old entries goes with the keys of the person, and that is listed', async () => {
  const indexes = await calls(2, SUBJECT);
  const others = await calls(1, 'marco@example.org');
  const moved = await store.readers.payloads.sealedOf(indexes);
  const kept = await store.readers.payloads.sealedOf(others);
  await store.close();
  const db = new Database(dataPaths(dataDir).database);
  for (const { index, key } of moved) {
    db.prepare('INSERT INTO archived_values (idx, key) VALUES (?, ?)').run(index, key);
    db.prepare('DELETE FROM payloads WHERE idx = ?').run(index);
  }
  db.close();
  await open();
  const gone = await eraseAll();
  expect(await store.readers.payloads.existing(gone)).toEqual([]);
  expect(gone).toEqual(expect.arrayContaining(moved.map(({ key }) => key)));
  expect(await store.readers.payloads.existing(kept.map(({ key }) => key))).toHaveLength(1);
  expect(await valuesOf(dataDir)).toMatchObject({ state: 'passed', erased: 0 });
});

test('an erasure that was written down and never agreed to leaves nothing to be done', async () => {
  await calls(1, SUBJECT);
  const said = { basis: 'x', exports: '[]', actor: '{}', left: 'agent' } as const;
  const list = await listOf();
  list.intend({ ...said, change: newId('chg'), targets: [{ index: 1, names: ['request'] }], keys: [] });
  const eraser = createEraser({
    writer: store,
    readers: store.readers,
    list,
    archives: (work) => work({ logs: [], unreached: [] }),
    tell: () => undefined,
  });
  expect(eraser.isBehind()).toBe(true);
  await eraser.restart();
  expect(eraser.isBehind()).toBe(false);
  expect((await listOf()).all()).toMatchObject([{ state: 'dropped' }]);
});
