import type { EntryDraft } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decider, GUARD, INPUT, LIMIT, OPEN, payment, source } from '../rehearsal/testing/decided-calls.ts';
import { createTestFolder, type TestFolder } from '../store/sqlite/testing/folder.ts';
import type { CommittedEntry, Store } from '../store/store.ts';
import { createShadow, type Shadow, type ShadowDeps } from './shadow.ts';
import { openShadowThread } from './thread.ts';

const SOON = { timeout: 10_000, interval: 10 };

let folder: TestFolder;
let store: Store;
let shadow: Shadow;
let input = INPUT;
let told: string[] = [];
let kinds: CommittedEntry['header'][] = [];

beforeEach(async () => {
  folder = await createTestFolder();
  store = await folder.open();
  [input, told, kinds] = [INPUT, [], []];
  store.onCommitted((entries) => kinds.push(...entries.map(({ header }) => header)));
  shadow = open();
});
afterEach(async () => {
  await shadow.close();
  await store.close();
  folder.remove();
});

const open = (more: Partial<ShadowDeps> = {}): Shadow =>
  createShadow({
    store,
    reads: store.readers.shadow,
    schemaInput: () => input,
    now: () => 1_000,
    tell: (message) => told.push(message),
    restartMs: 1,
    ...more,
  });

const counts = () => shadow.status().counts;
const digest = () => shadow.status().set?.digest ?? '';
const decide = decider(OPEN);

async function record(...entries: readonly EntryDraft<'call.decided'>[]): Promise<void> {
  expect(await store.commit({ entries })).toMatchObject({ ok: true });
}

describe('a candidate beside the set in force', () => {
  test('has what it would have decided otherwise recorded and counted, and nothing else', async () => {
    expect(await shadow.set(source(LIMIT), 'olive')).toMatchObject({ ok: true, value: { state: 'running' } });
    const [small, large, other] = [payment(10), payment(5000), payment(6000, 'clerk')].map((facts) =>
      decide(facts),
    );
    if (small === undefined || large === undefined || other === undefined) throw new Error('three calls');
    await record(small, large, other);
    await expect.poll(counts, SOON).toMatchObject({ compared: 3, differed: 2, dropped: 0, notReplayed: {} });
    await expect.poll(() => store.readers.shadow.total(digest()), SOON).toBe(2);
    expect(await store.readers.shadow.counts(digest(), 9)).toMatchObject([
      { agent: 'clerk', resource: 'payments/pay', live: 'allow', shadow: 'deny', count: 1 },
      { agent: 'invoice', resource: 'payments/pay', live: 'allow', shadow: 'deny', count: 1 },
    ]);
    const differed = kinds.filter(({ kind }) => kind === 'policy.differed');
    expect(differed.map(({ call, body }) => [call, body])).toEqual([
      [large.call, { set: digest(), live: 'allow', shadow: 'deny', decided: expect.any(Number) }],
      [other.call, { set: digest(), live: 'allow', shadow: 'deny', decided: expect.any(Number) }],
    ]);
  });

  test('comes after the record: a decision before it was set is not compared', async () => {
    await record(decide(payment(5000)));
    await shadow.set(source(LIMIT), 'olive');
    await record(decide(payment(6000)));
    await expect.poll(counts, SOON).toMatchObject({ compared: 1, differed: 1 });
  });

  test('counts a call that redeemed a grant with it', async () => {
    await shadow.set(source(GUARD), 'olive');
    await record(decider(GUARD)(payment(5000), { round: 2, grants: ['guard'] }));
    await expect.poll(counts, SOON).toMatchObject({ compared: 1, differed: 0 });
  });

  test('counts what it cannot decide again by its reason', async () => {
    await shadow.set(source(LIMIT), 'olive');
    const { details: _details, ...bare } = decide(payment(5000));
    await record({ ...bare, details: {} });
    await expect.poll(counts, SOON).toMatchObject({ compared: 0, notReplayed: { no_request: 1 } });
  });

  test('gives way to the next one, and ends when it is cleared; both are entries', async () => {
    await shadow.set(source(LIMIT), 'olive');
    const first = digest();
    await shadow.set(source(GUARD), 'fiona');
    const second = digest();
    expect(await shadow.clear('olive')).toMatchObject({ ok: true, value: { state: 'off', set: null } });
    await record(decide(payment(5000)));
    const bodies = kinds.filter(({ kind }) => kind === 'policy.shadowed').map(({ body }) => body);
    expect(bodies).toEqual([
      { set: first, previous: null },
      { set: second, previous: first },
      { set: null, previous: second },
    ]);
    expect(await store.readers.shadow.current()).toBeNull();
    expect(await shadow.clear('olive')).toMatchObject({ ok: false, error: { code: 'not_set' } });
    expect(counts().compared).toBe(0);
  });

  test('is refused where it does not validate, and the one before runs on', async () => {
    await shadow.set(source(LIMIT), 'olive');
    const before = digest();
    const refused = await shadow.set(source('permit (principal, action, resource);'), 'olive');
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'invalid', message: expect.stringMatching(/^set\.cedar:1:1: error: .*`@id`/) },
    });
    expect([shadow.status().state, digest()]).toEqual(['running', before]);
  });
});

