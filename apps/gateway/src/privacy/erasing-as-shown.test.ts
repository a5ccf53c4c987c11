// What two people agree to is what the second of them was shown: what came, ended, was archived or let go of in between is not
// destroyed with it, or all of it is refused.
import { renameSync } from 'node:fs';
import { newId } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRecorded } from '../archive/recorded.ts';
import { archive } from '../archive/testing-commands.ts';
import { type ArchiveLog, commit, createArchiveLog, publish, recordCalls } from '../archive/testing-log.ts';
import type { ReviewedChange } from '../changes/types.ts';
import { usingArchivedLogs } from '../continuation/archived-logs.ts';
import { erasuresFile, placeOf } from '../store/payload/place.ts';
import type { Store } from '../store/store.ts';
import { completed, decided, newCall } from '../store/testing-drafts.ts';
import { createAlone } from './alone.ts';
import { erasureChanges } from './erasure-changes.ts';
import { openErasureList } from './erasure-list.ts';
import { createEraser } from './eraser.ts';
import { createLegalHolds, lasts } from './holds.ts';

const BASIS = 'GDPR Art. 17';
const HOOK_MS = 60_000;

let log: ArchiveLog;
let store: Store;
beforeEach(async () => {
  log = await createArchiveLog();
  store = await log.open();
}, HOOK_MS);
afterEach(async () => {
  await store.close();
  log.remove();
}, HOOK_MS);

interface Begun {
  readonly decided: number;
  readonly ids: ReturnType<typeof newCall>;
}

async function begin(subject: string): Promise<Begun> {
  const ids = newCall();
  const said = {
    subject: JSON.stringify({ subject, issuer: 'people' }),
    request: `{"said":"of ${subject}"}`,
  };
  return { ids, decided: await commit(store, { entries: [decided(ids, {}, said)] }) };
}

async function end({ ids, decided: at }: Begun): Promise<void> {
  await commit(store, { entries: [completed(ids, at)] });
}

async function call(subject: string): Promise<Begun> {
  const begun = await begin(subject);
  await end(begun);
  return begun;
}

const names = async (index: number) =>
  (await store.readers.log.entry(index))?.details.map(({ name }) => name) ?? [];

/** As it is put together at the start. */
async function desk() {
  const alone = createAlone();
  const { readers } = store;
  const list = openErasureList(erasuresFile(placeOf(log.dataDir)), (await readers.log.head()).origin);
  const tell = (message: string): never => {
    throw new Error(message);
  };
  const archives: Parameters<typeof createEraser>[0]['archives'] = (work) =>
    usingArchivedLogs(log.dataDir, readers.log, work);
  const holds = createLegalHolds({ writer: store, reads: readers.holds, now: Date.now, alone });
  const kind = erasureChanges({
    readers,
    namesOf: () => [],
    heldBy: (asOf) => holds.heldBy(asOf),
    isAnyHeld: async (asOf) => (await holds.list()).some((hold) => lasts(hold, asOf)),
    rules: () => ({ quorum: 1, group: null, expiresMs: 60_000 }),
    archives,
    archived: () => openRecorded(readers),
    now: Date.now,
    eraser: createEraser({ writer: store, readers, list, archives, tell }),
    alone,
    list,
    tell,
  });
  return { kind, holds, alone };
}

interface Effect {
  readonly calls: number;
  readonly entries: number;
  readonly archived: number;
  readonly alongside: number;
  readonly archivedLeft: number;
  readonly open: number;
}

async function propose(what: object): Promise<ReviewedChange & { readonly effect: Effect }> {
  const { kind } = await desk();
  const checked = await kind.check({ basis: BASIS, ...what });
  if (!checked.ok) throw new Error(checked.error.message);
  return {
    id: newId('chg'),
    of: 'erasure',
    state: 'pending',
    // As it is stored.
    ...(JSON.parse(JSON.stringify(checked.value)) as typeof checked.value & { readonly effect: never }),
    message: 'asked for',
    authorUid: newId('usr'),
    author: 'omar',
    quorum: 1,
    proposedAt: Date.now(),
    expiresAt: Date.now() + 60_000,
    closedAt: null,
    reason: null,
  };
}

/** Null where it took effect, else why not. */
async function agree(change: ReviewedChange): Promise<string | null> {
  const { kind, alone } = await desk();
  const applied = await kind.apply(change, { writer: store, reviewers: ['fiona'] });
  await alone(async () => undefined);
  return applied.ok ? null : applied.error.message;
}

/** The gateway is stopped for it. */
async function moveAway(): Promise<void> {
  await recordCalls(store, 70);
  await publish(store);
  await store.close();
  const { code, err } = await archive(log, '--before', '256');
  store = await log.open();
  if (code !== 0) throw new Error(err);
}

