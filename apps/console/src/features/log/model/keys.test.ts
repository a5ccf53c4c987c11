import {
  generateNoteKey,
  importNoteSigner,
  manifestKeyName,
  receiptKeyName,
  signKeyManifest,
} from '@countersign/audit';
import { expect, test } from 'vitest';
import { readKeys } from './keys.ts';

const ORIGIN = 'log.example/one';

test('keys in use come first, and each says for which sizes of the log it speaks', async () => {
  const root = await generateNoteKey(manifestKeyName(ORIGIN));
  const signer = await importNoteSigner(root.skey);
  if (!signer.ok) throw new Error(signer.error.message);
  const [old, stolen, current] = await Promise.all([1, 2, 3].map(() => generateNoteKey(ORIGIN)));
  const receipt = await generateNoteKey(receiptKeyName(ORIGIN));
  const line = { from: 0, to: null, revoked: false };
  const note = await signKeyManifest(
    {
      origin: ORIGIN,
      serial: 3,
      keys: [
        { ...line, role: 'checkpoint', vkey: old?.vkey ?? '', to: 7 },
        { ...line, role: 'checkpoint', vkey: stolen?.vkey ?? '', from: 7, to: 9, revoked: true },
        { ...line, role: 'checkpoint', vkey: current?.vkey ?? '', from: 9 },
        { ...line, role: 'receipt', vkey: receipt.vkey },
      ],
    },
    signer.value,
  );
  const read = readKeys(note);
  expect(read.keys.map(({ role, from, to, state }) => [role, from, to, state])).toEqual([
    ['checkpoint', 9, null, 'used'],
    ['receipt', 0, null, 'used'],
    ['checkpoint', 7, 9, 'revoked'],
    ['checkpoint', 0, 7, 'ended'],
  ]);
  expect(read.signedBy).toEqual([{ name: `${ORIGIN}/keys`, id: root.vkey.split('+')[1] }]);
  expect(read.serial).toBe(3);
});

test('what is no manifest is an error', () => {
  expect(() => readKeys('x')).toThrow(/note/);
});
