import { generateNoteKey, importNoteSigner, parseTrust, receiptKeyName } from '@countersign/audit';
import { expect, test } from 'vitest';
import { createReceiptIssuer } from './issuer.ts';
import { serveTrust } from './serve.ts';

const ORIGIN = 'test.example/log';

test('a fresh auditor gets a trust policy of the keys in use, and is told that the root key is to come another way', async () => {
  const signer = await importNoteSigner((await generateNoteKey(receiptKeyName(ORIGIN))).skey);
  if (!signer.ok) throw new Error(signer.error.message);
  const { vkey } = await generateNoteKey(ORIGIN);
  const issuer = createReceiptIssuer({ signer: signer.value, origin: ORIGIN, promiseSeconds: 5 });
  const text = await serveTrust({ issuer, logKeys: [vkey] }).text();
  const trust = await parseTrust(text);
  if (!trust.ok) throw new Error(trust.error.message);
  expect(trust.value.logs.map(({ verifier }) => verifier.vkey)).toEqual([vkey, issuer.vkey]);
  expect(trust.value.witnesses).toEqual([]);
  expect(text).toMatch(/^# [^]*root key[^]*countersign keys manifest --root-key/);
  expect(text.split('\n').filter((line) => line.startsWith('log ')).length).toBe(2);
});
