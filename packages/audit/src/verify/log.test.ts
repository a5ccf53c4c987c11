import { expect, test } from 'vitest';
import type { EntryDraft } from '../entry/types.ts';
import { emptyLog, ORIGIN, openLog } from '../testing/log-builder.ts';
import { checkpointVector, logVectors, storedVectors } from '../testing/vectors.ts';
import { verifyLog } from './log.ts';
import { LOG_LEVELS } from './types.ts';

const { vkey, note } = checkpointVector;
const { origin, roots } = logVectors;

async function* oneByOne<T>(items: readonly T[]) {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

test('says that an entry of an older form follows a newer one, and fails none for it', async () => {
  const of = async (index: number) => {
    const read = storedVectors().slice(0, index);
    const { verdict, notProven } = await verifyLog(read, { origin });
    return [verdict, notProven.find((sentence) => sentence.startsWith('of an older form'))];
  };
  const after = logVectors.entries.findIndex(({ isEarlier }) => isEarlier);
  expect(await of(after)).toEqual(['consistent', undefined]);
  expect(await of(after + 1)).toEqual([
    'consistent',
    expect.stringContaining(`1 entry (the first is entry ${after})`),
  ]);
  // The first end of an approval that has what came later comes behind the one that has not: that is as it should be.
  expect((await of(logVectors.entries.length))[1]).toContain(`1 entry (the first is entry ${after})`);
});

test('finds the log of the vectors consistent at every level', async () => {
  const report = await verifyLog(oneByOne(storedVectors()), {
    origin,
    vkeys: [vkey],
    keysFrom: 'outside',
    checkpoints: oneByOne([note]),
    external: [note],
  });
  expect(report.firstFailure).toBeNull();
  expect(report.verdict).toBe('consistent');
  for (const level of LOG_LEVELS) {
    const isAsked = level !== 'decisions' && level !== 'witnesses';
    const state = isAsked ? 'passed' : 'not_checked';
    expect(report.levels[level]).toMatchObject({ state, failures: 0, first: null });
  }
  expect(report).toMatchObject({
    origin,
    size: 56,
    root: roots.at(-1),
    calls: { decided: 8, completed: 3, unknown: 1, open: 0, held: 2 },
    covered: { byStore: 56, elsewhere: 56 },
    linksToOtherLogs: 0,
    details: { erased: 0, tampered: 0 },
  });
  expect(report.details.disclosed).toBe(logVectors.entries.flatMap(({ details }) => details).length);
});

test('never claims more than it checked', async () => {
  const report = await verifyLog(storedVectors(), { origin });
  expect(report.levels.checkpoints.state).toBe('not_checked');
  expect(report.levels.external.state).toBe('not_checked');
  expect(report.summary).toBe(
    '56 entries are consistent with each other and with no checkpoint held elsewhere, since none was given',
  );
  expect(report.notProven).toEqual([
    'a cut-off tail cannot be known without a checkpoint held elsewhere',
    expect.stringMatching(/^unwitnessed: /),
    'no checkpoint signature was checked, since no key or no checkpoint was given',
    expect.stringMatching(/^decisions were not replayed/),
    expect.stringMatching(/^of an older form: 1 entry/),
  ]);
});

test('an empty log is not consistent: every log begins with an entry', async () => {
  const report = await verifyLog([], { origin });
  expect(report).toMatchObject({ verdict: 'broken', size: 0, firstFailure: { code: 'log_empty', index: 0 } });
});

test('entries of another log are found out at the first one', async () => {
  const report = await verifyLog(storedVectors(), { origin: 'log.example.com/audit/other' });
  expect(report.firstFailure).toMatchObject({ level: 'hashChain', code: 'origin_mismatch', index: 0 });
});

const STOPPED: EntryDraft = {
  kind: 'node.stopped',
  call: null,
  agent: null,
  chain: null,
  body: { reason: 'signal' },
  details: {},
};

test('a log whose first entry does not open it is broken', async () => {
  const log = emptyLog();
  log.add(STOPPED);
  const report = await verifyLog(log.entries, { origin: ORIGIN });
  expect(report.firstFailure).toMatchObject({ code: 'log_not_opened', index: 0 });
});

test('a log that opens twice is broken', async () => {
  const log = openLog();
  log.add({ kind: 'log.opened', call: null, agent: null, chain: null, body: {}, details: {} });
  const report = await verifyLog(log.entries, { origin: ORIGIN });
  expect(report.firstFailure).toMatchObject({ code: 'log_opened_twice', index: 1 });
});

test('an entry that is older than the one before it is named', async () => {
  const log = openLog();
  log.add(STOPPED, { time: 500 });
  log.add(STOPPED, { time: 499 });
  const report = await verifyLog(log.entries, { origin: ORIGIN });
  expect(report.firstFailure).toMatchObject({ level: 'structure', code: 'time_backwards', index: 2 });
});

test('tells how far it is, and at the end how far it got', async () => {
  const log = openLog();
  for (let i = 0; i < 9000; i += 1) log.add(STOPPED);
  const seen: number[] = [];
  await verifyLog(log.entries, { origin: ORIGIN, onProgress: ({ entries }) => seen.push(entries) });
  expect(seen).toEqual([4096, 8192, 9001]);
});

test('tells each failure as it is found, in order', async () => {
  const entries = storedVectors().map((entry) =>
    [3, 9].includes(entry.index) ? { ...entry, leaf: new Uint8Array(32) } : entry,
  );
  const seen: (number | null)[] = [];
  const report = await verifyLog(entries, { origin, onFailure: ({ index }) => seen.push(index) });
  expect(seen).toEqual([3, 9]);
  expect(report.levels.leaves.failures).toBe(2);
});

test('refuses to start with a key that is none', async () => {
  await expect(verifyLog([], { origin, vkeys: ['no key'] })).rejects.toThrow(
    '`no key`: the verifier key is not',
  );
});
