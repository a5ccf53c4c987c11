import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { bundleLines, bundleText, newSigner, NOTHING_SELECTED } from '../testing/bundle-builder.ts';
import { callLog } from '../testing/log-builder.ts';
import { digestOf } from '../sha256.ts';
import { createLineDigest } from './digest.ts';
import { type BundleProblemCode, readBundle } from './read.ts';
import { BUNDLE_LIMITS, type BodyLine, type BundleLimits } from './types.ts';
import { createBundleWriter } from './write.ts';

const signer = await newSigner();
const log = callLog(3);
const LINES = await bundleLines({ log, signer, indexes: [0, 1, 2, 3] });
const TEXT = bundleText(LINES);
const RAW = TEXT.split('\n').slice(0, -2);

const DIGEST = digestOf('x');
const RANGE: BodyLine = { type: 'range', from: 0, to: 1, before: [], after: [] };
const KEYS: BodyLine = { type: 'keys', note: 'x' };

/** A whole bundle of these lines, with an end that fits. */
function sealed(lines: readonly string[]): string {
  const digest = createLineDigest();
  for (const line of lines) digest.add(line);
  const entries = lines.filter((line) => line.includes('"type":"entry"')).length;
  const end = { digest: digest.value(), entries, lines: lines.length, type: 'end' };
  return [...lines, JSON.stringify(end), ''].join('\n');
}

async function problemOf(
  text: string,
  limits: Partial<BundleLimits> = {},
): Promise<{ code: BundleProblemCode; message: string } | null> {
  for await (const one of readBundle([utf8(text)], { ...BUNDLE_LIMITS, ...limits }))
    if (!one.ok) return { code: one.code, message: one.message };
  return null;
}

const textOf = (line: BodyLine): string => JSON.stringify(JSON.parse(JSON.stringify(line, sortedKeys(line))));
const sortedKeys = (line: object): string[] => {
  const names = new Set<string>();
  JSON.stringify(line, (name, value: unknown) => (names.add(name), value));
  return [...names].sort();
};

const [head = '', checkpoint = '', first = '', second = '', ...others] = RAW;

test('reads what was written, whatever pieces it comes in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400 })), async (cuts) => {
      const bytes = utf8(TEXT);
      const pieces: Uint8Array[] = [];
      let at = 0;
      for (const cut of cuts) pieces.push(bytes.subarray(at, (at += cut)));
      pieces.push(bytes.subarray(at));
      const read: unknown[] = [];
      for await (const one of readBundle(pieces)) {
        if (!one.ok) throw new Error(one.message);
        read.push(one.line);
      }
      expect(read.slice(0, -1)).toEqual(LINES);
      expect(read.at(-1)).toMatchObject({ type: 'end', lines: LINES.length, entries: 4 });
    }),
    { numRuns: 50 },
  );
});

test.each<[string, readonly string[], RegExp]>([
  ['no head', [checkpoint, first], /line 1: a bundle begins with/],
  ['a checkpoint first', [checkpoint, head], /line 1: a bundle begins with/],
  ['two heads', [head, head, checkpoint], /line 2: a bundle has one `bundle` line/],
  ['two checkpoints', [head, checkpoint, checkpoint], /line 3: a bundle has one `checkpoint` line/],
  ['two ranges', [head, checkpoint, textOf(RANGE), textOf(RANGE)], /line 4: a bundle has one `range` line/],
  ['two manifests', [head, textOf(KEYS), textOf(KEYS), checkpoint], /line 3: a bundle has one `keys` line/],
  ['entries before the checkpoint', [head, first, checkpoint], /line 2: the checkpoint is missing/],
  ['a range without a checkpoint', [head, textOf(RANGE)], /line 2: the checkpoint is missing/],
  [
    'a manifest after the checkpoint',
    [head, checkpoint, textOf(KEYS)],
    /line 3: a `keys` line does not stand after/,
  ],
  [
    'a range after entries',
    [head, checkpoint, first, textOf(RANGE)],
    /line 4: a `range` line does not stand after/,
  ],
  ['an entry twice', [head, checkpoint, first, first], /line 4: entry 0 comes again or too late/],
  ['entries out of order', [head, checkpoint, second, first], /line 4: entry 0 comes again or too late/],
])('%s is refused', async (_what, lines, message) => {
  expect(await problemOf(sealed(lines))).toEqual({
    code: 'bundle_malformed',
    message: expect.stringMatching(message),
  });
});

