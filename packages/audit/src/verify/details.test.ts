import { describe, expect, test } from 'vitest';
import type { Detail, EntryDraft } from '../entry/types.ts';
import { callLog, ORIGIN } from '../testing/log-builder.ts';
import { verifyLog } from './log.ts';

const LOG = callLog(2);

async function verifiedWith(change: (details: readonly Detail[]) => readonly Detail[]) {
  const entries = LOG.entries.map((entry) =>
    entry.index === 1 ? { ...entry, details: change(entry.details) } : entry,
  );
  return verifyLog(entries, { origin: ORIGIN });
}

test('a detail that is not there, and that no entry says was redacted, is missing', async () => {
  const report = await verifiedWith(([first]) => (first === undefined ? [] : [first]));
  expect(report).toMatchObject({
    verdict: 'broken',
    firstFailure: { level: 'details', code: 'detail_missing', index: 1 },
    details: { erased: 1, redacted: 0, tampered: 0 },
  });
  expect(report.summary).toContain('MISSING');
});

describe('after a redaction', () => {
  const redaction = (targets: string): EntryDraft => ({
    kind: 'log.redacted',
    call: null,
    agent: null,
    chain: null,
    body: { cause: 'erasure', change: null, entries: 1, details: 1, keys: 0 },
    details: { targets },
  });
  const verified = (names: readonly string[], targets: string) => {
    const log = callLog(2);
    log.add(redaction(targets));
    const entries = log.entries.map((entry) =>
      entry.index === 1
        ? { ...entry, details: entry.details.filter(({ name }) => !names.includes(name)) }
        : entry,
    );
    return verifyLog(entries, { origin: ORIGIN });
  };

  test('what it lists may be gone: that is said, and no failure', async () => {
    const report = await verified(['caller'], '[[1,1,["caller"]]]');
    expect(report).toMatchObject({ verdict: 'consistent', details: { redacted: 1, erased: 0 } });
    expect(report.notProven).toContain('1 detail redacted: what the log committed to there is unknown');
  });

  test.each([
    ['all of an entry', ['caller', 'request'], '[[0,3,null]]'],
    ['a range with names', ['caller'], '[[0,900,["caller","reason"]]]'],
  ])('it may list %s', async (_what, names, targets) => {
    expect(await verified(names, targets)).toMatchObject({ verdict: 'consistent', details: { erased: 0 } });
  });

  test.each([
    ['another name', '[[1,1,["request"]]]'],
    ['another entry', '[[2,2,["caller"]]]'],
    ['something unreadable', '[[1,"1",["caller"]],{},[2,1,null],[1,1,"caller"]]'],
    ['nothing that is JSON', 'all of it'],
  ])('a redaction of %s explains nothing', async (_what, targets) => {
    expect(await verified(['caller'], targets)).toMatchObject({
      firstFailure: { code: 'detail_missing', index: 1 },
      details: { redacted: 0, erased: 1 },
    });
  });
});

test('values without their key are withheld: counted, and nothing is said of them', async () => {
  const entries = LOG.entries.map((entry) =>
    entry.index === 1 ? { ...entry, details: [], withheld: true as const } : entry,
  );
  const report = await verifyLog(entries, { origin: ORIGIN });
  expect(report).toMatchObject({ verdict: 'consistent', details: { withheld: 2, erased: 0 } });
  expect(report.notProven.join(' ')).toContain('withheld: no key');
});

test('without the keys nobody can tell whether what is not there was redacted', async () => {
  const log = callLog(2);
  log.add({
    kind: 'log.redacted',
    call: null,
    agent: null,
    chain: null,
    body: { cause: 'retention', change: null, entries: 1, details: 1, keys: 0 },
    details: { targets: '[[1,1,null]]' },
  });
  const entries = log.entries.map((entry) => {
    if (entry.index === 1) return { ...entry, details: [] };
    return { ...entry, details: [], withheld: true as const };
  });
  const report = await verifyLog(entries, { origin: ORIGIN });
  expect(report).toMatchObject({ verdict: 'consistent', details: { erased: 2, redacted: 0 } });
  expect(report.notProven.join(' ')).toContain('whether a redaction accounts for them could not be read');
});

test('values that do not open with their own key were changed', async () => {
  const entries = LOG.entries.map((entry) =>
    entry.index === 1 ? { ...entry, details: [], damaged: true as const } : entry,
  );
  expect((await verifyLog(entries, { origin: ORIGIN })).firstFailure).toMatchObject({
    level: 'details',
    code: 'detail_tampered',
    index: 1,
  });
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
