// What a candidate would change of calls that lie in archives is what it would change before they were moved there, or nothing is
// said at all: a part of the history never passes for all of it.
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { newId } from '@countersign/audit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archive } from '../archive/testing-commands.ts';
import { type ArchiveLog, commit, createArchiveLog, publish } from '../archive/testing-log.ts';
import type { Store } from '../store/store.ts';
import { approvalRow, completed, requested, reviewed } from '../store/testing-drafts.ts';
import { diffPolicies } from './diff.ts';
import { replayWindow } from './replay.ts';
import { compiledSet, decider, GUARD, INPUT, LIMIT, OPEN, payment, source } from './testing/decided-calls.ts';
import { createRehearsals } from './thread.ts';
import type { DiffJob, PolicyDiff, Window } from './types.ts';

let log: ArchiveLog;
/** Milliseconds since the epoch: in the middle of what was archived, and after all that was archived. */
let middle: number;
let late: number;
/** As it was when all was in the database. */
let before: Readonly<Record<keyof typeof ASKED, PolicyDiff>>;

const ASKED = {
  'from the beginning': () => ({ since: 0 }),
  'from a time that lies in the archive': () => ({ since: middle }),
  'of the latest calls that reach into it': () => ({ last: 130 }),
  'of more calls than there are': () => ({ last: 10_000 }),
  'of those that are left': () => ({ last: 20 }),
  'from a time after the cut': () => ({ since: late }),
} satisfies Record<string, () => Window>;

const job = (window: Window, text = LIMIT): DiffJob => ({
  dataDir: log.dataDir,
  sources: source(text),
  input: INPUT,
  base: source(OPEN),
  window,
});
const diff = async (window: Window, text?: string): Promise<PolicyDiff> =>
  diffPolicies(job(window, text), () => undefined);

const decide = decider(OPEN);
async function pay(store: Store, times: number): Promise<void> {
  const { size } = await store.readers.log.head();
  const entries = Array.from({ length: times }, (_, at) => {
    const one = decide(payment(at % 3 === 0 ? 5000 : 10, `agent-${at % 2}`));
    const ids = { call: one.call, chain: newId('chain'), agent: newId('agt') };
    return [one, completed(ids, size + 2 * at)];
  });
  await commit(store, { entries: entries.flat() });
}

/** A payment that was held, and released by a grant that covers two guards. */
async function redeem(store: Store): Promise<void> {
  const guarded = decider(GUARD);
  const approval = newId('apr');
  const facts = payment(5000, 'guarded');
  const held = guarded(facts, { approval });
  const released = guarded(facts, { call: held.call, round: 2, grants: ['guard'], approval });
  const ids = { call: held.call, chain: newId('chain'), agent: newId('agt') };
  const guards = JSON.stringify([{ policy: 'guard' }, { policy: 'second' }]);
  const row = approvalRow(ids, approval, { guards, state: 'consumed' });
  const entries = [held, requested(ids, approval), reviewed(ids, approval, 'approve'), released];
  const first = await commit(store, { entries, changes: [{ insert: 'approvals', row }] });
  await commit(store, { entries: [completed(ids, first + 3)] });
}

const tick = async (): Promise<number> => {
  const began = Date.now();
  while (Date.now() === began) await Promise.resolve();
  return Date.now();
};

beforeAll(async () => {
  log = await createArchiveLog();
  await log.write(async (store) => {
    await redeem(store);
    await pay(store, 170);
    middle = await tick();
    await pay(store, 110);
    late = await tick();
    await pay(store, 40);
    await publish(store);
  });
  const found: Record<string, PolicyDiff> = {};
  for (const [name, window] of Object.entries(ASKED)) found[name] = await diff(window());
  before = found as typeof before;
  const { code, err } = await archive(log, '--before', '512');
  if (code !== 0) throw new Error(err);
}, 120_000);
afterAll(() => log.remove());

describe('what was archived is decided again', () => {
  test.each(Object.keys(ASKED) as (keyof typeof ASKED)[])('%s: as it was before', async (name) => {
    const { replay, covered } = await diff(ASKED[name]());
    expect(before[name].replay?.changed).toBeGreaterThan(0);
    expect(before[name].covered?.archived).toBe(0);
    expect(replay).toEqual(before[name].replay);
    expect(covered?.since).toBe(before[name].covered?.since);
    const reachesBack = !/left|after the cut/.test(name);
    expect((covered?.archived ?? 0) > 0).toBe(reachesBack);
  });

  test('and how much of it lay in archives is said', async () => {
    const { covered } = await diff({ since: 0 });
    expect(covered).toMatchObject({ archived: 512, left: 0 });
    expect(covered?.entries).toBeGreaterThan(512 + 100);
    const { out } = await log.cli(
      'policy',
      'diff',
      candidate(),
      '--offline',
      '--since',
      '2020-01-01T00:00:00Z',
    );
    expect(out).toMatch(/^looked at 6\d\d entries, recorded from .+ on, 512 of them in archives$/m);
  });

  test('with all that an archived approval covered', async () => {
    const more = `${GUARD}@id("second") @approve("finance") forbid (principal == Agent::"guarded", action, resource);\n`;
    const held = (text: string) =>
      diff({ since: 0 }, text).then(({ replay }) =>
        replay?.groups.filter(({ agent, from }) => agent === 'guarded' && from === 'allow'),
      );
    expect(await held(more)).toEqual([]);
    const third = `${more}@id("third") @approve("finance") forbid (principal, action, resource);\n`;
    expect(await held(third)).toMatchObject([{ to: 'hold', count: 1 }]);
  });

  test('shared out among threads, in parts that begin and end anywhere', async () => {
    const { replay } = await inThreads(3, () => undefined);
    expect(replay).toEqual(before['from the beginning'].replay);
  });
});

