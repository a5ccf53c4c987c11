// Values that lie in an archive alone go by the same rules as those in the database, key by key.
import { renameSync } from 'node:fs';
import { parseEntry } from '@countersign/audit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openArchive } from '../archive/read.ts';
import { openRecorded } from '../archive/recorded.ts';
import { archive, verify } from '../archive/testing-commands.ts';
import { type ArchiveLog, commit, createArchiveLog, publish, recordCalls } from '../archive/testing-log.ts';
import { usingArchivedLogs } from '../continuation/archived-logs.ts';
import type { Store } from '../store/store.ts';
import { completed, decided, newCall } from '../store/testing-drafts.ts';
import { createAlone } from './alone.ts';
import { createArchivedRetention } from './archived-retention.ts';
import { createRetention } from './retention.ts';
import type { RetentionRule } from './retention-rules.ts';

const DAY = 86_400_000;
const rule = (match: RetentionRule['match'], days: number): RetentionRule => ({
  of: 'calls',
  match,
  payloadsMs: days * DAY,
  text: `${JSON.stringify(match)} ${days}d`,
});

/** Each sets up a log, commit by commit, and archives it. */
const HOOK_MS = 60_000;

let log: ArchiveLog;
let store: Store;
let told: string[];
/** Index of the decision of one call of each. */
let decisions: { readonly marco: number; readonly zelda: number; readonly omar: number };
beforeEach(async () => {
  log = await createArchiveLog();
  told = [];
  await log.write(async (fresh) => {
    const [marco, zelda, omar] = [
      await call(fresh, 'marco'),
      await call(fresh, 'zelda'),
      await call(fresh, 'omar'),
    ];
    decisions = { marco, zelda, omar };
    await recordCalls(fresh, 140);
    // Something of omar's same day stays in the database.
    await call(fresh, 'omar');
    await publish(fresh);
  });
  const { code, err } = await archive(log, '--before', '512');
  if (code !== 0) throw new Error(err);
  store = await log.open();
}, HOOK_MS);
afterEach(async () => {
  await store.close();
  log.remove();
});

async function call(fresh: Store, subject: string): Promise<number> {
  const ids = newCall();
  const said = { subject: JSON.stringify({ subject, issuer: 'people' }), request: '{"secret":1}' };
  const at = await commit(fresh, { entries: [decided(ids, {}, said)] });
  await commit(fresh, { entries: [completed(ids, at)] });
  return at;
}

const retention = (rules: readonly RetentionRule[], days: number, isHeld = false) =>
  createArchivedRetention({
    rules,
    writer: store,
    readers: store.readers,
    archived: () => openRecorded(store.readers),
    archives: (work) => usingArchivedLogs(log.dataDir, store.readers.log, work),
    isAnyHeld: async () => isHeld,
    alone: createAlone(),
    now: () => Date.now() + days * DAY,
    tell: (message) => told.push(message),
  });

async function left(folder = log.target): Promise<readonly string[]> {
  const opened = await openArchive(folder);
  const there = new Set<number>();
  for await (const page of opened.entries())
    for (const { index, details } of page) if (details.length > 0) there.add(index);
  return Object.entries(decisions).flatMap(([name, index]) => (there.has(index) ? [name] : []));
}

test('a key goes when all that it seals is due, and the log says by which rule', async () => {
  const rules = [rule({ subject: 'zelda' }, 30), rule({}, 5)];
  await retention(rules, 4).tick();
  expect(await left()).toEqual(['marco', 'zelda', 'omar']);
  const { size } = await store.readers.log.head();
  const later = retention(rules, 6);
  await later.tick();
  expect(await left()).toEqual(['zelda', 'omar']);
  const said = await store.readers.log.entry(size);
  expect(said?.details.map(({ name, value }) => [name, Buffer.from(value).toString()])).toEqual([
    ['targets', `[[${decisions.marco},${decisions.marco + 1},null]]`],
    ['basis', '{} 5d'],
  ]);
  await later.tick();
  expect((await store.readers.log.head()).size).toBe(size + 1);

  await retention(rules, 31).tick();
  expect(await left()).toEqual(['omar']);
  const whole = await verify(log, '--archive', log.target);
  expect(whole).toMatchObject({ code: 0, report: { verdict: 'consistent', details: { erased: 0 } } });
  expect(await verify(log)).toMatchObject({ code: 0 });
});

test.each<[string, () => Promise<void>]>([
  ['while something is held', () => retention([rule({}, 5)], 6, true).tick()],
  ['where no rule fits', () => retention([rule({ subject: 'nobody' }, 5)], 6).tick()],
  ['without rules', () => retention([], 6).tick()],
])('nothing goes %s', async (_when, tick) => {
  const { size } = await store.readers.log.head();
  await tick();
  expect([await left(), (await store.readers.log.head()).size]).toEqual([['marco', 'zelda', 'omar'], size]);
});

test('nothing goes of an archive that is not at hand, which is told once', async () => {
  const away = `${log.target}-away`;
  renameSync(log.target, away);
  const { size } = await store.readers.log.head();
  const kept = retention([rule({}, 5)], 6);
  await kept.tick();
  await kept.tick();
  expect((await store.readers.log.head()).size).toBe(size);
  expect(told).toEqual([expect.stringContaining('cannot be read')]);
  expect(await left(away)).toHaveLength(3);
});

test('what is left here of a call that was archived goes by the rule that keeps longest, where one surely fits', async () => {
  const straddling: number[] = [];
  for await (const { index, header, details } of store.readers.log.entries(512)) {
    const entry = parseEntry(header);
    const call = entry.ok ? entry.value.call : null;
    if (call !== null && details.length > 0 && (await store.readers.calls.get(call)) === null)
      straddling.push(index);
  }
  expect(straddling.length).toBeGreaterThan(0);
  const tick = (rules: readonly RetentionRule[], days: number) =>
    createRetention({
      rules,
      writer: store,
      readers: store.readers,
      heldBy: async () => () => null,
      alone: createAlone(),
      now: () => Date.now() + days * DAY,
    }).tick();
  const there = async () => (await store.readers.payloads.sealedOf(straddling)).map(({ index }) => index);

  await tick([rule({ subject: 'nobody' }, 5)], 6);
  const rules = [rule({ subject: 'nobody' }, 9), rule({}, 5)];
  await tick(rules, 6);
  expect(await there()).toEqual(straddling);
  await tick(rules, 10);
  expect(await there()).toEqual([]);
  expect(await verify(log)).toMatchObject({ code: 0 });
});
