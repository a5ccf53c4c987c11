import { expect, test } from 'vitest';
import type { Detail } from '../entry/types.ts';
import { callLog, ORIGIN } from '../testing/log-builder.ts';
import { verifyLog } from './log.ts';

const LOG = callLog(2);

async function verifiedWith(change: (details: readonly Detail[]) => readonly Detail[]) {
  const entries = LOG.entries.map((entry) =>
    entry.index === 1 ? { ...entry, details: change(entry.details) } : entry,
  );
  return verifyLog(entries, { origin: ORIGIN });
}

test('a detail that was erased leaves the log consistent, counted and said to be unknown', async () => {
  const report = await verifiedWith(([first]) => (first === undefined ? [] : [first]));
  expect(report).toMatchObject({ verdict: 'consistent', details: { erased: 1, tampered: 0 } });
  expect(report.notProven).toContain(
    '1 detail erased or removed: what the log committed to there is unknown',
  );
});

test.each<[string, string, (details: readonly Detail[]) => readonly Detail[]]>([
  ['stored twice', 'detail_uncommitted', (details) => [...details, ...details.slice(0, 1)]],
  [
    'stored where the header commits to none',
    'detail_uncommitted',
    ([first, ...rest]) => [
      ...rest,
      { name: 'subject', salt: first?.salt ?? new Uint8Array(32), value: first?.value ?? new Uint8Array() },
    ],
  ],
  [
    'of a name that no kind has',
    'detail_uncommitted',
    (details) => [...details, { name: 'toString', salt: new Uint8Array(32), value: new Uint8Array() }],
  ],
  [
    'stored under the name of another',
    'detail_tampered',
    ([a, b]) => [
      { name: 'caller', salt: b?.salt ?? new Uint8Array(32), value: b?.value ?? new Uint8Array() },
      { name: 'request', salt: a?.salt ?? new Uint8Array(32), value: a?.value ?? new Uint8Array() },
    ],
  ],
  [
    'stored with a torn salt',
    'detail_tampered',
    ([first, ...rest]) => [
      {
        name: 'caller',
        salt: (first?.salt ?? new Uint8Array(32)).slice(1),
        value: first?.value ?? new Uint8Array(),
      },
      ...rest,
    ],
  ],
])('a detail must not be %s', async (_case, code, change) => {
  expect((await verifiedWith(change)).firstFailure).toMatchObject({ level: 'details', code, index: 1 });
});
