import { expect, test } from 'vitest';
import { fromUtf8 } from '../bytes.ts';
import { callLog, ORIGIN } from '../testing/log-builder.ts';
import { verifyLog } from './log.ts';
import type { StoredEntry, VerifyOptions } from './types.ts';
import { type StoredValues, verifyValues } from './values.ts';

const LOG = callLog(6);

function valuesOf(entries: readonly StoredEntry[]): StoredValues[] {
  return entries.map(({ header, details }) => ({ header: fromUtf8(header) ?? '', details }));
}

const changed = (index: number, change: (entry: StoredEntry) => StoredEntry): StoredEntry[] =>
  LOG.entries.map((entry) => (entry.index === index ? change(entry) : entry));

const spoiltDetail = (entry: StoredEntry): StoredEntry => ({
  ...entry,
  details: entry.details.map((detail) => ({ ...detail, value: new Uint8Array(1) })),
});

/** The same log, read by two: one without values, the other with nothing else. */
async function apart(entries: readonly StoredEntry[], spoiltLeaf: number | null) {
  const bare = entries.map((entry) => ({
    ...entry,
    details: [],
    leaf: entry.index === spoiltLeaf ? new Uint8Array(32) : entry.leaf,
  }));
  const options: VerifyOptions = { origin: ORIGIN, values: verifyValues([valuesOf(entries)]) };
  return verifyLog([bare], options);
}

test('a log and its values checked apart come to one report', async () => {
  expect(await apart(LOG.entries, null)).toEqual(await verifyLog(LOG.entries, { origin: ORIGIN }));
});

test.each([
  ['before', 2, 5, { level: 'details', index: 2 }],
  ['after', 6, 3, { level: 'leaves', index: 3 }],
])(
  'of two failures the earlier in the log is the first: a value %s a leaf',
  async (_what, value, leaf, first) => {
    const report = await apart(changed(value, spoiltDetail), leaf);
    expect(report.firstFailure).toMatchObject(first);
    expect([report.levels.details.failures, report.levels.leaves.failures]).toEqual([
      LOG.entries[value]?.details.length,
      1,
    ]);
  },
);

test('values that could not be checked end the verification, and are not passed over', async () => {
  const values = Promise.reject(new Error('the thread ended'));
  await expect(verifyLog(LOG.entries, { origin: ORIGIN, values })).rejects.toThrow('the thread ended');
});
