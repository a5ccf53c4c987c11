import { newId } from '@countersign/audit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dataPaths } from '../store/paths.ts';
import { alterDetails, without } from '../store/payload/testing-payloads.ts';
import { createTestFolder, type TestFolder } from '../store/sqlite/testing/folder.ts';
import type { Store } from '../store/store.ts';
import { approvalRow, completed } from '../store/testing-drafts.ts';
import { diffPolicies } from './diff.ts';
import { replayWindow } from './replay.ts';
import { compiledSet, decider, GUARD, INPUT, LIMIT, OPEN, payment, source } from './testing/decided-calls.ts';
import { createRehearsals } from './thread.ts';
import type { DiffJob, DiffProgress, PolicyDiff } from './types.ts';

let folder: TestFolder;
let store: Store;
beforeEach(async () => {
  folder = await createTestFolder();
  store = await folder.open();
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const job = (text: string, more: Partial<DiffJob> = {}): DiffJob => ({
  dataDir: folder.dataDir,
  sources: source(text),
  input: INPUT,
  base: source(OPEN),
  window: { since: 0 },
  ...more,
});
const diff = (text: string, more?: Partial<DiffJob>): Promise<PolicyDiff> =>
  diffPolicies(job(text, more), () => undefined);

async function recordPayments(...amounts: readonly number[]): Promise<string[]> {
  const decide = decider(OPEN);
  const entries = amounts.map((amount) => decide(payment(amount)));
  await store.commit({ entries });
  return entries.map(({ call }) => call);
}

describe('a diff', () => {
  test('shows what changes of the set, and every call whose outcome would be another', async () => {
    const calls = await recordPayments(10, 5000, 20, 6000);
    const found = await diff(LIMIT);
    expect(found.changes).toMatchObject([{ what: 'policy', name: 'limit', change: 'added' }]);
    expect(found.replay).toMatchObject({ decisions: 4, unchanged: 2, changed: 2, notReplayed: {} });
    expect(found.replay?.groups).toMatchObject([
      {
        agent: 'invoice',
        target: 'payments/pay',
        from: 'allow',
        to: 'deny',
        count: 2,
        alreadyLive: 0,
        calls: [calls[1], calls[3]],
      },
    ]);
    const [example] = found.replay?.groups[0]?.examples ?? [];
    expect(example?.from.sentence).toMatch(/permitted by policy open\.$/);
    expect(example?.to).toMatchObject({ reason: 'forbidden', policies: ['limit'] });
  });

  test('looks no further back than it is asked to', async () => {
    await recordPayments(5000, 5000, 5000);
    expect((await diff(LIMIT, { window: { last: 2 } })).replay?.decisions).toBe(2);
    expect((await diff(LIMIT, { window: { last: 9 } })).replay?.decisions).toBe(3);
    expect((await diff(LIMIT, { window: { since: Date.now() + 60_000 } })).replay?.decisions).toBe(0);
  });

  test('passes over entries that are no decisions', async () => {
    const [call] = await recordPayments(5000);
    const ids = {
      call: call as ReturnType<typeof newId<'call'>>,
      chain: newId('chain'),
      agent: newId('agt'),
    };
    await store.commit({ entries: [completed(ids, 1)] });
    expect((await diff(LIMIT)).replay).toMatchObject({ decisions: 1, changed: 1 });
  });

  test('replays a call that redeemed a grant with all that its approval covers', async () => {
    const decide = decider(GUARD);
    const approval = newId('apr');
    const held = decide(payment(5000), { approval });
    const released = decide(payment(5000), { call: held.call, round: 2, grants: ['guard'], approval });
    const ids = { call: held.call, chain: newId('chain'), agent: newId('agt') };
    const guards = JSON.stringify([{ policy: 'guard' }, { policy: 'second' }]);
    const row = approvalRow(ids, approval, { guards });
    await store.commit({ entries: [held, released], changes: [{ insert: 'approvals', row }] });
    const more = `${GUARD}@id("second") @approve("finance") forbid (principal, action, resource);\n`;
    expect((await diff(more)).replay).toMatchObject({ decisions: 2, unchanged: 2 });
    const third = `${more}@id("third") @approve("finance") forbid (principal, action, resource);\n`;
    expect((await diff(third)).replay?.groups).toMatchObject([{ from: 'allow', to: 'hold', count: 1 }]);
  });

  test('counts what was erased since, and does not guess', async () => {
    await recordPayments(5000, 5000);
    const db = new Database(dataPaths(folder.dataDir).database);
    alterDetails(db, without('entities'), { index: 1 });
    db.close();
    expect((await diff(LIMIT)).replay).toMatchObject({ changed: 1, notReplayed: { erased: 1 } });
  });

  test('of a candidate that does not validate says why, and replays nothing', async () => {
    await recordPayments(5000);
    const found = await diff(
      '@id("x") permit (principal is Agent, action, resource) when { principal.rsik > 1 };',
    );
    expect(found).toMatchObject({
      candidate: null,
      replay: null,
      diagnostics: [{ file: 'set.cedar', line: 1 }],
    });
  });

  test('compares files where the set in force can no longer be compiled', async () => {
    const base = source('@id("old") permit (principal, action == Action::"gone/tool", resource);\n');
    const found = await diff(OPEN, { base });
    expect(found).toMatchObject({
      base: null,
      changes: [{ what: 'file', name: 'set.cedar', change: 'changed' }],
    });
  });
});

describe('in a thread', () => {
  test('it is the same, with progress on the way', async () => {
    await recordPayments(...Array.from({ length: 700 }, (_, at) => at * 10));
    const rehearsals = createRehearsals();
    const seen: DiffProgress[] = [];
    const found = await rehearsals.diff(job(LIMIT), new AbortController().signal, (one) => seen.push(one));
    expect(found).toEqual(await diff(LIMIT));
    expect(seen.at(-1)).toMatchObject({ decisions: 700 });
    expect(seen.at(-1)?.entries).toBe(seen.at(-1)?.of);
    await rehearsals.close();
  });

  test('shared out among several, it is the same too', async () => {
    await recordPayments(...Array.from({ length: 90 }, (_, at) => at * 50));
    const sets = { candidate: compiledSet(LIMIT), live: compiledSet(OPEN) };
    const seen: DiffProgress[] = [];
    const { replay } = await replayWindow(folder.dataDir, sets, { since: 0 }, (one) => seen.push(one), {
      threads: 3,
      leastEntries: 10,
    });
    expect(replay).toEqual((await diff(LIMIT)).replay);
    expect(seen.at(-1)).toMatchObject({ decisions: 90, entries: 91, of: 91 });
  });

  test('there is one at a time, and whoever goes ends it', async () => {
    await recordPayments(5000);
    const rehearsals = createRehearsals();
    const leaving = new AbortController();
    const first = rehearsals.diff(job(LIMIT), leaving.signal, () => undefined);
    const second = rehearsals.diff(job(LIMIT), new AbortController().signal, () => undefined);
    await expect(second).rejects.toMatchObject({ code: 'busy' });
    leaving.abort();
    await expect(first).rejects.toMatchObject({ code: 'given_up' });
    const third = await rehearsals.diff(job(LIMIT), new AbortController().signal, () => undefined);
    expect(third.replay?.changed).toBe(1);
    await rehearsals.close();
  });

  test('a thread that dies is an answer, and the next one is asked afresh', async () => {
    const rehearsals = createRehearsals();
    const signal = new AbortController().signal;
    const nowhere = rehearsals.diff(job(LIMIT, { dataDir: '/nowhere' }), signal, () => undefined);
    await expect(nowhere).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringMatching(/cannot open/),
    });
    const facts = payment(5000);
    const simulated = await rehearsals.simulate({ sources: source(LIMIT), input: INPUT, facts, grants: [] });
    expect(simulated).toMatchObject({ ok: true, decision: { outcome: 'deny', reason: 'forbidden' } });
    await rehearsals.close();
    await expect(rehearsals.diff(job(LIMIT), signal, () => undefined)).rejects.toMatchObject({
      code: 'given_up',
    });
  });
});