describe('an erasure by query destroys what it was shown with', { timeout: HOOK_MS }, () => {
  test('and leaves a call that ended, and one that came, before it was agreed to', async () => {
    const gone = await call('zelda');
    const running = await begin('zelda');
    const change = await propose({ query: 'subject:zelda' });
    expect(change.effect).toMatchObject({ calls: 1, open: 1 });
    await end(running);
    const later = await call('zelda');
    expect(await agree(change)).toBeNull();
    expect(await names(gone.decided)).not.toContain('request');
    for (const { decided: at } of [running, later]) expect(await names(at)).toContain('request');
    expect((await propose({ query: 'subject:zelda' })).effect).toMatchObject({ calls: 2, open: 0 });
  });

  test('and leaves what a hold kept that was lifted before it was agreed to', async () => {
    const kept = await call('zelda');
    await call('zelda');
    const user = { name: 'omar' };
    const { holds } = await desk();
    const set = await holds.set({ query: `chain:${kept.ids.chain}`, reason: 'case 4711', user });
    if (!set.ok) throw new Error(set.error.message);
    const change = await propose({ query: 'subject:zelda', exceptHeld: true });
    expect(change.effect).toMatchObject({ calls: 1 });
    await holds.lift({ hold: set.value.id, reason: 'settled', user });
    expect(await agree(change)).toBeNull();
    expect(await names(kept.decided)).toContain('request');
    expect((await propose({ query: 'subject:zelda' })).effect).toMatchObject({ calls: 1 });
  });

  test('or nothing, where entries were archived since: then they go with all that shares their keys', async () => {
    const wanted = await call('zelda');
    await call('zelda');
    const change = await propose({ call: wanted.ids.call });
    expect(change.effect).toMatchObject({ calls: 1, archived: 0, alongside: 0 });
    await moveAway();
    expect(await agree(change)).toMatch(
      /^entries were archived since this was proposed, .*: propose it again/,
    );
    const anew = await propose({ call: wanted.ids.call });
    expect(anew.effect).toMatchObject({ archived: 4, alongside: 2 });
    expect(await agree(anew)).toBeNull();
    expect(await store.readers.payloads.archivedOf([wanted.decided])).toHaveLength(1);
    await expect(propose({ call: wanted.ids.call })).rejects.toThrow('nothing that is stored is found');
  });

  test('or nothing, where an archive that was missing is there again', async () => {
    await call('zelda');
    await moveAway();
    const left = await call('zelda');
    renameSync(log.target, `${log.target}-away`);
    const change = await propose({ query: 'subject:zelda', fields: ['request'] });
    renameSync(`${log.target}-away`, log.target);
    expect(await agree(change)).toMatch(
      /^other archives could be looked into when this was proposed than now: /,
    );
    expect(await names(left.decided)).toContain('request');
  });
});

test('an erasure of a person takes whatever is theirs by the time that it is agreed to', async () => {
  const running = await begin('zelda');
  await call('zelda');
  const change = await propose({ subject: 'zelda' });
  expect(change.effect).toMatchObject({ calls: 1, open: 1 });
  await end(running);
  const later = await call('zelda');
  expect(await agree(change)).toBeNull();
  for (const { decided: at } of [running, later]) expect(await names(at)).not.toContain('request');
});

describe('keys that seal archived values besides those in the database', { timeout: HOOK_MS }, () => {
  test('take them along, and that is shown', async () => {
    const archived = await call('zelda');
    await moveAway();
    const wanted = await call('zelda');
    const change = await propose({ call: wanted.ids.call });
    expect(change.effect).toMatchObject({ calls: 1, archived: 2, alongside: 2 });
    expect(await agree(change)).toBeNull();
    const [sealed] = await store.readers.payloads.archivedOf([archived.decided]);
    expect(await store.readers.payloads.existing([sealed?.key ?? -1])).toEqual([]);
  });

  test('stay while anything is held, or where only some details go', async () => {
    const archived = await call('zelda');
    await moveAway();
    const [one, other] = [await call('zelda'), await call('zelda')];
    const [sealed] = await store.readers.payloads.archivedOf([archived.decided]);
    const isThere = async () => (await store.readers.payloads.existing([sealed?.key ?? -1])).length === 1;
    expect(await agree(await propose({ call: one.ids.call, fields: ['request'] }))).toBeNull();
    expect([await isThere(), (await names(one.decided)).includes('request')]).toEqual([true, false]);
    const { holds } = await desk();
    await holds.set({ query: 'agent:another', reason: 'case 4711', user: { name: 'omar' } });
    const change = await propose({ call: other.ids.call });
    expect(change.effect).toMatchObject({ archived: 0, alongside: 0, archivedLeft: 0 });
    expect(await agree(change)).toBeNull();
    expect([await isThere(), (await names(other.decided)).includes('request')]).toEqual([true, false]);
  });
});
