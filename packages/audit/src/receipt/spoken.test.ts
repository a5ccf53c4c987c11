import { beforeAll, expect, test } from 'vitest';
import { newId } from '../ids.ts';
import type { KeyManifest } from '../keys/manifest.ts';
import { generateNoteKey, importNoteSigner, importNoteVerifier, type NoteSigner } from '../note-key.ts';
import type { NoteVerifier } from '../note-key.ts';
import { signReceipt } from './receipt.ts';
import { openSpokenReceipt } from './spoken.ts';

const origin = 'test.example/log';
let signers: NoteSigner[];
let verifiers: NoteVerifier[];
let manifest: KeyManifest;

beforeAll(async () => {
  const pairs = await Promise.all([1, 2, 3].map(() => generateNoteKey(`${origin}/receipts`)));
  signers = [];
  verifiers = [];
  for (const { skey, vkey } of pairs) {
    const [signer, verifier] = [await importNoteSigner(skey), await importNoteVerifier(vkey)];
    if (signer.ok) signers.push(signer.value);
    if (verifier.ok) verifiers.push(verifier.value);
  }
  const [ended = '', revoked = '', current = ''] = pairs.map(({ vkey }) => vkey);
  const { vkey } = await generateNoteKey(origin);
  manifest = {
    origin,
    serial: 4,
    keys: [
      { role: 'checkpoint', vkey, from: 0, to: null, revoked: false },
      { role: 'receipt', vkey: ended, from: 0, to: 10, revoked: false },
      { role: 'receipt', vkey: revoked, from: 0, to: 21, revoked: true },
      { role: 'receipt', vkey: current, from: 0, to: null, revoked: false },
    ],
  };
});

/** How the receipt of the entry at `index` by the key with this number stands. */
async function standing(index: number, key: number, by: KeyManifest | undefined = manifest) {
  const [leaf, call, signer] = [new Uint8Array(32), newId('call'), signers[key - 1]];
  if (signer === undefined) throw new Error('no such key');
  const receipt = { origin, index, leaf, time: 1, call, kind: 'decided', promiseSeconds: 5 } as const;
  const opened = await openSpokenReceipt(await signReceipt(receipt, signer), verifiers, by);
  return opened.ok ? opened.value.standing : opened.error.code;
}

test('a receipt counts by the key that speaks for the log with its entry in it', async () => {
  expect(await standing(8, 1)).toBe('speaks');
  expect(await standing(9, 1)).toBe('signature_missing');
  expect(await standing(0, 3)).toBe('speaks');
  expect(await standing(900, 3)).toBe('speaks');
});

test('of a revoked key it is none from the revocation on, and before that may be the thief’s', async () => {
  expect(await standing(19, 2)).toBe('revoked_since');
  expect(await standing(20, 2)).toBe('revoked');
  expect(await standing(900, 2)).toBe('revoked');
});

test('a key that the manifest does not name speaks for nothing, and a manifest of another log has no say', async () => {
  const without = { ...manifest, keys: manifest.keys.filter(({ revoked }) => !revoked) };
  expect(await standing(3, 2, without)).toBe('signature_missing');
  expect(await standing(900, 2, { ...manifest, origin: 'other.example/log' })).toBe('speaks');
});
