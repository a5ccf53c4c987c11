// What somebody did about a call of another person, or about a change: it is theirs, goes when they are to be forgotten, however
// often it was sealed anew before that, and stays while it is theirs that a legal hold keeps.
import { type EntryDraft, newId } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordCall, recordOutcome } from '../admin/testing/recorded-calls.ts';
import { usingArchivedLogs } from '../continuation/archived-logs.ts';
import { DONE_BY, subjectHolder } from '../store/payload/holder-name.ts';
import { erasuresFile, placeOf } from '../store/payload/place.ts';
import { createTestFolder, type TestFolder } from '../store/sqlite/testing/folder.ts';
import type { Store } from '../store/store.ts';
import { approvalRow } from '../store/testing-drafts.ts';
import { createAlone } from './alone.ts';
import { openErasureList } from './erasure-list.ts';
import { createEraser } from './eraser.ts';
import { createLegalHolds } from './holds.ts';
import { createRetention } from './retention.ts';
import { select, type Selection } from './selection.ts';

const MARCO = 'marco@example.org';
const ZELDA = 'zelda@example.org';
const DAY_MS = 86_400_000;

/** Each records calls one by one, on a machine that may be busy. */
const HOOK_MS = 60_000;

let folder: TestFolder;
let store: Store;
/** A call of marco's, and by kind the entry of what zelda did about it, or about a change. */
let call: string;
let done: ReadonlyMap<string, number>;
/** What her review was of, as the state tables have it. */
let reviewed: string;
beforeEach(async () => {
  folder = await createTestFolder();
  store = await folder.open();
  folder.setClock(DAY_MS);
  const recorded = await recordCall(store, { subject: MARCO, params: '{"said":"of marco"}' });
  await recordOutcome(store, recorded);
  ({ call } = recorded);
  const ids = { call: recorded.call, chain: recorded.chain, agent: newId('agt') };
  const nobody = { call: null, chain: null, agent: null };
  const name = JSON.stringify({ name: ZELDA });
  const user = newId('usr');
  const approval = newId('apr');
  const drafts: readonly EntryDraft[] = [
    {
      kind: 'approval.reviewed',
      ...ids,
      body: { approval, verdict: 'approve', reviewer: user, state: 'approved' },
      details: { reason: 'as marco said', reviewer: name },
    },
    {
      kind: 'approval.closed',
      ...ids,
      body: { approval, state: 'withdrawn', previous: 'approved', user },
      details: { reason: 'as marco said', actor: name },
    },
    {
      kind: 'change.reviewed',
      ...nobody,
      body: { change: newId('chg'), verdict: 'approve', reviewer: user },
      details: { reason: 'as marco said', reviewer: name },
    },
  ];
  const row = { ...approvalRow(ids, approval), subject: MARCO, state: 'consumed' };
  const said = { reviewer_uid: user, reviewer: ZELDA, reason: 'as marco said', verdict: 'approve' };
  const result = await store.commit({
    entries: drafts,
    changes: [
      { insert: 'approvals', row },
      { insert: 'reviews', row: { ...said, id: newId('rev'), approval, reviewed_at: 1 } },
    ],
  });
  reviewed = approval;
  if (!result.ok) throw new Error(result.code);
  done = new Map(drafts.map(({ kind }, i) => [kind, result.receipts[i]?.index ?? -1]));
}, HOOK_MS);
afterEach(async () => {
  await store.close();
  folder.remove();
});

const alone = createAlone();
const now = () => 9 * DAY_MS;
const holds = () => createLegalHolds({ writer: store, reads: store.readers.holds, alone, now });
const OMAR = { name: 'omar' };

const selected = (what: Partial<Selection>) =>
  select({ basis: 'GDPR Art. 17', fields: null, exceptHeld: false, ...what }, Number.MAX_SAFE_INTEGER, {
    readers: store.readers,
    namesOf: () => [],
    heldBy: async () => holds().heldBy(),
    now,
  });

/** As it takes effect once two people agreed. */
async function erase(what: Partial<Selection>): Promise<void> {
  const found = await selected(what);
  if (!found.ok) throw new Error(found.error.message);
  const { targets, keys, persons, held } = found.value;
  const left = what.subject === undefined ? 'holder' : 'agent';
  const erasure = {
    change: newId('chg'),
    targets,
    keys,
    left,
    basis: 'x',
    exports: '[]',
    actor: '{}',
  } as const;
  const list = openErasureList(erasuresFile(placeOf(folder.dataDir)), folder.origin);
  const eraser = createEraser({
    writer: store,
    readers: store.readers,
    list,
    archives: (work) => usingArchivedLogs(folder.dataDir, store.readers.log, work),
    tell: (message) => {
      throw new Error(message);
    },
  });
  list.intend(erasure);
  expect(await store.commit(await eraser.first(erasure, persons, { isHeld: held.length > 0 }))).toMatchObject(
    { ok: true },
  );
  list.mark(erasure.change, 'begun');
  await eraser.goOn();
}

const retention = () =>
  createRetention({
    rules: (['calls', 'other'] as const).map((of) => ({ of, match: {}, payloadsMs: DAY_MS, text: of })),
    writer: store,
    readers: store.readers,
    heldBy: async () => holds().heldBy(),
    alone,
    now,
  });

