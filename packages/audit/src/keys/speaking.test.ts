import { beforeAll, expect, test } from 'vitest';
import { signCheckpoint } from '../checkpoint.ts';
import {
  generateNoteKey,
  importNoteSigner,
  importNoteVerifier,
  type NoteSigner,
  type NoteVerifier,
} from '../note-key.ts';
import type { KeyManifest } from './manifest.ts';
import { openSpoken } from './speaking.ts';

const origin = 'test.example/log';
const root = new Uint8Array(32);
let signers: NoteSigner[];
let verifiers: NoteVerifier[];
let manifest: KeyManifest;

beforeAll(async () => {
  const pairs = await Promise.all([1, 2, 3].map(() => generateNoteKey(origin)));
  signers = [];
  verifiers = [];
  for (const { skey, vkey } of pairs) {
    const [signer, verifier] = [await importNoteSigner(skey), await importNoteVerifier(vkey)];
    if (signer.ok) signers.push(signer.value);
    if (verifier.ok) verifiers.push(verifier.value);
  }
  const [first = '', second = '', third = ''] = pairs.map(({ vkey }) => vkey);
  manifest = {
    origin,
    serial: 3,
    keys: [
      { role: 'checkpoint', vkey: first, from: 0, to: 10, revoked: false },
      { role: 'checkpoint', vkey: second, from: 10, to: 21, revoked: true },
      { role: 'checkpoint', vkey: third, from: 30, to: null, revoked: false },
    ],
  };
});

/** Opens a checkpoint of `size` entries that the keys with these numbers signed. */
async function opened(size: number, ...keys: number[]) {
  const by = signers.filter((_, at) => keys.includes(at + 1));
  const checkpoint = await openSpoken(
    await signCheckpoint({ origin, size, root }, ...by),
    verifiers,
    manifest,
  );
  return checkpoint === null ? 'disowned' : checkpoint.ok ? 'open' : checkpoint.error.code;
}

test('each key speaks at its own sizes and at no other', async () => {
  expect(await opened(9, 1)).toBe('open');
  expect(await opened(10, 1)).toBe('signature_missing');
  expect(await opened(9, 2)).toBe('signature_missing');
  expect(await opened(30, 3)).toBe('open');
  expect(await opened(29, 3)).toBe('signature_missing');
});

test('a checkpoint that the key before signed as well is the log’s word by the new one', async () => {
  expect(await opened(10, 1, 2)).toBe('open');
  expect(await opened(10, 2, 1)).toBe('open');
});

test('what a revoked key signed later is as if it were not there', async () => {
  expect(await opened(20, 2)).toBe('open');
  expect(await opened(21, 2)).toBe('disowned');
  expect(await opened(35, 2)).toBe('disowned');
  expect(await opened(35, 2, 3)).toBe('open');
});

test('without a manifest every given key speaks, and without keys none is asked for', async () => {
  const [signer] = signers;
  if (signer === undefined) throw new Error('no signer');
  const note = await signCheckpoint({ origin, size: 99, root }, signer);
  expect(await openSpoken(note, verifiers, undefined)).toMatchObject({ ok: true, value: { size: 99 } });
  expect(await openSpoken(note, verifiers.slice(1), undefined)).toMatchObject({ ok: false });
  expect(await openSpoken(note, [], undefined)).toMatchObject({ ok: true });
});
