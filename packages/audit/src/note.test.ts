import { beforeAll, expect, test } from 'vitest';
import { concatBytes, fromBase64, toBase64, utf8 } from './bytes.ts';
import { openNote, parseNote, signNote } from './note.ts';
import {
  generateNoteKey,
  importNoteSigner,
  importNoteVerifier,
  type NoteSigner,
  type NoteVerifier,
} from './note-key.ts';

const TEXT = 'first line\n\nthird line — ünïcode\n';

let alice: { signer: NoteSigner; verifier: NoteVerifier };
let bob: { signer: NoteSigner; verifier: NoteVerifier };

beforeAll(async () => {
  alice = await newKey('alice.example');
  bob = await newKey('bob.example');
});

async function newKey(name: string) {
  const { skey, vkey } = await generateNoteKey(name);
  const signer = await importNoteSigner(skey);
  const verifier = await importNoteVerifier(vkey);
  if (!signer.ok || !verifier.ok) throw new Error('the new key pair cannot be imported');
  return { signer: signer.value, verifier: verifier.value };
}

test('a note opens with the key that signed it, from text and from bytes', async () => {
  const note = await signNote(TEXT, alice.signer);
  const expected = { ok: true, value: { text: TEXT, signedBy: [alice.verifier] } };
  expect(await openNote(note, [alice.verifier])).toEqual(expected);
  expect(await openNote(utf8(note), [bob.verifier, alice.verifier])).toEqual(expected);
});

test('signatures of unknown keys are ignored, so that witnesses can cosign', async () => {
  const note = await signNote(TEXT, bob.signer, alice.signer);
  expect(await openNote(note, [alice.verifier])).toMatchObject({
    ok: true,
    value: { signedBy: [alice.verifier] },
  });
  expect(await openNote(note, [alice.verifier, bob.verifier])).toMatchObject({
    ok: true,
    value: { signedBy: [bob.verifier, alice.verifier] },
  });
});

test('a bad signature of a known key makes the whole note worthless, even beside a good one', async () => {
  const other = await signNote('other text\n', bob.signer);
  const note = (await signNote(TEXT, alice.signer)) + other.slice(other.lastIndexOf('—'));
  expect(await openNote(note, [alice.verifier, bob.verifier])).toMatchObject({
    ok: false,
    error: { code: 'signature_invalid' },
  });
});

test('a note that no given key signed does not open', async () => {
  const note = await signNote(TEXT, alice.signer);
  for (const verifiers of [[], [bob.verifier]]) {
    expect(await openNote(note, verifiers)).toMatchObject({
      ok: false,
      error: { code: 'signature_missing' },
    });
  }
});

test('a key of the same name with another hash does not open a note', async () => {
  const impostor = await newKey('alice.example');
  const note = await signNote(TEXT, impostor.signer);
  expect(await openNote(note, [alice.verifier])).toMatchObject({
    ok: false,
    error: { code: 'signature_missing' },
  });
});

test('a signature of a known key that is too short or too long makes the note worthless', async () => {
  const note = await signNote(TEXT, alice.signer);
  const payload = fromBase64(note.trimEnd().split(' ').at(-1) ?? '') ?? utf8('');
  for (const wrong of [payload.slice(0, -1), concatBytes(payload, Uint8Array.of(0))]) {
    const spoilt = `${TEXT}\n— alice.example ${toBase64(wrong)}\n`;
    expect(await openNote(spoilt, [alice.verifier])).toMatchObject({
      ok: false,
      error: { code: 'signature_invalid' },
    });
  }
});

test('changing any byte of the text or of the signature closes the note', async () => {
  const note = utf8(await signNote('short text\n', alice.signer));
  for (let at = 0; at < note.length; at += 1) {
    const changed = Uint8Array.from(note);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect((await openNote(changed, [alice.verifier])).ok).toBe(false);
  }
});

const LINE = `— name.example ${btoa('0123456789')}`;

test.each([
  ['nothing', ''],
  ['no blank line', `text\n${LINE}\n`],
  ['no signatures', 'text\n\n'],
  ['no final newline', `text\n\n${LINE}`],
  ['carriage returns', `text\r\n\r\n${LINE}\r\n`],
  ['a control character', `te\u0007xt\n\n${LINE}\n`],
  ['a tab', `te\txt\n\n${LINE}\n`],
  ['a hyphen in place of the dash', `text\n\n${LINE.replace('—', '-')}\n`],
  ['a plus sign in the name', `text\n\n${LINE.replace('name', 'na+me')}\n`],
  ['a space in the name', `text\n\n${LINE.replace('name', 'na me')}\n`],
  ['no name', `text\n\n—  ${btoa('0123456789')}\n`],
  ['loose base64', `text\n\n${LINE.replace(/=+$/, '')}\n`],
  ['a signature that is only a key hash', `text\n\n— name.example ${btoa('0123')}\n`],
  ['an empty line among signatures', `text\n\n${LINE}\n\n`],
  ['a trailing space', `text\n\n${LINE} \n`],
  ['too many signatures', `text\n\n${`${LINE}\n`.repeat(17)}`],
  ['a lone surrogate', `te\ud800xt\n\n${LINE}\n`],
  ['too much text', `${'x'.repeat(70_000)}\n\n${LINE}\n`],
])('refuses a note with %s', (_case, note) => {
  expect(parseNote(note)).toMatchObject({ ok: false, error: { code: 'note_malformed' } });
});

test('refuses bytes that are not UTF-8', () => {
  expect(parseNote(Uint8Array.of(...utf8('a'), 0xff, ...utf8(`\n\n${LINE}\n`)))).toMatchObject({
    ok: false,
    error: { code: 'note_malformed' },
  });
});

test('accepts as many signatures as the specification allows', () => {
  expect(parseNote(`text\n\n${`${LINE}\n`.repeat(16)}`)).toMatchObject({
    ok: true,
    value: { text: 'text\n' },
  });
});

test('refuses to sign what would not open', async () => {
  await expect(signNote('no newline', alice.signer)).rejects.toThrow('ends with a newline');
  await expect(signNote('a\tb\n', alice.signer)).rejects.toThrow('no other control characters');
  await expect(signNote(TEXT)).rejects.toThrow('at least one signer');
});
