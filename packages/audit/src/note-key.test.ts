import { expect, test } from 'vitest';
import { toHex, utf8 } from './bytes.ts';
import { generateNoteKey, importNoteSigner, importNoteVerifier, isKeyName } from './note-key.ts';
import { checkpointVector } from './testing/vectors.ts';

test('a new key pair signs and verifies, and verifies nothing else', async () => {
  const { skey, vkey } = await generateNoteKey('log.example.com/one');
  const signer = await importNoteSigner(skey);
  const verifier = await importNoteVerifier(vkey);
  if (!signer.ok || !verifier.ok) throw new Error('the new key pair cannot be imported');
  expect(signer.value.vkey).toBe(vkey);
  expect(toHex(signer.value.keyHash)).toBe(toHex(verifier.value.keyHash));
  const signature = new Uint8Array(await signer.value.sign(utf8('text')));
  expect(await verifier.value.verify(utf8('text'), signature)).toBe(true);
  expect(await verifier.value.verify(utf8('texts'), signature)).toBe(false);
});

test('the public half that it derives is the one that an independent Ed25519 derives', async () => {
  const signer = await importNoteSigner(checkpointVector.skey);
  expect(signer.ok && signer.value.vkey).toBe(checkpointVector.vkey);
});

test.each([
  ['another prefix', (skey: string) => skey.replace('PRIVATE', 'private')],
  ['another name', (skey: string) => skey.replace('log.', 'lag.')],
  ['another key hash', (skey: string) => skey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
  ['another algorithm', (skey: string) => skey.replace(/\+A/, '+B')],
  ['a cut-off key', (skey: string) => skey.slice(0, -4)],
  ['a public key', () => checkpointVector.vkey],
  ['nothing', () => ''],
])('refuses a signing key with %s, without repeating it', async (_case, spoil) => {
  const imported = await importNoteSigner(spoil(checkpointVector.skey));
  expect(imported).toMatchObject({ ok: false, error: { code: 'key_malformed' } });
  expect(JSON.stringify(imported)).not.toContain(checkpointVector.skey.slice(-20));
});

test.each([
  ['another name', (vkey: string) => vkey.replace('log.', 'lag.')],
  ['another key hash', (vkey: string) => vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
  ['an uppercase key hash', (vkey: string) => vkey.replace(/\+[0-9a-f]{8}\+/, (hash) => hash.toUpperCase())],
  ['a changed key', (vkey: string) => vkey.replace('AQOh', 'AQOi')],
  ['a short key', (vkey: string) => vkey.slice(0, -4)],
  ['a trailing newline', (vkey: string) => `${vkey}\n`],
  ['no name', (vkey: string) => vkey.slice(vkey.indexOf('+'))],
])('refuses a verifier key with %s', async (_case, spoil) => {
  expect(await importNoteVerifier(spoil(checkpointVector.vkey))).toMatchObject({
    ok: false,
    error: { code: 'key_malformed' },
  });
});

test('a key name has no white space, no plus sign and no control character', async () => {
  expect(isKeyName('log.example.com/audit/one')).toBe(true);
  for (const name of ['', 'a b', 'a+b', 'a\u00a0b', 'a\n', 'a\u0000', '\ud800'])
    expect(isKeyName(name)).toBe(false);
  await expect(generateNoteKey('a b')).rejects.toThrow('is no key name');
});
