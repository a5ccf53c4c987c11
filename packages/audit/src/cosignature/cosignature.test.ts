import { expect, test } from 'vitest';
import { toHex, utf8 } from '../bytes.ts';
import { openCheckpoint } from '../checkpoint.ts';
import { COSIGNER_KEY, keyPairTexts, NOTE_KEY } from '../key-text.ts';
import { openNote, signNote } from '../note.ts';
import { generateNoteKey, importNoteSigner, importNoteVerifier } from '../note-key.ts';
import { cosignatureVectors } from '../testing/vectors.ts';
import { cosign, openCosignatures, withSignatures } from './cosignature.ts';
import {
  type Cosigner,
  type CosignatureVerifier,
  generateCosignerKey,
  importCosignatureVerifier,
  importCosigner,
} from './key.ts';

const { cosignatures, note, text } = cosignatureVectors;

async function verifierOf(vkey: string): Promise<CosignatureVerifier> {
  const verifier = await importCosignatureVerifier(vkey);
  if (!verifier.ok) throw new Error(verifier.error.message);
  return verifier.value;
}

async function cosignerOf(skey: string): Promise<Cosigner> {
  const cosigner = await importCosigner(skey);
  if (!cosigner.ok) throw new Error(cosigner.error.message);
  return cosigner.value;
}

async function newWitness(name: string) {
  const { skey, vkey } = await generateCosignerKey(name);
  return { cosigner: await cosignerOf(skey), verifier: await verifierOf(vkey) };
}

test.each(cosignatures)('writes the line of $name as an independent implementation does', async (vector) => {
  const cosigner = await cosignerOf(vector.skey);
  expect(cosigner.vkey).toBe(vector.vkey);
  expect(toHex(await cosigner.cosign(text, vector.time))).toBe(vector.payload);
  expect(await cosign(text, vector.time, cosigner)).toBe(vector.line);
});

test('reads who cosigned and when, and passes over signatures of others', async () => {
  const verifiers = await Promise.all(cosignatures.map(({ vkey }) => verifierOf(vkey)));
  const [first, , third] = verifiers;
  const expected = [
    { by: first, time: cosignatures[0]?.time },
    { by: third, time: cosignatures[2]?.time },
  ];
  expect(await openCosignatures(note, verifiers)).toEqual({ ok: true, value: expected });
  expect(await openCosignatures(utf8(note), verifiers)).toEqual({ ok: true, value: expected });
  expect(await openCosignatures(note, [])).toEqual({ ok: true, value: [] });
});

test('a cosigned note is still the checkpoint of its log', async () => {
  const log = await importNoteVerifier(cosignatureVectors.vkey);
  if (!log.ok) throw new Error(log.error.message);
  expect(await openCheckpoint(note, [log.value])).toMatchObject({ ok: true, value: { size: 1_000_000 } });
});

test('a key of one kind is refused as one of the other', async () => {
  const log = await generateNoteKey('log.example.com/one');
  const witness = await generateCosignerKey('witness.example.org');
  expect(await importCosigner(log.skey)).toMatchObject({ ok: false, error: { code: 'key_malformed' } });
  expect(await importCosignatureVerifier(log.vkey)).toMatchObject({ ok: false });
  expect(await importNoteSigner(witness.skey)).toMatchObject({ ok: false, error: { code: 'key_malformed' } });
  expect(await importNoteVerifier(witness.vkey)).toMatchObject({ ok: false });
});

test('neither signature passes for the other, even of one key pair under one name', async () => {
  const [name, seed] = ['log.example.com/one', new Uint8Array(32).fill(7)];
  const logKey = await keyPairTexts(NOTE_KEY, name, seed);
  const witnessKey = await keyPairTexts(COSIGNER_KEY, name, seed);
  const signer = await importNoteSigner(logKey.skey);
  const log = await importNoteVerifier(logKey.vkey);
  if (!signer.ok || !log.ok) throw new Error('the key pair cannot be imported');
  const witness = await verifierOf(witnessKey.vkey);
  expect(witness.publicKey).toEqual(log.value.publicKey);

  const cosigned = `${text}\n${await cosign(text, 1, await cosignerOf(witnessKey.skey))}`;
  expect(await openNote(cosigned, [log.value])).toMatchObject({
    ok: false,
    error: { code: 'signature_missing' },
  });
  const signed = await signNote(text, signer.value);
  expect(await openCosignatures(signed, [witness])).toEqual({ ok: true, value: [] });
  const timed = new Uint8Array([...new Uint8Array(8), ...(await signer.value.sign(utf8(text)))]);
  expect(await witness.timeOf(text, timed)).toBeNull();
});

const [vector] = cosignatures;
if (vector === undefined) throw new Error('the vectors have a cosignature');

test.each([
  ['another text', text.replace('1000000', '1000001'), vector.line],
  ['another time', text, withLaterTime(vector.line)],
  ['no payload to speak of', text, withLaterTime(vector.line, 4)],
])('refuses the whole note for a cosignature of %s, beside a good one', async (_case, body, line) => {
  const { verifier, cosigner } = await newWitness('other.example');
  const spoilt = `${body}\n${await cosign(body, 5, cosigner)}${line}`;
  expect(await openCosignatures(spoilt, [await verifierOf(vector.vkey), verifier])).toMatchObject({
    ok: false,
    error: { code: 'signature_invalid' },
  });
});

/** The same line with its time one second off, and the bytes that follow the key id cut to `length`. */
function withLaterTime(line: string, length = 72): string {
  const [dash, name, payload] = line.trim().split(' ');
  const bytes = Buffer.from(payload ?? '', 'base64');
  bytes.writeUInt8(bytes.readUInt8(11) ^ 1, 11);
  return `${dash} ${name} ${bytes.subarray(0, 4 + length).toString('base64')}\n`;
}

test.each([
  ['short', 71],
  ['long', 73],
  ['empty', 0],
])('a payload that is too %s is no cosignature', async (_case, length) => {
  const { verifier } = await newWitness('witness.example.org');
  expect(await verifier.timeOf(text, new Uint8Array(length))).toBeNull();
});

test('a time that no clock shows is no time', async () => {
  const { cosigner, verifier } = await newWitness('witness.example.org');
  for (const time of [-1, 1.5, Number.NaN, 2 ** 53])
    await expect(cosigner.cosign(text, time)).rejects.toThrow(RangeError);
  const payload = await cosigner.cosign(text, 1);
  payload.fill(0xff, 0, 8);
  expect(await verifier.timeOf(text, payload)).toBeNull();
});

test('of two cosignatures by one witness the earlier tells since when it had seen the checkpoint', async () => {
  const { cosigner, verifier } = await newWitness('witness.example.org');
  const twice = `${text}\n${await cosign(text, 9, cosigner)}${await cosign(text, 7, cosigner)}`;
  expect(await openCosignatures(twice, [verifier])).toEqual({ ok: true, value: [{ by: verifier, time: 7 }] });
});

test('only signature lines can be added to a note', async () => {
  const { line } = vector;
  expect(withSignatures(cosignatureVectors.signed, line)).toEqual({
    ok: true,
    value: cosignatureVectors.signed + line,
  });
  for (const lines of ['nonsense\n', line.slice(0, -1), `\n${line}`, `text\n\n${line}`, `${line}\n${line}`]) {
    expect(withSignatures(cosignatureVectors.signed, lines)).toMatchObject({
      ok: false,
      error: { code: 'note_malformed' },
    });
  }
});
