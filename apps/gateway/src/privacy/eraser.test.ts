import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { recordCall, recordOutcome } from '../admin/testing/recorded-calls.ts';
import { verifyStoredLog } from '../cli/stored-log.ts';
import { usingArchivedLogs } from '../continuation/archived-logs.ts';
import { dataPaths } from '../store/paths.ts';
import { erasuresFile, placeOf } from '../store/payload/place.ts';
import { createTestFolder, type TestFolder } from '../store/sqlite/testing/folder.ts';
import type { Store } from '../store/store.ts';
import type { CommitRequest, LogWriter } from '../store/types.ts';
import { createAlone } from './alone.ts';
import { type Erasure, type ErasureList, openErasureList } from './erasure-list.ts';
import { createEraser } from './eraser.ts';
import { createLegalHolds } from './holds.ts';
import { createRetention } from './retention.ts';
import type { RetentionRule } from './retention-rules.ts';
import { select } from './selection.ts';

const SUBJECT = 'zelda@example.org';

let folder: TestFolder;
let store: Store;
let backup: string;
beforeEach(async () => {
  folder = await createTestFolder();
  backup = mkdtempSync(join(tmpdir(), 'countersign-backup-'));
  store = await folder.open();
});
afterEach(async () => {
  await store.close();
  folder.remove();
  rmSync(backup, { recursive: true, force: true });
});

const listOf = (): ErasureList => openErasureList(erasuresFile(placeOf(folder.dataDir)), folder.origin);
const eraserOf = (list: ErasureList, writer: LogWriter = store) =>
  createEraser({
    writer,
    readers: store.readers,
    list,
    archives: (work) => usingArchivedLogs(folder.dataDir, store.readers.log, work),
    tell: () => undefined,
  });

async function calls(count: number, subject = SUBJECT): Promise<readonly number[]> {
  const indexes: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const call = await recordCall(store, { subject, params: '{"said":"swordfish"}' });
    await recordOutcome(store, call);
    indexes.push(call.index);
  }
  return indexes;
}

async function erasureOf(subject: string): Promise<Erasure> {
  const found = await select(
    { subject, basis: 'GDPR Art. 17', fields: null, exceptHeld: false },
    Number.MAX_SAFE_INTEGER,
    { readers: store.readers, namesOf: () => [], heldBy: async () => () => null, now: () => 0 },
  );
  if (!found.ok) throw new Error(found.error.message);
  const { targets, keys } = found.value;
  return {
    change: newId('chg'),
    targets,
    keys,
    left: 'agent',
    basis: 'GDPR Art. 17',
    exports: '[]',
    actor: '{}',
  };
}

/** As an erasure takes effect once it was agreed to. */
async function begin(erasure: Erasure, list: ErasureList, persons = [SUBJECT]): Promise<void> {
  list.intend(erasure);
  const result = await store.commit(await eraserOf(list).first(erasure, persons));
  expect(result).toMatchObject({ ok: true });
}

const requestsLeft = async (indexes: readonly number[]): Promise<number> => {
  const entries = await Promise.all(indexes.map((index) => store.readers.log.entry(index)));
  return entries.filter((entry) => entry?.details.some(({ name }) => name === 'request')).length;
};
const redactions = async (): Promise<number> => {
  let count = 0;
  for await (const { header } of store.readers.log.entries())
    if (Buffer.from(header).includes('"kind":"log.redacted"')) count += 1;
  return count;
};
const verified = () => verifyStoredLog(store.readers.log, { vkeys: [folder.vkey], keysFrom: 'store' });

async function reopened(): Promise<void> {
  await store.close();
  store = await folder.open();
}

