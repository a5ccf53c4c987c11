// C2SP signed-note: a text and the Ed25519 signatures under it. Unknown keys are ignored, which is how keys
// rotate and witnesses cosign; a known key with a bad signature makes the whole note worthless.

import { type Bytes, concatBytes, equalBytes, fromBase64, fromUtf8, toBase64, utf8 } from './bytes.ts';
import type { NoteSigner, NoteVerifier } from './note-key.ts';
import { fail, ok, type Result } from './result.ts';

const KEY_HASH_BYTES = 4;
const MAX_SIGNATURES = 16;
const MAX_NOTE_BYTES = 65_536;
const SIGNATURE_LINE = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u;

interface NoteSignature {
  readonly name: string;
  readonly keyHash: Bytes;
  readonly signature: Bytes;
}

/** A note taken apart, nothing verified. `text` ends with a newline. */
export interface ParsedNote {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A note of which at least one signature by a given key is valid. */
export interface OpenedNote {
  readonly text: string;
  readonly signedBy: readonly NoteVerifier[];
}

/** Signs `text`, which must end with a newline and hold no other control character; throws a TypeError if not. */
export async function signNote(text: string, ...signers: readonly NoteSigner[]): Promise<string> {
  if (!isNoteText(text))
    throw new TypeError('a note text ends with a newline and has no other control characters');
  if (signers.length === 0) throw new TypeError('a note needs at least one signer');
  const lines: string[] = [];
  for (const signer of signers) {
    const signature = await signer.sign(utf8(text));
    lines.push(`— ${signer.name} ${toBase64(concatBytes(signer.keyHash, signature))}\n`);
  }
  return `${text}\n${lines.join('')}`;
}

/** Takes a note apart without verifying it; refuses whatever `signNote` or another C2SP signer cannot have written. */
export function parseNote(note: Uint8Array | string): Result<ParsedNote> {
  const whole = typeof note === 'string' ? note : fromUtf8(note);
  if (whole === null || !whole.isWellFormed()) return fail('note_malformed', 'the note is not valid UTF-8');
  if (whole.length > MAX_NOTE_BYTES)
    return fail('note_malformed', `the note is longer than ${MAX_NOTE_BYTES} bytes`);
  const split = whole.lastIndexOf('\n\n');
  if (split < 0) return fail('note_malformed', 'the note has no blank line before its signatures');
  const text = whole.slice(0, split + 1);
  const block = whole.slice(split + 2);
  if (!isNoteText(text)) return fail('note_malformed', 'the note text has control characters');
  if (!block.endsWith('\n'))
    return fail('note_malformed', 'the last signature line does not end with a newline');
  const lines = block.slice(0, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) {
    return fail('note_malformed', `the note has more than ${MAX_SIGNATURES} signatures`);
  }
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const signature = parseSignatureLine(line);
    if (signature === null) return fail('note_malformed', 'a signature line is not `— name base64`');
    signatures.push(signature);
  }
  return ok({ text, signatures });
}

/** Parses and verifies a note: at least one signature by `verifiers`, and none of theirs bad. */
export async function openNote(
  note: Uint8Array | string,
  verifiers: readonly NoteVerifier[],
): Promise<Result<OpenedNote>> {
  const parsed = parseNote(note);
  if (!parsed.ok) return parsed;
  const { text, signatures } = parsed.value;
  const signedBy: NoteVerifier[] = [];
  for (const { name, keyHash, signature } of signatures) {
    const verifier = verifiers.find((known) => known.name === name && equalBytes(known.keyHash, keyHash));
    if (verifier === undefined) continue;
    if (!(await verifier.verify(utf8(text), signature))) {
      return fail('signature_invalid', `the signature of \`${name}\` does not belong to this note`);
    }
    if (!signedBy.includes(verifier)) signedBy.push(verifier);
  }
  return signedBy.length > 0
    ? ok({ text, signedBy })
    : fail('signature_missing', 'none of the given keys signed this note');
}

function parseSignatureLine(line: string): NoteSignature | null {
  const match = SIGNATURE_LINE.exec(line);
  const name = match?.[1];
  const payload = fromBase64(match?.[2] ?? '');
  if (name === undefined || payload === null || payload.length <= KEY_HASH_BYTES) return null;
  return { name, keyHash: payload.slice(0, KEY_HASH_BYTES), signature: payload.slice(KEY_HASH_BYTES) };
}

function isNoteText(text: string): boolean {
  if (!text.endsWith('\n') || !text.isWellFormed()) return false;
  for (const char of text) if (char < ' ' && char !== '\n') return false;
  return true;
}
