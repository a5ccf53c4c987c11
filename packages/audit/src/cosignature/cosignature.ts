// C2SP tlog-cosignature v1 with Ed25519: what a witness says under a checkpoint, "as of this time, this is the largest
// consistent head of this log that I have seen". Says nothing about what the entries contain.

import { concatBytes, equalBytes, toBase64 } from '../bytes.ts';
import { parseNote } from '../note.ts';
import { fail, ok, type Result } from '../result.ts';
import type { CosignatureVerifier, Cosigner } from './key.ts';

export interface Cosignature {
  readonly by: CosignatureVerifier;
  /** Seconds since 1970, by the witness's clock. The earliest, where a witness cosigned more than once. */
  readonly time: number;
}

/** The signature line, with its newline, of a cosigner under a note text at `time` (seconds). */
export async function cosign(text: string, time: number, cosigner: Cosigner): Promise<string> {
  const payload = await cosigner.cosign(text, time);
  return `— ${cosigner.name} ${toBase64(concatBytes(cosigner.keyHash, payload))}\n`;
}

/**
 * The cosignatures under a note by these verifiers, in their order. Signatures of others, the log's own among them, are
 * passed over; a bad one by a verifier makes the whole note worthless, as with every signed note.
 */
export async function openCosignatures(
  note: Uint8Array | string,
  verifiers: readonly CosignatureVerifier[],
): Promise<Result<readonly Cosignature[]>> {
  const parsed = parseNote(note);
  if (!parsed.ok) return parsed;
  const { text, signatures } = parsed.value;
  const times = new Map<CosignatureVerifier, number>();
  for (const { name, keyHash, signature } of signatures) {
    const verifier = verifiers.find((known) => known.name === name && equalBytes(known.keyHash, keyHash));
    if (verifier === undefined) continue;
    const time = await verifier.timeOf(text, signature);
    if (time === null)
      return fail('signature_invalid', `the cosignature of \`${name}\` does not belong to this note`);
    times.set(verifier, Math.min(time, times.get(verifier) ?? time));
  }
  return ok([...times].map(([by, time]) => ({ by, time })));
}

/** The note with more signature lines under it, each ending with a newline; refuses lines that make no note. */
export function withSignatures(note: string, lines: string): Result<string> {
  const [before, after] = [parseNote(note), parseNote(note + lines)];
  if (!before.ok) return before;
  if (!after.ok) return after;
  // SECURITY: lines with a blank line among them would move the end of the text, and with it what was signed.
  return after.value.text === before.value.text
    ? ok(note + lines)
    : fail('note_malformed', 'what was to be added is not only signature lines');
}