describe('an erasure that a crash stopped', () => {
  test.each([0, 1, 2, 4, 5, 6])('after %i further commits is finished at the next start', async (commits) => {
    const indexes = await calls(150);
    const list = listOf();
    const erasure = await erasureOf(SUBJECT);
    await begin(erasure, list);
    let left = commits;
    const stopping: LogWriter = {
      commit: (request: CommitRequest) => {
        left -= 1;
        if (left < 0) throw new Error('killed');
        return store.commit(request);
      },
    };
    await eraserOf(list, stopping)
      .goOn()
      .catch(() => undefined);
    await reopened();

    await eraserOf(listOf()).restart();
    expect(await requestsLeft(indexes)).toBe(0);
    expect(await store.readers.payloads.existing(erasure.keys)).toEqual([]);
    expect(await redactions()).toBe(3);
    expect(await verified()).toMatchObject({ verdict: 'consistent', details: { erased: 0 } });
    expect(listOf().all()).toMatchObject([{ state: 'scrubbed' }]);
  });

  test('before it was agreed to is forgotten', async () => {
    const indexes = await calls(2);
    listOf().intend(await erasureOf(SUBJECT));
    await reopened();
    expect(await eraserOf(listOf()).restart()).toEqual({ finished: 0, again: 0 });
    expect(await requestsLeft(indexes)).toBe(2);
  });

  test('in the middle of a line of the list leaves the rest of it', async () => {
    await calls(1);
    const list = listOf();
    const erasure = await erasureOf(SUBJECT);
    list.intend(erasure);
    const { appendFileSync } = await import('node:fs');
    appendFileSync(erasuresFile(placeOf(folder.dataDir)), '{"change":"chg_');
    listOf().mark(erasure.change, 'done');
    expect(listOf().all()).toMatchObject([{ change: erasure.change, state: 'done' }]);
    expect(openErasureList(erasuresFile(placeOf(folder.dataDir)), 'another.example/log').all()).toEqual([]);
  });
});

describe('what a restored backup brings back', () => {
  const files = (): readonly string[] => {
    const { database, checkpoint } = dataPaths(folder.dataDir);
    return [database, checkpoint];
  };
  async function save(...more: readonly string[]): Promise<void> {
    await store.close();
    for (const path of [...files(), ...more]) cpSync(path, join(backup, path.slice(folder.dataDir.length)));
    store = await folder.open();
  }
  async function restore(...more: readonly string[]): Promise<void> {
    await store.close();
    for (const path of [...files(), ...more]) {
      rmSync(`${path}-wal`, { force: true });
      rmSync(`${path}-shm`, { force: true });
      cpSync(join(backup, path.slice(folder.dataDir.length)), path);
    }
    store = await folder.open();
  }

  test.each([
    ['with the keys of that time', true],
    ['without them', false],
  ])('is erased again, %s', async (_what, withKeys) => {
    const keys = withKeys ? [placeOf(folder.dataDir).keys] : [];
    const indexes = await calls(3);
    const others = await calls(2, 'marco@example.org');
    await save(...keys);
    const list = listOf();
    const erasure = await erasureOf(SUBJECT);
    await begin(erasure, list);
    await eraserOf(list).goOn();
    await restore(...keys);

    expect(await requestsLeft(indexes)).toBe(withKeys ? 3 : 0);
    expect((await store.readers.calls.page({ subject: SUBJECT }, { limit: 10 })).calls).toHaveLength(3);
    expect(await eraserOf(listOf()).restart()).toEqual({ finished: 0, again: 1 });
    expect(await requestsLeft(indexes)).toBe(0);
    expect(await requestsLeft(others)).toBe(2);
    expect((await store.readers.calls.page({ subject: SUBJECT }, { limit: 10 })).calls).toHaveLength(0);
    expect(await store.readers.payloads.existing(erasure.keys)).toEqual([]);
    expect(await verified()).toMatchObject({ verdict: 'consistent', details: { erased: 0 } });
    expect(await eraserOf(listOf()).restart()).toEqual({ finished: 0, again: 0 });
  });

  test.each([
    ['with the keys of that time', true],
    ['without them', false],
  ])(
    'is erased again where another erasure had given it another key meanwhile, %s',
    async (_what, withKeys) => {
      const keys = withKeys ? [placeOf(folder.dataDir).keys] : [];
      const [first = 0, second = 0] = await calls(2);
      const kept = await calls(1);
      await save(...keys);
      const list = listOf();
      for (const index of [first, second]) {
        const { targets, ...rest } = await erasureOf(SUBJECT);
        const own = targets.filter((target) => target.index === index);
        const sealed = await store.readers.payloads.sealedOf([index]);
        await begin({ ...rest, targets: own, keys: sealed.map(({ key }) => key), left: 'holder' }, list, []);
        await eraserOf(list).goOn();
      }
      await restore(...keys);

      const { again } = await eraserOf(listOf()).restart();
      expect([again, await requestsLeft([first, second])]).toEqual([withKeys ? 2 : 1, 0]);
      expect(await requestsLeft(kept)).toBe(withKeys ? 1 : 0);
      expect(await verified()).toMatchObject({ verdict: 'consistent', details: { erased: 0 } });
      expect(await eraserOf(listOf()).restart()).toEqual({ finished: 0, again: 0 });
    },
  );

  test('is erased again where the gateway was stopped before the erasure was through', async () => {
    const keys = placeOf(folder.dataDir).keys;
    const indexes = await calls(2);
    await save(keys);
    const list = listOf();
    const erasure = await erasureOf(SUBJECT);
    await begin(erasure, list);
    list.mark(erasure.change, 'begun');
    await restore(keys);

    expect(await eraserOf(listOf()).restart()).toEqual({ finished: 0, again: 1 });
    expect(await requestsLeft(indexes)).toBe(0);
  });
});

