import { expect, test } from 'vitest';
import { toHex } from './bytes.ts';
import { openCheckpoint, parseCheckpoint, parseCheckpointText, signCheckpoint } from './checkpoint.ts';
import { signNote } from './note.ts';
import { generateNoteKey, importNoteSigner, importNoteVerifier } from './note-key.ts';
import { checkpointVector, hex } from './testing/vectors.ts';

const { origin, size, root, text, note, skey, vkey } = checkpointVector;

async function vectorKeys() {
  const signer = await importNoteSigner(skey);
  const verifier = await importNoteVerifier(vkey);
  if (!signer.ok || !verifier.ok) throw new Error('the key of the vectors cannot be imported');
  return { signer: signer.value, verifier: verifier.value };
}

test('signs, byte for byte, the note that an independent implementation signs', async () => {
  const { signer } = await vectorKeys();
  expect(await signCheckpoint({ origin, size, root: hex(root) }, signer)).toBe(note);
});

test('opens that note', async () => {
  const { verifier } = await vectorKeys();
  const opened = await openCheckpoint(note, [verifier]);
  expect(opened).toMatchObject({ ok: true, value: { origin, size, signedBy: [verifier] } });
  expect(opened.ok && toHex(opened.value.root)).toBe(root);
});

test('a checkpoint that only somebody else signed is not the word of its log', async () => {
  const { skey: witnessSkey, vkey: witnessVkey } = await generateNoteKey('witness.example.com');
  const witness = await importNoteSigner(witnessSkey);
  const verifier = await importNoteVerifier(witnessVkey);
  if (!witness.ok || !verifier.ok) throw new Error('the new key pair cannot be imported');
  expect(await openCheckpoint(await signNote(text, witness.value), [verifier.value])).toMatchObject({
    ok: false,
    error: { code: 'signature_missing' },
  });
  await expect(signCheckpoint({ origin, size, root: hex(root) }, witness.value)).rejects.toThrow(
    'is not named after the origin',
  );
});

const [, , ROOT] = text.split('\n');

test.each([
  ['a leading zero', `${origin}\n028\n${ROOT}\n`],
  ['a sign', `${origin}\n+28\n${ROOT}\n`],
  ['an exponent', `${origin}\n1e3\n${ROOT}\n`],
  ['a size beyond 2^53', `${origin}\n9007199254740992\n${ROOT}\n`],
  ['a huge size', `${origin}\n${'9'.repeat(30)}\n${ROOT}\n`],
  ['no size', `${origin}\n\n${ROOT}\n`],
  ['a short root', `${origin}\n28\nAAAA\n`],
  ['a root without padding', `${origin}\n28\n${ROOT?.slice(0, -1)}\n`],
  ['no final newline', `${origin}\n28\n${ROOT}`],
  ['an extension line', `${origin}\n28\n${ROOT}\nextension\n`],
  ['a blank line at the end', `${origin}\n28\n${ROOT}\n\n`],
  ['an origin with a space', `a b\n28\n${ROOT}\n`],
  ['no origin', `\n28\n${ROOT}\n`],
])('refuses a checkpoint with %s', async (_case, spoilt) => {
  expect(parseCheckpointText(spoilt)).toMatchObject({ ok: false, error: { code: 'checkpoint_malformed' } });
});

test('reads sizes from zero to the largest safe integer', () => {
  for (const number of [0, 1, 10, Number.MAX_SAFE_INTEGER]) {
    expect(parseCheckpointText(`${origin}\n${number}\n${ROOT}\n`)).toMatchObject({
      ok: true,
      value: { size: number },
    });
  }
});

test('reads a checkpoint without any key, claiming nothing about who signed it', () => {
  expect(parseCheckpoint(note)).toMatchObject({ ok: true, value: { origin, size } });
  expect(parseCheckpoint(text)).toMatchObject({ ok: false, error: { code: 'note_malformed' } });
});

test.each([
  [{ origin: 'a b', size, root: hex(root) }, 'is no origin'],
  [{ origin, size: -1, root: hex(root) }, 'whole number'],
  [{ origin, size: 1.5, root: hex(root) }, 'whole number'],
  [{ origin, size, root: hex('00') }, '32 bytes'],
])('refuses to sign an impossible checkpoint (%#)', async (checkpoint, message) => {
  const { signer } = await vectorKeys();
  await expect(signCheckpoint(checkpoint, { ...signer, name: checkpoint.origin })).rejects.toThrow(message);
});
