import { expect, expectTypeOf, test } from 'vitest';
import { fromUtf8, toHex, utf8 } from '../bytes.ts';
import { canonicalJson } from '../canonical.ts';
import { commitmentDigest } from '../commitment.ts';
import { newId } from '../ids.ts';
import { appendLeaf, type CompactRange, EMPTY_RANGE, leafHash, rangeRoot } from '../merkle.ts';
import { type Digest, digestOf, toDigest } from '../sha256.ts';
import { completed, decided } from '../testing/log-builder.ts';
import { hex, logVectors } from '../testing/vectors.ts';
import { FIRST_CHAIN_LINK, nextChainLink, originDigest } from './chain.ts';
import { ENTRY_KINDS } from './kinds.ts';
import { parseEntry } from './parse.ts';
import { type EntryPosition, sealEntry } from './seal.ts';
import type { ChainLink, EntryDraft, EntryHeader } from './types.ts';

const POSITION: EntryPosition = {
  index: 5,
  prev: digestOf('previous'),
  time: 1,
  node: newId('node'),
  chain: null,
};

test('seals the drafts of the vectors into the bytes, leaves and roots that an independent implementation made', () => {
  const { origin, node, entries, roots } = logVectors;
  const log = originDigest(origin);
  const heads = new Map<string, ChainLink>();
  let prev: Digest = log;
  let range: CompactRange = EMPTY_RANGE;
  for (const [index, expected] of entries.entries()) {
    const { draft } = expected;
    const chain = draft.chain === null ? null : (heads.get(draft.chain) ?? FIRST_CHAIN_LINK);
    const salts = hex(expected.details.map(({ salt }) => salt).join(''));
    const position = { index, prev, time: expected.time, node, chain };
    const take = (length: number) => {
      expect(length).toBe(salts.length);
      return salts;
    };
    // What was written before members came later can only be read.
    const sealed = expected.isEarlier ? null : sealEntry(draft, position, take);
    const header = sealed?.header ?? utf8(expected.header);
    const entry: unknown = sealed?.entry ?? JSON.parse(expected.header);
    const leaf = sealed?.leaf ?? leafHash(header);
    expect(fromUtf8(header)).toBe(expected.header);
    expect(canonicalJson(entry as never)).toBe(expected.header);
    expect(toHex(leaf)).toBe(expected.leaf);
    expect(parseEntry(header)).toEqual({ ok: true, value: entry });
    prev = toDigest(leaf);
    range = appendLeaf(range, leaf);
    expect(toHex(rangeRoot(range))).toBe(roots[index + 1]);
    if (draft.chain !== null && chain !== null) {
      heads.set(draft.chain, nextChainLink({ seq: chain.seq, log, index, leaf: prev }));
    }
  }
});

test('what was written before members came later is written no more', () => {
  const before = logVectors.entries.filter(({ isEarlier }) => isEarlier);
  expect(before).toHaveLength(2);
  for (const { draft } of before)
    expect(() => sealEntry({ ...draft, chain: null }, POSITION)).toThrow(' does not fit the schema: `body.');
});

test('the vectors use every kind', () => {
  const kinds = new Set(logVectors.entries.map(({ draft }) => draft.kind));
  expect([...kinds].sort()).toEqual(Object.keys(ENTRY_KINDS).sort());
});

test('commits to each given detail with a salt of its own, and to null where none is given', () => {
  const call = newId('call');
  const sealed = sealEntry(completed(call, 4), POSITION);
  expect(sealed.entry.commits).toMatchObject({ rx: null, error: null, labels: null });
  const [detail] = sealed.details;
  expect(detail?.name).toBe('result');
  expect(sealed.entry.commits.result).toBe(
    commitmentDigest('result', detail?.salt ?? utf8(''), detail?.value ?? utf8('')),
  );
  const again = sealEntry(completed(call, 4), POSITION);
  expect(toHex(again.details[0]?.salt ?? utf8(''))).not.toBe(toHex(detail?.salt ?? utf8('')));
});

test('an empty detail is a detail', () => {
  const draft: EntryDraft = { ...decided(newId('call')), details: { subject: '', actors: undefined } };
  const { details, entry } = sealEntry(draft, POSITION);
  expect(details.map(({ name }) => name)).toEqual(['subject']);
  expect(entry.commits).toMatchObject({ actors: null });
});

test('a salt does not share memory with the salts of other details', () => {
  const { details } = sealEntry(decided(newId('call')), POSITION);
  expect(details.map(({ salt }) => salt.buffer.byteLength)).toEqual([32, 32]);
});

test('refuses a draft that the verifier would refuse', () => {
  const wrong = (change: object) => ({ ...decided(newId('call')), ...change }) as unknown as EntryDraft;
  const body = decided(newId('call')).body;
  expect(() => sealEntry(wrong({ details: { secret: 'x' } }), POSITION)).toThrow('has no detail `secret`');
  expect(() => sealEntry(wrong({ call: null }), POSITION)).toThrow('`call` is not id(call)');
  expect(() => sealEntry(wrong({ body: { ...body, depth: 1.5 } }), POSITION)).toThrow(
    '`body.depth` is not uint',
  );
  expect(() => sealEntry(wrong({ body: { ...body, depth: -1 } }), POSITION)).toThrow(
    '`body.depth` is not uint',
  );
  expect(() => sealEntry(wrong({ body: { ...body, note: 'x' } }), POSITION)).toThrow(
    '`body.note` is not a member',
  );
  expect(() => sealEntry(wrong({ body: { ...body, reason: 'mood' } }), POSITION)).toThrow(
    '`body.reason` is not',
  );
  expect(() => sealEntry(wrong({ agent: newId('usr') }), POSITION)).toThrow('`agent` is not id(agt) or null');
});

test('refuses a position that does not fit the draft', () => {
  const draft = decided(newId('call'));
  expect(() => sealEntry(draft, { ...POSITION, chain: FIRST_CHAIN_LINK })).toThrow(
    'exactly when its draft names a chain',
  );
  expect(() => sealEntry({ ...draft, chain: newId('chain') }, POSITION)).toThrow('exactly when');
  expect(() => sealEntry(draft, { ...POSITION, index: -1 })).toThrow('`index` is not uint');
  expect(() => sealEntry(draft, { ...POSITION, prev: 'x' as Digest })).toThrow('`prev` is not digest');
});

test('drafts and headers are typed by their kind', () => {
  expectTypeOf<EntryDraft<'node.stopped'>['details']>().toEqualTypeOf<Readonly<Record<string, never>>>();
  expectTypeOf<EntryDraft<'node.stopped'>['body']>().toEqualTypeOf<{ readonly reason: 'signal' | 'error' }>();
  expectTypeOf<keyof EntryDraft<'call.completed'>['details']>().toEqualTypeOf<
    'result' | 'rx' | 'error' | 'labels' | 'meters'
  >();
  expectTypeOf<EntryHeader<'call.completed'>['body']['status']>().toEqualTypeOf<number | null>();
  expectTypeOf<EntryHeader<'call.completed'>['commits']['rx']>().toEqualTypeOf<Digest | null>();
  expectTypeOf<{
    kind: 'node.stopped';
    call: null;
    agent: null;
    chain: null;
    body: object;
    details: object;
  }>().not.toExtend<EntryDraft>();
  expectTypeOf<Extract<EntryHeader, { kind: 'call.decided' }>['body']['decision']>().toEqualTypeOf<
    'allow' | 'deny' | 'hold'
  >();
});
