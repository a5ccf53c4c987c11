// Bundles that a stranger wrote to keep their reader busy, or to fill its memory. Time stays that of reading the file,
// and what would have to be kept is refused. A test here that takes as many steps as the square of its size runs out of time.

import { describe, expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { newId } from '../ids.ts';
import { receiptKeyName, signReceipt } from '../receipt/receipt.ts';
import { digestOf } from '../sha256.ts';
import { bundleLines, bundleText, newSigner } from '../testing/bundle-builder.ts';
import { callLog, openLog, ORIGIN } from '../testing/log-builder.ts';
import { redactionText } from '../verify/redactions.ts';
import type { BundleReport } from './report.ts';
import { BUNDLE_LIMITS, type BodyLine, type BundleLimits } from './types.ts';
import { createUnexplained } from './unexplained.ts';
import { verifyBundle } from './verify.ts';

const MANY = 50_000;
const signer = await newSigner();
const LOG = callLog(2);
const [head = ''] = bundleText(await bundleLines({ log: LOG, signer })).split('\n');

async function reportOf(
  lines: readonly BodyLine[],
  limits: Partial<BundleLimits> = {},
): Promise<BundleReport> {
  return verifyBundle([utf8(bundleText(lines))], {
    vkeys: [signer.vkey],
    keysFrom: 'outside',
    limits: { ...BUNDLE_LIMITS, ...limits },
  });
}

describe('details that are called erased', () => {
  test('are each looked at once, however many redactions there are and whatever they name', () => {
    const unexplained = createUnexplained();
    for (let index = 0; index < MANY; index += 1) {
      unexplained.add(index, 'caller');
      unexplained.add(index, 'request');
    }
    for (let i = 0; i < MANY; i += 1) {
      unexplained.redact({ first: 0, last: MANY, names: ['caller', 'another'] });
      unexplained.redact({ first: MANY, last: 2 * MANY, names: null });
      unexplained.redact({ first: i, last: i, names: ['request'] });
    }
    expect(unexplained.left()).toEqual([]);
  });

  test('are accounted for by name and place, by what comes after them only', () => {
    const unexplained = createUnexplained();
    for (const index of [3, 5, 8]) for (const name of ['a', 'b']) unexplained.add(index, name);
    unexplained.redact({ first: 4, last: 5, names: null });
    unexplained.redact({ first: 0, last: 4, names: ['b'] });
    unexplained.redact({ first: 9, last: 20, names: null });
    unexplained.add(11, 'a');
    unexplained.redact({ first: 0, last: 4, names: ['b'] });
    expect(unexplained.left()).toEqual([
      [3, ['a']],
      [8, ['a', 'b']],
      [11, ['a']],
    ]);
    unexplained.redact({ first: 0, last: 20, names: null });
    expect(unexplained.left()).toEqual([]);
  });

  test('do not make a bundle slow in which thousands are redacted by as many ranges', async () => {
    const log = callLog(2000);
    const last = log.entries.length - 1;
    const ranges = (names: readonly string[]) =>
      redactionText(Array.from({ length: 5000 }, () => ({ first: 0, last, names })));
    const names = [...Array.from({ length: 20 }, () => ['sentence']), ['caller', 'request', 'result']];
    for (const each of names)
      log.add({
        kind: 'log.redacted',
        call: null,
        agent: null,
        chain: null,
        body: { cause: 'erasure', change: null, entries: 1, details: 1, keys: 0 },
        details: { targets: ranges(each) },
      });
    const lines = (await bundleLines({ log, signer, isRange: true })).map((line) =>
      line.type === 'entry' && line.index > 0 && line.index <= last
        ? { ...line, erased: line.details.map(({ name }) => name), details: [] }
        : line,
    );
    const report = await reportOf(lines);
    expect([report.firstFailure, report.details.erased]).toEqual([null, 6000]);
  });
});

test('receipts that all speak of one entry are each looked at once', async () => {
  const key = await newSigner(receiptKeyName(ORIGIN));
  const first = LOG.entries[1];
  const note = await signReceipt(
    {
      origin: ORIGIN,
      index: 1,
      leaf: first?.leaf ?? new Uint8Array(32),
      time: 1,
      call: newId('call'),
      kind: 'decided',
      promiseSeconds: 5,
    },
    key,
  );
  const more: BodyLine[] = Array.from({ length: MANY }, () => ({ type: 'receipt', note }));
  const report = await reportOf(await bundleLines({ log: LOG, signer, more }));
  expect([report.firstFailure, report.receipts]).toEqual([null, { read: MANY, signed: 0 }]);
}, 20_000);

describe('what has to be kept in memory is bounded together', () => {
  test('proofs of consistency', async () => {
    const hashes = Array.from({ length: 60 }, () => digestOf('x'));
    const more: BodyLine[] = Array.from({ length: 30 }, (_, from) => ({ type: 'consistency', from, hashes }));
    const lines = await bundleLines({ log: LOG, signer, more });
    expect((await reportOf(lines, { heldBytes: 200_000 })).firstFailure).toBeNull();
    expect((await reportOf(lines, { heldBytes: 50_000 })).firstFailure).toMatchObject({
      level: 'structure',
      code: 'bundle_too_large',
    });
  });

  test('what approvals cover', async () => {
    const log = openLog();
    for (let i = 0; i < 5; i += 1)
      log.add({
        kind: 'approval.requested',
        call: newId('call'),
        agent: null,
        chain: null,
        body: { approval: newId('apr'), quorum: 1, expiresAt: 9 },
        details: { guards: `["${'x'.repeat(10_000)}"]` },
      });
    const lines = await bundleLines({ log, signer });
    expect((await reportOf(lines, { heldBytes: 60_000 })).firstFailure).toBeNull();
    expect((await reportOf(lines, { heldBytes: 30_000 })).firstFailure?.code).toBe('bundle_too_large');
  });
});

describe('lines that are no lines of a bundle', () => {
  const first = async (line: string): Promise<string | undefined> =>
    (await verifyBundle([utf8(`${head}\n${line}\n`)])).firstFailure?.message;

  test.each([
    ['lists in lists', '['.repeat(1_000_000) + ']'.repeat(1_000_000), 'it is not an object'],
    ['objects in objects', '{"type":'.repeat(200_000) + '1' + '}'.repeat(200_000), 'it has no type'],
    [
      'lists where there is a text',
      `{"note":${'['.repeat(200_000)}${']'.repeat(200_000)},"type":"checkpoint"}`,
      '`note` is not a text',
    ],
    ['the name of a prototype', '{"__proto__":{"note":"x"},"type":"checkpoint"}', '`note` is missing'],
    ['a type of every object', '{"type":"constructor"}', 'the type `constructor` does not exist'],
    ['one member twice', '{"note":"x","note":"x","type":"checkpoint"}', 'it is not in canonical form'],
    ['a number that is none', '{"from":1e999,"hashes":[],"type":"consistency"}', '`from` is not a whole'],
  ])('%s', async (_what, line, message) => {
    expect(await first(line)).toContain(`line 2: ${message}`);
  });

  test('numbers beyond any log end in a refusal, not in a long loop', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const more: BodyLine[] = [{ type: 'range', from: 0, to: most, before: [], after: [] }];
    const report = await reportOf(await bundleLines({ log: LOG, signer, more }));
    expect(report.firstFailure).toMatchObject({ level: 'inclusion', code: 'range_root' });
  });

  test('names of prototypes are names like any other', async () => {
    const lines = await bundleLines({ log: LOG, signer });
    const spoilt = lines.map((line) =>
      line.type === 'entry' && line.index === 1
        ? { ...line, withheld: ['__proto__', 'constructor', 'toString'] }
        : line,
    );
    const report = await reportOf(spoilt);
    expect(report.levels.details).toMatchObject({ failures: 3, first: { code: 'detail_uncommitted' } });
  });
});

test('a policy set that names no entry is said to be tied to none', async () => {
  const set: BodyLine = {
    type: 'policySet',
    digest: digestOf('whatever'),
    entry: null,
    salt: null,
    sources: '[]',
  };
  const untied = await reportOf(await bundleLines({ log: LOG, signer, more: [set] }));
  expect(untied.notProven.join('\n')).toContain('untied: 1 policy set without the entry');
  const without = await reportOf(await bundleLines({ log: LOG, signer }));
  expect(without.notProven.join('\n')).not.toContain('untied');
});