test('it runs on after a restart', async () => {
  await shadow.set(source(LIMIT), 'olive');
  const before = digest();
  await shadow.close();
  shadow = open();
  await shadow.start();
  await record(decide(payment(5000)));
  await expect.poll(counts, SOON).toMatchObject({ compared: 1, differed: 1 });
  expect(shadow.status()).toMatchObject({ state: 'running', set: { digest: before, author: 'olive' } });
});

describe('when the tools change under it', () => {
  test('it is suspended where it no longer validates, says so, and runs again when it does', async () => {
    await shadow.set(source(LIMIT), 'olive');
    input = { ...INPUT, servers: [] };
    shadow.look();
    await expect.poll(() => shadow.status().state, SOON).toBe('suspended');
    expect(shadow.status()).toMatchObject({
      why: 'it no longer validates',
      diagnostics: expect.arrayContaining([expect.objectContaining({ file: 'set.cedar', line: 2 })]),
    });
    expect(told.join('\n')).toMatch(/the shadow set is suspended/);
    await record(decide(payment(5000)));
    expect(counts()).toMatchObject({ compared: 0, dropped: 1 });
    input = INPUT;
    shadow.look();
    await expect.poll(() => shadow.status().state, SOON).toBe('running');
  });

  test('it is left alone where nothing changed for it', async () => {
    await shadow.set(source(LIMIT), 'olive');
    let opened = 0;
    const other = open({ open: () => ((opened += 1), openShadowThread()) });
    await other.start();
    await expect.poll(() => other.status().state, SOON).toBe('running');
    other.look();
    other.look();
    await other.close();
    expect(opened).toBe(1);
  });
});

describe('a thread that dies', () => {
  const fragile = () => openShadowThread({ entry: new URL('testing/fragile-thread.ts', import.meta.url) });
  const deadly = () => decide(payment(5000, 'deadly'));

  test('costs what it was at, and the next decisions are compared by another', async () => {
    await shadow.close();
    shadow = open({ open: fragile });
    await shadow.set(source(LIMIT), 'olive');
    await record(deadly());
    await expect.poll(() => counts().dropped, SOON).toBe(1);
    await expect.poll(() => shadow.status().state, SOON).toBe('running');
    await record(decide(payment(5000)));
    await expect.poll(counts, SOON).toMatchObject({ compared: 1, differed: 1, dropped: 1 });
  });

  test('again and again is not started for ever', async () => {
    await shadow.close();
    shadow = open({ open: fragile });
    await shadow.set(source(LIMIT), 'olive');
    for (let death = 1; death <= 5; death += 1) {
      await record(deadly());
      await expect.poll(() => counts().dropped, SOON).toBe(death);
      await expect.poll(() => shadow.status().state, SOON).not.toBe('starting');
    }
    expect(shadow.status()).toMatchObject({
      state: 'suspended',
      why: expect.stringMatching(/died 5 times: .*killed by a decision/),
    });
  });
});

test('what it cannot take in time is counted, and holds nothing up', async () => {
  await shadow.close();
  const release = Promise.withResolvers<void>();
  shadow = open({
    maxWaiting: 3,
    open() {
      const thread = openShadowThread();
      return {
        ...thread,
        async compare(decisions) {
          await release.promise;
          return thread.compare(decisions);
        },
      };
    },
  });
  await shadow.set(source(LIMIT), 'olive');
  // The first is on its way to the thread; three wait; there is no room for the others.
  await record(decide(payment(5000)));
  await record(...[1, 2, 3, 4, 5].map(() => decide(payment(5000))));
  expect(counts().dropped).toBe(2);
  release.resolve();
  await expect.poll(counts, SOON).toMatchObject({ compared: 4, differed: 4, dropped: 2 });
});
