// A log whose first entries were archived: what is left is bound to the tree, what was archived is named, and what was simply
// taken away is found.
import { describe, expect, test } from 'vitest';
import type { EntryDraft } from '../entry/types.ts';
import { newId } from '../ids.ts';
import { completed, decided, type LogBuilder, openLog, ORIGIN } from '../testing/log-builder.ts';
import { digestOf } from '../sha256.ts';
import { verifyLog } from './log.ts';
import type { EntriesBefore, LogReport, VerifyOptions } from './types.ts';

const CUT = 4;
const DIGEST = digestOf('archive');
const plain = { call: null, agent: null, chain: null } as const;
const CALL = newId('call');
const CHAIN = newId('chain');

const pruned = (from: number, to: number, archive = DIGEST, size = to): EntryDraft => ({
  ...plain,
  kind: 'log.pruned',
  body: { from, to, size, archive },
  details: {},
});

/** `straddling` was decided before the cut; entry 4 is the first that is kept. */
function logOf(...rest: readonly EntryDraft[]): LogBuilder {
  const log = openLog();
  log.add({ ...plain, kind: 'node.started', body: {}, details: {} });
  log.add(decided(CALL, {}, CHAIN));
  log.add(decided(newId('call')));
  for (const draft of rest) log.add(draft);
  return log;
}

function beforeOf(log: LogBuilder, size = CUT): EntriesBefore {
  const leaves = log.entries.slice(0, size).map(({ leaf }) => leaf);
  return {
    size,
    lastLeaf: leaves.at(-1) ?? new Uint8Array(),
    subtrees: leaves.map((hash) => ({ level: 0, hash })),
    leafAt: (index) => leaves[index] ?? null,
  };
}

async function rest(log: LogBuilder, options: Partial<VerifyOptions> = {}): Promise<LogReport> {
  const before = beforeOf(log);
  return verifyLog(log.entries.slice(before.size), { origin: ORIGIN, before, ...options });
}

const codes = ({ firstFailure }: LogReport) => [firstFailure?.code ?? null, firstFailure?.index ?? null];
const ENDED = { ...completed(CALL, 2), chain: CHAIN };

describe('what is left of a log whose first entries were archived', () => {
  test('is consistent, has the root of the whole, and says what was not read', async () => {
    const log = logOf(ENDED, pruned(0, CUT), decided(newId('call')));
    const report = await rest(log);
    expect(codes(report)).toEqual([null, null]);
    expect(report.root).toBe((await verifyLog(log.entries, { origin: ORIGIN })).root);
    expect(report).toMatchObject({
      size: 7,
      read: { from: CUT, to: 7 },
      archived: [{ from: 0, to: CUT, archive: DIGEST, entry: 5, isRead: false }],
      summary: expect.stringContaining('entries 4 to 6 are consistent') as string,
    });
    expect(report.notProven[0]).toMatch(/entries 0 to 3 were archived \(`log.pruned` at entry 5\)/);
    expect(report.notProven).toContainEqual(expect.stringMatching(/2 references to entries that were not/));
  });

  test('is broken where no entry says so', async () => {
    expect(codes(await rest(logOf(ENDED)))).toEqual(['entry_missing', 0]);
    expect(codes(await rest(logOf(ENDED, pruned(0, 3))))).toEqual(['entry_missing', 3]);
    expect(codes(await rest(logOf(ENDED, pruned(1, CUT))))).toEqual(['entry_missing', 0]);
  });

  test('is broken where the entry that says so cannot be', async () => {
    expect(codes(await rest(logOf(pruned(0, CUT, DIGEST, 3))))).toEqual(['entry_missing', 0]);
    expect(codes(await rest(logOf(pruned(0, CUT, DIGEST, 5))))).toEqual(['entry_missing', 0]);
  });

  test('may have been archived in parts', async () => {
    const report = await rest(logOf(ENDED, pruned(0, 2), pruned(2, CUT, digestOf('two'))));
    expect(codes(report)).toEqual([null, null]);
    expect(report.archived.map(({ from, to, entry }) => [from, to, entry])).toEqual([
      [0, 2, 5],
      [2, 4, 6],
    ]);
  });

  test('follows the last archived entry', async () => {
    const log = logOf(ENDED, pruned(0, CUT));
    const before = { ...beforeOf(log), lastLeaf: log.entries[0]?.leaf ?? new Uint8Array() };
    expect(codes(await rest(log, { before }))).toEqual(['prev_mismatch', 4]);
  });

  test('ends nothing of before once what was before is said to be over', async () => {
    expect(codes(await rest(logOf(pruned(0, CUT), ENDED)))).toEqual(['call_not_open', 5]);
    expect(codes(await rest(logOf(completed(CALL, 4), pruned(0, CUT))))).toEqual(['call_not_open', 4]);
    const approval = newId('apr');
    const closed: EntryDraft = {
      ...plain,
      kind: 'approval.closed',
      body: { approval, state: 'expired', previous: 'pending', user: null },
      details: {},
    };
    expect(codes(await rest(logOf(closed, pruned(0, CUT))))).toEqual([null, null]);
    expect(codes(await rest(logOf(pruned(0, CUT), closed)))).toEqual(['approval_unknown', 5]);
  });

  test('continues chains of before by the leaf hashes that are known', async () => {
    const log = logOf(ENDED, pruned(0, CUT));
    const wrong = { ...beforeOf(log), leafAt: () => new Uint8Array(32) };
    expect(codes(await rest(log, { before: wrong }))).toEqual(['chain_broken', 4]);
    expect(codes(await rest(log, { before: { ...wrong, leafAt: () => null } }))).toEqual([null, null]);
  });
});

describe('archives that are read with the log', () => {
  const log = logOf(ENDED, pruned(0, CUT), decided(newId('call')));

  test('are verified as if nothing had been archived', async () => {
    const report = await verifyLog(log.entries, {
      origin: ORIGIN,
      archives: [{ from: 0, to: CUT, digest: DIGEST }],
    });
    expect(codes(report)).toEqual([null, null]);
    expect(report).toMatchObject({ read: { from: 0, to: 7 }, archived: [{ entry: 5, isRead: true }] });
    expect(report.notProven.join()).not.toContain('archive');
  });

  test.each([
    ['of another digest', { from: 0, to: CUT, digest: digestOf('other') }],
    ['of other entries', { from: 0, to: 2, digest: DIGEST }],
  ])('are not the log’s own when %s', async (_what, archive) => {
    const report = await verifyLog(log.entries, { origin: ORIGIN, archives: [archive] });
    expect(codes(report)).toEqual(['archive_mismatch', 0]);
  });
});

test('an archive by itself leads to the root of a checkpoint of more entries', async () => {
  const log = logOf(ENDED, pruned(0, CUT));
  const after = log.entries.slice(CUT).map(({ leaf }) => ({ level: 0, hash: leaf }));
  const report = await verifyLog(log.entries.slice(0, CUT), { origin: ORIGIN, after });
  expect(codes(report)).toEqual([null, null]);
  expect(report).toMatchObject({ size: 6, read: { from: 0, to: CUT }, calls: { open: 2 } });
  expect(report.root).toBe((await verifyLog(log.entries, { origin: ORIGIN })).root);
  expect(report.notProven[0]).toMatch(/entries from 4 on are not in this archive/);
});
