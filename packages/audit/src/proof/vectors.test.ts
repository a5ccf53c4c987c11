// Held to proofs.json, which an independent Python implementation wrote.
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { fromHex, toHex } from '../bytes.ts';
import { appendLeaf, type CompactRange, EMPTY_RANGE, leafHash, nodeHash, rangeRoot } from '../merkle.ts';
import { importNoteVerifier } from '../note-key.ts';
import { digestOf } from '../sha256.ts';
import { encodeBundle } from '../tile/bundle.ts';
import { joinHashes } from '../tile/hashes.ts';
import { bundlePath, parseTilePath, tilePath } from '../tile/path.ts';
import type { Tile } from '../tile/place.ts';
import { proveConsistency, proveInclusion, proveRange, type ReadNode } from './prove.ts';
import { formatTlogProof, openTlogProof, parseTlogProof } from './text.ts';
import { verifyConsistency, verifyInclusion, verifyRange } from './verify.ts';

interface Vectors {
  readonly size: number;
  readonly root: string;
  readonly tiles: readonly (Tile & { readonly path: string; readonly sha256: string })[];
  readonly bundles: readonly { index: number; width: number; path: string; sha256: string }[];
  readonly paths: readonly (Tile & { readonly path: string })[];
  readonly inclusion: readonly { index: number; size: number; leaf: string; root: string; proof: string[] }[];
  readonly consistency: readonly {
    older: number;
    newer: number;
    olderRoot: string;
    newerRoot: string;
    proof: string[];
  }[];
  readonly ranges: readonly {
    from: number;
    to: number;
    size: number;
    root: string;
    before: string[];
    after: string[];
  }[];
  readonly tlogProofs: readonly {
    vkey: string;
    index: number;
    size: number;
    leaf: string;
    checkpoint: string;
    text: string;
    textWithExtra: string;
  }[];
}

const file = new URL('../../testdata/vectors/proofs.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

const hash = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array();
const entry = (index: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, index);
  return bytes;
};
/** Roots of perfect subtrees by level; entry i is i in four bytes. */
const rows: Uint8Array[][] = [Array.from({ length: vectors.size }, (_, at) => leafHash(entry(at)))];
for (let below = rows[0] ?? []; below.length > 1; ) {
  const row = below.slice(0, below.length >> 1).map((_, at) => nodeHash(...pair(below, at)));
  rows.push(row);
  below = row;
}
function pair(below: readonly Uint8Array[], at: number): [Uint8Array, Uint8Array] {
  return [below[2 * at] as Uint8Array, below[2 * at + 1] as Uint8Array];
}
const read: ReadNode = ({ level, index }) => rows[level]?.[index] as Uint8Array;

test('the tree over all entries has the root of the vectors', () => {
  const leaves = rows[0] ?? [];
  const range = leaves.reduce<CompactRange>((grown, leaf) => appendLeaf(grown, leaf), EMPTY_RANGE);
  expect(toHex(rangeRoot(range))).toBe(vectors.root);
});

test.each(vectors.inclusion)('entry $index of $size', async ({ index, size, leaf, root, proof }) => {
  expect((await proveInclusion(index, size, read)).map(toHex)).toEqual(proof);
  const claim = { index, size, leaf: hash(leaf), root: hash(root) };
  expect(verifyInclusion(claim, proof.map(hash))).toBe(true);
  expect(verifyInclusion({ ...claim, root: hash(leaf) }, proof.map(hash))).toBe(size === 1);
});

test.each(vectors.consistency)('$older entries, then $newer', async (vector) => {
  const { older, newer, olderRoot, newerRoot, proof } = vector;
  expect((await proveConsistency(older, newer, read)).map(toHex)).toEqual(proof);
  const claim = {
    older: { size: older, root: hash(olderRoot) },
    newer: { size: newer, root: hash(newerRoot) },
  };
  expect(verifyConsistency(claim, proof.map(hash))).toBe(true);
});

test.each(vectors.ranges)(
  'entries $from to $to of $size',
  async ({ from, to, size, root, before, after }) => {
    const proof = await proveRange({ from, to }, size, read);
    expect({ before: proof.before.map(toHex), after: proof.after.map(toHex) }).toEqual({ before, after });
    const leaves = (rows[0] ?? []).slice(from, to);
    expect(verifyRange({ from, leaves, size, root: hash(root) }, proof)).toBe(true);
  },
);

test.each(vectors.tiles)('$path', ({ level, index, width, path, sha256 }) => {
  expect(tilePath({ level, index, width })).toBe(path);
  const hashes = (rows[8 * level] ?? []).slice(256 * index, 256 * index + width);
  expect(digestOf(joinHashes(hashes))).toBe(sha256);
});

test.each(vectors.bundles)('$path', ({ index, width, path, sha256 }) => {
  expect(bundlePath({ index, width })).toBe(path);
  const headers = Array.from({ length: width }, (_, at) => entry(256 * index + at));
  expect(digestOf(encodeBundle(headers))).toBe(sha256);
});

test.each(vectors.paths)('tile $index is at $path', ({ level, index, width, path }) => {
  expect(tilePath({ level, index, width })).toBe(path);
  expect(parseTilePath(path)).toEqual({ level, index, width });
});

describe.each(vectors.tlogProofs)('the text of the proof of entry $index of $size', (vector) => {
  const { index, size, leaf, checkpoint, text, textWithExtra, vkey } = vector;

  it('is the one that another implementation writes', async () => {
    const hashes = await proveInclusion(index, size, read);
    expect(formatTlogProof({ index, hashes, checkpoint, extra: null })).toBe(text);
    const extra = new TextEncoder().encode('not authenticated');
    expect(formatTlogProof({ index, hashes, checkpoint, extra })).toBe(textWithExtra);
    for (const each of [text, textWithExtra]) {
      const parsed = parseTlogProof(each);
      expect(parsed.ok && formatTlogProof(parsed.value)).toBe(each);
    }
  });

  it('is proof of this entry and of no other, under the log’s key and no other', async () => {
    const key = await importNoteVerifier(vkey);
    if (!key.ok) throw new Error(key.error.message);
    const keys = [key.value];
    for (const each of [text, textWithExtra])
      expect(await openTlogProof(each, hash(leaf), keys)).toMatchObject({
        ok: true,
        value: { index, checkpoint: { size } },
      });
    expect(await openTlogProof(text, leafHash(entry(7)), keys)).toMatchObject({
      error: { code: 'proof_invalid' },
    });
    expect(await openTlogProof(text, hash(leaf), [])).toMatchObject({ error: { code: 'signature_missing' } });
  });

  it.each([
    ['another version', (one: string) => one.replace('@v1', '@v2')],
    ['a second extra line', (one: string) => one.replace('index', 'extra AA==\nextra AA==\nindex')],
    ['extra data that is no base64', (one: string) => one.replace('index', 'extra A\nindex')],
    ['no index', (one: string) => one.replace(/index \d+\n/, '')],
    ['a leading zero', (one: string) => one.replace('index ', 'index 0')],
    ['a negative index', (one: string) => one.replace('index ', 'index -')],
    ['another line ending', (one: string) => one.replaceAll('\n', '\r\n')],
    ['a line that is no hash', (one: string) => one.replace('\n\n', '\nAAAA\n\n')],
    ['more hashes than any tree is high', (one: string) => one.replace('\n\n', `\n${HASH.repeat(64)}\n`)],
    ['no checkpoint', (one: string) => one.slice(0, one.indexOf('\n\n') + 2)],
  ])('is refused with %s', (_, change) => {
    expect(parseTlogProof(change(text)).ok).toBe(false);
  });
});

const HASH = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n';
