import {
  EMPTY_RANGE,
  appendLeaf,
  generateNoteKey,
  importNoteSigner,
  leafHash,
  manifestKeyName,
  newId,
  originDigest,
  proveInclusion,
  rangeRoot,
  sealEntry,
  signCheckpoint,
  signKeyManifest,
  toDigest,
  toHex,
} from '@countersign/audit';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CallDetail } from '../../../api/types.ts';
import { checkCheckpoint, checkHeader, checkInclusion, overall } from './proof.ts';

const ORIGIN = 'log.example.com/audit';
type Entry = CallDetail['entries'][number];

const signer = async (name: string) => {
  const { skey, vkey } = await generateNoteKey(name);
  const imported = await importNoteSigner(skey);
  if (!imported.ok) throw new Error(imported.error.message);
  return { key: imported.value, vkey };
};

let entries: Entry[];
let note: string;
let strangersNote: string;
let manifest: string;
let vkey: string;
let proof: readonly string[];

/** A log of two entries, signed by its key, which a manifest names. */
beforeAll(async () => {
  const node = newId('node');
  let prev = originDigest(ORIGIN);
  entries = ['first', 'second'].map((version, index) => {
    const draft = {
      kind: 'node.started',
      call: null,
      agent: null,
      chain: null,
      body: {},
      details: { version },
    } as const;
    const sealed = sealEntry(draft, { index, prev, time: index, node, chain: null });
    prev = toDigest(sealed.leaf);
    return { index, leaf: toHex(sealed.leaf), header: new TextDecoder().decode(sealed.header) } as Entry;
  });
  const leaves = entries.map(({ header }) => leafHash(new TextEncoder().encode(header)));
  const root = rangeRoot(leaves.reduce(appendLeaf, EMPTY_RANGE));
  const [own, other, rootKey] = [
    await signer(ORIGIN),
    await signer(ORIGIN),
    await signer(manifestKeyName(ORIGIN)),
  ];
  ({ vkey } = own);
  note = await signCheckpoint({ origin: ORIGIN, size: 2, root }, own.key);
  strangersNote = await signCheckpoint({ origin: ORIGIN, size: 2, root }, other.key);
  const key = { role: 'checkpoint', vkey, from: 0, to: null, revoked: false } as const;
  manifest = await signKeyManifest({ origin: ORIGIN, serial: 1, keys: [key] }, rootKey.key);
  proof = (await proveInclusion(1, 2, ({ index }) => leaves[index] ?? new Uint8Array())).map(toHex);
});

const second = (): Entry => entries[1] as Entry;

describe('an entry', () => {
  test('is good where its header hashes to its leaf and stands at its place', () => {
    expect(entries.map(checkHeader)).toEqual(['good', 'good']);
  });

  test('is bad where one letter of it was changed, or it stands elsewhere', () => {
    const { header } = second();
    expect(checkHeader({ ...second(), header: header.replace('"time":1', '"time":2') })).toBe('bad');
    expect(checkHeader({ ...second(), index: 0 })).toBe('bad');
    expect(checkHeader({ ...second(), header: 'no entry' })).toBe('bad');
  });

  test('is in the log of the checkpoint that its proof leads to', () => {
    expect(checkInclusion(second(), { proof: [...proof], checkpoint: note })).toBe('good');
    expect(checkInclusion(second(), { proof: [...proof], checkpoint: null })).toBe('unknown');
  });

  test('is not where the proof is of another, too short, or no hashes at all', () => {
    expect(checkInclusion(entries[0] as Entry, { proof: [...proof], checkpoint: note })).toBe('bad');
    expect(checkInclusion(second(), { proof: [], checkpoint: note })).toBe('bad');
    expect(checkInclusion(second(), { proof: ['xyz'], checkpoint: note })).toBe('bad');
    expect(checkInclusion(second(), { proof: [...proof], checkpoint: 'no note' })).toBe('bad');
  });
});

describe('a checkpoint', () => {
  test('is signed by the key that the log names for its size', async () => {
    expect(await checkCheckpoint(note, manifest)).toEqual({
      size: 2,
      origin: ORIGIN,
      note,
      signature: 'good',
      signedBy: [vkey],
    });
  });

  test('is bad when another key of the same name signed it', async () => {
    expect(await checkCheckpoint(strangersNote, manifest)).toMatchObject({ signature: 'bad', signedBy: [] });
  });

  test('is unknown where nobody says which key speaks for the log, and none where it is no note', async () => {
    expect(await checkCheckpoint(note, null)).toMatchObject({ signature: 'unknown' });
    expect(await checkCheckpoint(note, 'nothing')).toMatchObject({ signature: 'unknown' });
    expect(await checkCheckpoint('nothing', manifest)).toBeNull();
  });
});

test('the whole is good only when every part is, and bad as soon as one is', async () => {
  const checkpoint = await checkCheckpoint(note, manifest);
  const good = { index: 1, header: 'good', inclusion: 'good' } as const;
  expect(overall([good], checkpoint)).toBe('good');
  expect(overall([good, { ...good, inclusion: 'unknown' }], checkpoint)).toBe('unknown');
  expect(overall([good, { ...good, header: 'bad' }], null)).toBe('bad');
  expect(overall([good], null)).toBe('unknown');
});