test.each<[string, (line: string) => string]>([
  ['white space', (line) => line.replace('":', '": ')],
  ['white space at the end', (line) => `${line} `],
  ['a carriage return', (line) => `${line}\r`],
  ['a byte order mark', (line) => `\ufeff${line}`],
  ['an escape that need not be', (line) => line.replace('"type":"entry"', '"type":"\\u0065ntry"')],
  ['a member twice', (line) => line.replace('"index":0', '"index":0,"index":0')],
  ['a member that nobody knows', (line) => line.replace('"withheld"', '"zzz":1,"withheld"')],
  ['a member at the end that nobody knows', (line) => line.replace(/\}$/, ',"zzz":1}')],
  ['a member too few', (line) => line.replace('"index":0,', '')],
  ['members in another order', (line) => `{"index":0,${line.replace('"index":0,', '').slice(1)}`],
  ['a float', (line) => line.replace('"index":0', '"index":0.0')],
  ['a negative number', (line) => line.replace('"index":0', '"index":-1')],
  ['a number beyond 2^53', (line) => line.replace('"index":0', '"index":9007199254740993')],
  [
    'a digest in capitals',
    (line) => line.replace(/"leaf":"[0-9a-f]{64}"/, (leaf) => leaf.toUpperCase().replace('LEAF', 'leaf')),
  ],
  ['a lone surrogate', (line) => line.replace('"text":"', '"text":"\\ud800')],
  ['bytes that are no base64', (line) => line.replace('"base64":null', '"base64":"AA="')],
  ['a type that nobody knows', (line) => line.replace('"type":"entry"', '"type":"entree"')],
  ['a list', () => '[]'],
  ['nothing', () => ''],
])('a line with %s is refused', async (_what, spoil) => {
  const line = spoil(first);
  expect(line).not.toBe(first);
  expect(await problemOf(sealed([head, checkpoint, line, second]))).toMatchObject({
    code: 'bundle_malformed',
  });
});

describe('the end', () => {
  test.each<[string, string, BundleProblemCode]>([
    ['that is missing', `${RAW.join('\n')}\n`, 'bundle_truncated'],
    ['in the middle of a line', TEXT.slice(0, -1), 'bundle_truncated'],
    ['of nothing', '', 'bundle_truncated'],
    ['with half a line behind it', `${TEXT}{`, 'bundle_truncated'],
    ['with another end behind it', `${TEXT}${TEXT.split('\n').at(-2)}\n`, 'bundle_malformed'],
    ['with something behind it', `${TEXT}${head}\n`, 'bundle_malformed'],
    ['with an empty line behind it', `${TEXT}\n`, 'bundle_malformed'],
    ['of more lines', TEXT.replace(/"lines":\d+/, '"lines":99'), 'bundle_altered'],
    ['of more entries', TEXT.replace(/"entries":\d+/, '"entries":99'), 'bundle_altered'],
    [
      'of other lines',
      TEXT.replace(/"digest":"[0-9a-f]{64}","entries"/, `"digest":"${DIGEST}","entries"`),
      'bundle_altered',
    ],
    ['of lines of which one is gone', TEXT.replace(`${others.at(-1)}\n`, ''), 'bundle_altered'],
  ])('%s is refused', async (_what, text, code) => {
    expect(text).not.toBe(TEXT);
    expect(await problemOf(text)).toMatchObject({ code });
  });
});

test('takes no more than it was told to', async () => {
  const size = utf8(TEXT).length;
  const longest = Math.max(...RAW.map((line) => utf8(line).length));
  const lines = RAW.length + 1;
  expect(await problemOf(TEXT, { lineBytes: longest, totalBytes: size, lines })).toBeNull();
  for (const limits of [{ lineBytes: longest - 1 }, { totalBytes: size - 1 }, { lines: lines - 1 }])
    expect(await problemOf(TEXT, limits)).toMatchObject({ code: 'bundle_too_large' });
});

test('a line without an end is refused before it is all there', async () => {
  let given = 0;
  function* endless(): Generator<Uint8Array> {
    for (;;) {
      given += 1;
      yield new Uint8Array(1024).fill(0x61);
    }
  }
  for await (const one of readBundle(endless(), { ...BUNDLE_LIMITS, lineBytes: 10_000 }))
    expect(one).toMatchObject({ ok: false, code: 'bundle_too_large' });
  expect(given).toBeLessThan(12);
});

test('whatever comes, the answer is a problem and never an exception', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 })), async (pieces) => {
      let last: unknown;
      for await (const one of readBundle(pieces)) last = one;
      expect(last).toMatchObject({ ok: false });
    }),
    { numRuns: 300 },
  );
});

test('the writer refuses what no reader would take', () => {
  const writer = createBundleWriter();
  const [bundle, note, entry] = LINES;
  if (bundle === undefined || note === undefined || entry?.type !== 'entry')
    throw new Error('there are three');
  expect(() => writer.line(entry)).toThrow(/a bundle begins with/);
  writer.line(bundle);
  expect(() => writer.line(bundle)).toThrow(/one `bundle` line/);
  writer.line(note);
  expect(() => writer.line({ ...entry, index: -1 })).toThrow(/is not a whole number/);
  expect(() => writer.line({ ...bundle, selection: { ...NOTHING_SELECTED, from: 0.5 } } as BodyLine)).toThrow(
    TypeError,
  );
});