/** By kind, the names of what is left. */
async function left(): Promise<Readonly<Record<string, readonly string[]>>> {
  const entries = await Promise.all(
    [...done].map(async ([kind, index]) => {
      const details = (await store.readers.log.entry(index))?.details ?? [];
      return [kind, details.map(({ name }) => name).sort()] as const;
    }),
  );
  return Object.fromEntries(entries);
}

const reviews = async () =>
  (await store.readers.approvals.reviews(reviewed)).map(({ reviewer, reason }) => [reviewer, reason]);

const underKeysOf = async (person: string): Promise<readonly number[]> => {
  const keys = await store.readers.payloads.keysOf(subjectHolder(person));
  return store.readers.payloads.underKeys(keys, 1000);
};

const OF_CALLS = ['approval.reviewed', 'approval.closed'];
const all = (names: (kind: string) => readonly string[]) =>
  Object.fromEntries([...done.keys()].map((kind) => [kind, names(kind)]));
const doer = (kind: string): string => String(Object.entries(DONE_BY).find(([each]) => each === kind)?.[1]);

describe('what zelda did about a call of marco', () => {
  test('is here of every kind that names somebody so', () => {
    const kinds = Object.entries(DONE_BY).flatMap(([kind, detail]) => (detail === null ? [] : [kind]));
    expect([...done.keys()].sort()).toEqual(kinds.sort());
  });

  test.each<[string, () => Promise<void>]>([
    ['marco was forgotten', () => erase({ subject: MARCO })],
    ['his call was erased', () => erase({ call })],
    [
      'his call was erased, and then he was forgotten',
      async () => {
        await erase({ call, fields: ['request'] });
        await erase({ subject: MARCO });
      },
    ],
  ])('says who it was after %s, and goes with her', async (_when, before) => {
    await before();
    expect(await left()).toEqual(
      all((kind) => (OF_CALLS.includes(kind) ? [doer(kind)] : ['reason', doer(kind)].sort())),
    );
    expect(await underKeysOf(ZELDA)).toEqual([...done.values()]);
    expect(await reviews()).toEqual([[ZELDA, '']]);
    await erase({ subject: ZELDA });
    expect(await left()).toEqual(all(() => []));
    expect(await reviews()).toEqual([['', '']]);
    expect(await underKeysOf(ZELDA)).toEqual([]);
  });

  test('says who it was after its time is over, and goes with her', async () => {
    await retention().tick();
    expect(await left()).toEqual(all((kind) => (kind === 'change.reviewed' ? [] : [doer(kind)])));
    expect(await underKeysOf(ZELDA)).toEqual(OF_CALLS.map((kind) => done.get(kind)));
    await erase({ subject: ZELDA });
    expect(await left()).toEqual(all(() => []));
  });

  test('is kept by a legal hold on her, whoever is forgotten, and whatever has expired, until it is lifted', async () => {
    const whole = await left();
    const set = await holds().set({ query: `subject:"${ZELDA}"`, reason: 'case 1', user: OMAR });
    if (!set.ok) throw new Error(set.error.message);
    expect(await selected({ subject: MARCO })).toMatchObject({
      value: { held: [{ hold: { id: set.value.id }, entries: 2 }] },
    });
    expect(await selected({ subject: ZELDA })).toMatchObject({
      value: { targets: [], held: [{ hold: { id: set.value.id }, entries: 3 }] },
    });
    await retention().tick();
    expect(await left()).toEqual(whole);
    await erase({ subject: MARCO, exceptHeld: true });
    expect(await left()).toEqual(whole);
    expect(await reviews()).toEqual([[ZELDA, 'as marco said']]);
    // Nothing tells any more that it was no call of hers: what is left of it stays as well.
    expect(await selected({ call })).toMatchObject({ value: { targets: [] } });
    await holds().lift({ hold: set.value.id, reason: 'settled', user: OMAR });
    await erase({ subject: ZELDA });
    expect(await left()).toEqual(all(() => []));
  });

  test('is kept by a legal hold on her in the state tables as well', async () => {
    await holds().set({ query: `subject:"${ZELDA}"`, reason: 'case 1', user: OMAR });
    const whole = await left();
    await erase({ subject: ZELDA, exceptHeld: true });
    expect([await left(), await reviews()]).toEqual([whole, [[ZELDA, 'as marco said']]]);
    await erase({ call, exceptHeld: true });
    expect([await left(), await reviews()]).toEqual([whole, [[ZELDA, 'as marco said']]]);
    const approval = await store.readers.approvals.get(reviewed);
    expect(approval).toMatchObject({ subject: '', shown: { sentence: '[erased]' } });
  });

  test('is not kept by a legal hold on somebody else while it is known whose call it was', async () => {
    await holds().set({ query: 'subject:omar', reason: 'case 1', user: OMAR });
    await erase({ subject: ZELDA });
    expect(await left()).toEqual(all(() => []));
  });

  test('is kept by any hold on people once nobody knows who did it', async () => {
    await erase({ call, fields: ['reviewer', 'actor'] });
    expect(await left()).toMatchObject({ 'approval.reviewed': ['reason'], 'approval.closed': ['reason'] });
    await holds().set({ query: 'subject:omar', reason: 'case 1', user: OMAR });
    expect(await selected({ subject: MARCO })).toMatchObject({ value: { held: [{ entries: 2 }] } });
  });
});