describe('retention', () => {
  const DAY_MS = 86_400_000;
  const rule = (match: RetentionRule['match'], days: number, of: RetentionRule['of'] = 'calls') => ({
    of,
    match,
    payloadsMs: days * DAY_MS,
    text: JSON.stringify({ of, match, days }),
  });
  const alone = createAlone();
  const holdsOf = (now: () => number) =>
    createLegalHolds({ writer: store, reads: store.readers.holds, alone, now });
  const retentionOf = (rules: readonly RetentionRule[], now: () => number) =>
    createRetention({
      rules,
      writer: store,
      readers: store.readers,
      heldBy: () => holdsOf(now).heldBy(),
      alone,
      now,
    });

  test('takes what is old enough by the first rule that fits, and nothing else', async () => {
    folder.setClock(DAY_MS);
    const old = await calls(140);
    const running = await recordCall(store, { subject: SUBJECT, params: '{}' });
    folder.setClock(5 * DAY_MS);
    const young = await calls(2);
    let now = 5 * DAY_MS;
    const retention = retentionOf([rule({ agent: 'nobody' }, 1), rule({}, 3)], () => now);
    const keys = (await store.readers.payloads.sealedOf(old)).map(({ key }) => key);
    await retention.tick();
    expect(await requestsLeft(old)).toBe(0);
    expect(await requestsLeft([...young, running.index])).toBe(3);
    expect(await verified()).toMatchObject({ verdict: 'consistent', details: { erased: 0 } });
    const size = store.health().size;
    await retention.tick();
    expect(store.health().size).toBe(size);

    // The day's key goes once nothing is sealed with it: one call of that day still runs.
    expect(await store.readers.payloads.existing([...new Set(keys)])).toHaveLength(1);
    await recordOutcome(store, running);
    await createRetention({
      rules: [rule({}, 3)],
      writer: store,
      readers: store.readers,
      heldBy: async () => () => null,
      alone,
      now: () => now,
    }).again();
    now = 20 * DAY_MS;
    await retention.again();
    await retention.tick();
    expect(await store.readers.payloads.existing([...new Set(keys)])).toEqual([]);
    expect(await requestsLeft([...young, running.index])).toBe(0);
  });

  test.each([
    ['in the same run', false],
    ['after a restart', true],
  ])('comes back to a call that was not over when it looked, %s', async (_what, isRestarted) => {
    folder.setClock(DAY_MS);
    const running = await recordCall(store, { subject: SUBJECT, params: '{}' });
    const others = await calls(3);
    let retention = retentionOf([rule({}, 3)], () => 9 * DAY_MS);
    await retention.tick();
    expect(await requestsLeft([running.index, ...others])).toBe(1);
    await retention.tick();
    expect(await requestsLeft([running.index])).toBe(1);
    if (isRestarted) retention = retentionOf([rule({}, 3)], () => 9 * DAY_MS);
    await recordOutcome(store, running);
    await retention.tick();
    expect(await requestsLeft([running.index])).toBe(0);
    expect(await verified()).toMatchObject({ verdict: 'consistent', details: { erased: 0 } });
  });

  test('takes a call as a whole, by the rule that fitted before its decision went, once all of it is old enough', async () => {
    folder.setClock(DAY_MS);
    const call = await recordCall(store, { subject: SUBJECT, params: '{"said":"swordfish"}' });
    folder.setClock(3 * DAY_MS);
    await recordOutcome(store, call);
    let now = 5 * DAY_MS;
    const retention = retentionOf([rule({ subject: SUBJECT }, 3), rule({}, 300)], () => now);
    const namesOf = async (index: number) =>
      (await store.readers.log.entry(index))?.details.map(({ name }) => name) ?? [];
    await retention.tick();
    expect([await requestsLeft([call.index]), await namesOf(call.index + 1)]).toEqual([1, ['result']]);
    now = 7 * DAY_MS;
    await retention.tick();
    expect([await requestsLeft([call.index]), await namesOf(call.index + 1)]).toEqual([0, []]);
    expect(await verified()).toMatchObject({ verdict: 'consistent', details: { erased: 0 } });
  });

  test('leaves what a legal hold keeps, until that is lifted', async () => {
    folder.setClock(DAY_MS);
    const indexes = await calls(3);
    const now = () => 9 * DAY_MS;
    const holds = holdsOf(now);
    const set = await holds.set({ query: `subject:${SUBJECT}`, reason: 'case 1', user: { name: 'omar' } });
    const retention = retentionOf([rule({}, 3)], now);
    await retention.tick();
    expect(await requestsLeft(indexes)).toBe(3);
    if (!set.ok) throw new Error(set.error.message);
    await holds.lift({ hold: set.value.id, reason: 'settled', user: { name: 'omar' } });
    await retention.again();
    await retention.tick();
    expect(await requestsLeft(indexes)).toBe(0);
  });

  test('takes entries of no call by a rule of their own, and never a redaction', async () => {
    folder.setClock(DAY_MS);
    await calls(1);
    const retention = retentionOf([rule({}, 1), rule({}, 2, 'other')], () => 9 * DAY_MS);
    await retention.tick();
    const kinds: string[] = [];
    for await (const { header, details } of store.readers.log.entries())
      if (details.length > 0)
        kinds.push(String(/"kind":"([a-z._]+)"/.exec(Buffer.from(header).toString())?.[1]));
    expect(new Set(kinds)).toEqual(new Set(['log.opened', 'call.decided', 'log.redacted']));
    await vi.waitFor(async () => expect(await verified()).toMatchObject({ verdict: 'consistent' }));
  });

  test('destroys nothing after a hold on it was recorded, whenever that was asked for', async () => {
    folder.setClock(DAY_MS);
    const indexes = await calls(3);
    const now = () => 9 * DAY_MS;
    const holds = holdsOf(now);
    const asked: Promise<unknown>[] = [];
    const retention = createRetention({
      rules: [rule({}, 3)],
      writer: store,
      readers: store.readers,
      async heldBy() {
        const heldBy = await holds.heldBy();
        if (asked.length === 0)
          asked.push(holds.set({ query: `subject:${SUBJECT}`, reason: 'case 1', user: { name: 'omar' } }));
        return heldBy;
      },
      alone,
      now,
    });
    await retention.tick();
    await Promise.all(asked);
    const kinds: string[] = [];
    for await (const { header } of store.readers.log.entries(indexes.at(-1)))
      kinds.push(String(/"kind":"([a-z._]+)"/.exec(Buffer.from(header).toString())?.[1]));
    expect(kinds.slice(-2)).toEqual(['log.redacted', 'legal_hold.changed']);
  });

  test('leaves the keys to the archive of a log that this one continues', async () => {
    folder.setClock(DAY_MS);
    const archived = await store.readers.payloads.sealedOf(await calls(2));
    const keys = [...new Set(archived.map(({ key }) => key))];
    await store.close();
    const { database, checkpoint } = dataPaths(folder.dataDir);
    for (const path of [database, checkpoint]) rmSync(path);
    folder.setClock(5 * DAY_MS);
    store = await folder.open({ opening: { continues: '{}', entries: [], replaces: null } });
    folder.setClock(6 * DAY_MS);
    const indexes = await calls(2);
    const own = (await store.readers.payloads.sealedOf(indexes)).map(({ key }) => key);

    await retentionOf([rule({}, 3)], () => 20 * DAY_MS).tick();
    expect(await requestsLeft(indexes)).toBe(0);
    expect(await store.readers.payloads.existing([...new Set(own)])).toEqual([]);
    expect(await store.readers.payloads.existing(keys)).toEqual(keys);
  });
});