async function inThreads(threads: number, onProgress: Parameters<typeof replayWindow>[3]) {
  const sets = { candidate: compiledSet(LIMIT), live: compiledSet(OPEN) };
  const sharing = { threads, leastEntries: 10 };
  return replayWindow(log.dataDir, sets, { since: 0 }, onProgress, sharing);
}

/** What needs no tool, of which this log has none. */
function candidate(): string {
  const folder = join(log.dataDir, '..', 'candidate');
  mkdirSync(folder, { recursive: true });
  const text = `${OPEN}@id("none") forbid (principal == Agent::"agent-0", action, resource);\n`;
  writeFileSync(join(folder, 'set.cedar'), text);
  return folder;
}

/** Does it while a file of the archive is another one. */
async function changed(path: string, alter: (bytes: Buffer) => Buffer, work: () => Promise<void>) {
  const file = join(log.target, path);
  const bytes = readFileSync(file);
  chmodSync(file, 0o640);
  writeFileSync(file, alter(Buffer.from(bytes)));
  try {
    await work();
  } finally {
    writeFileSync(file, bytes);
  }
}

const flip = (bytes: Buffer): Buffer => {
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  return bytes;
};

describe('where an archive is out of reach', () => {
  const REFUSED =
    /^what is asked for reaches into an archive that cannot be looked into, so nothing was decided again: /;

  test('nothing is decided again of what reaches into it, and all is of what does not', async () => {
    renameSync(log.target, `${log.target}-away`);
    try {
      for (const window of [{ since: 0 }, { since: middle }, { last: 130 }, { last: 10_000 }])
        await expect(diff(window)).rejects.toThrow(REFUSED);
      const refused = await log.cli('policy', 'diff', candidate(), '--offline', '--since', '3650d', '--json');
      expect(JSON.parse(refused.out)).toMatchObject({ error: { code: 'not_replayed', exitCode: 1 } });
      // As it says itself.
      const [, nearest = ''] = /look back no further than to (\S+Z)/.exec(refused.out) ?? [];
      const since = Date.parse(nearest);
      expect(since).toBeLessThanOrEqual(late);
      expect((await diff({ since })).covered).toMatchObject({ archived: 0 });
      expect((await diff({ since: late })).replay).toEqual(before['from a time after the cut'].replay);
      expect((await diff({ last: 20 })).replay).toEqual(before['of those that are left'].replay);
    } finally {
      renameSync(`${log.target}-away`, log.target);
    }
  });

  test.each([
    ['a header', 'tile/entries/001'],
    ['the tree', 'tile/0/001'],
    ['values', 'values/001'],
  ])('so it is where %s of it was changed, and a gateway says so as the answer', async (_what, path) => {
    await changed(path, flip, async () => {
      const rehearsals = createRehearsals();
      const answer = rehearsals.diff(job({ since: 0 }), new AbortController().signal, () => undefined);
      await expect(answer).rejects.toMatchObject({
        code: 'not_replayed',
        message: expect.stringMatching(/was changed|were changed/),
      });
      await rehearsals.close();
    });
    expect((await diff({ since: 0 })).replay).toEqual(before['from the beginning'].replay);
  });

  test('the other threads are over by the time that it is said', async () => {
    const workers: Worker[] = [];
    const note = (message: unknown): void => {
      workers.push((message as { readonly worker: Worker }).worker);
    };
    subscribe('worker_threads', note);
    try {
      await changed('values/000', flip, async () => {
        await expect(inThreads(4, () => undefined)).rejects.toThrow(REFUSED);
        // As Node numbers a thread that is no more.
        expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1, -1, -1]);
      });
    } finally {
      unsubscribe('worker_threads', note);
    }
  });

  test('keys that are not at hand are told from values that are gone', async () => {
    const elsewhere = (): Buffer =>
      Buffer.from(JSON.stringify({ keys: '/nowhere/keys.db', payloadKey: { file: '/nowhere/key' } }));
    await changed('payload-store.json', elsewhere, async () => {
      const { replay } = await diff({ since: 0 });
      expect(replay?.decisions).toBe(before['from the beginning'].replay?.decisions);
      expect(replay?.notReplayed).toEqual({ withheld: expect.any(Number) });
      expect(replay?.notReplayed.withheld).toBeGreaterThan(200);
    });
  });
});

test('what was erased or expired in an archive is counted', async () => {
  await log.write(async (store) => {
    const sealed = await store.readers.payloads.archivedOf(Array.from({ length: 512 }, (_, at) => at));
    const keys = [...new Set(sealed.map(({ key }) => key))];
    const gone = await store.commit({ entries: [], payloads: [{ retire: keys }, { destroy: keys }] });
    if (!gone.ok) throw new Error(gone.code);
  });
  const { replay } = await diff({ since: 0 });
  expect(replay?.decisions).toBe(before['from the beginning'].replay?.decisions);
  expect(replay?.notReplayed.erased).toBeGreaterThan(200);
});
