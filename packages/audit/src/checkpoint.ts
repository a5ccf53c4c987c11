// C2SP tlog-checkpoint: the signed statement "the log `origin` has `size` entries and this root". Our logs
// write no extension lines, so the parser refuses them.

import { fromBase64, toBase64 } from './bytes.ts';
import { openNote, parseNote, signNote } from './note.ts';
import { isKeyName, type NoteSigner, type NoteVerifier } from './note-key.ts';
import { fail, ok, type Result } from './result.ts';

export interface Checkpoint {
  readonly origin: string;
  /** Number of entries. */
  readonly size: number;
  /** The 32-byte Merkle root. */
  readonly root: Uint8Array;
}

export interface OpenedCheckpoint extends Checkpoint {
  readonly signedBy: readonly NoteVerifier[];
}

/** Whether `origin` can name a log: not empty, no white space, no plus sign. */
export function isOrigin(origin: string): boolean {
  return isKeyName(origin);
}

/** The text that is signed. Throws a TypeError for an impossible checkpoint. */
function checkpointText(checkpoint: Checkpoint): string {
  const { origin, size, root } = checkpoint;
  if (!isOrigin(origin))
    throw new TypeError(`\`${origin}\` is no origin: use no white space and no plus sign`);
  if (!Number.isSafeInteger(size) || size < 0)
    throw new TypeError('the size of a checkpoint is a whole number');
  if (root.length !== 32) throw new TypeError('the root of a checkpoint has 32 bytes');
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** The checkpoint of a note text; refuses whatever `checkpointText` would not write. */
export function parseCheckpointText(text: string): Result<Checkpoint> {
  const [origin, size, root, end, ...more] = text.split('\n');
  if (origin === undefined || size === undefined || root === undefined || end !== '' || more.length > 0) {
    return fail('checkpoint_malformed', 'a checkpoint has three lines: origin, size and root');
  }
  if (!isOrigin(origin)) return fail('checkpoint_malformed', 'the origin of the checkpoint is not a name');
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) {
    return fail('checkpoint_malformed', 'the size of the checkpoint is not a canonical decimal number');
  }
  const hash = fromBase64(root);
  if (hash === null || hash.length !== 32) {
    return fail('checkpoint_malformed', 'the root of the checkpoint is not 32 bytes of base64');
  }
  return ok({ origin, size: Number(size), root: hash });
}

/** The signed note of a checkpoint. Throws a TypeError when a signer is not named after the log's origin. */
export async function signCheckpoint(
  checkpoint: Checkpoint,
  ...signers: readonly NoteSigner[]
): Promise<string> {
  const stranger = signers.find(({ name }) => name !== checkpoint.origin);
  if (stranger !== undefined) {
    throw new TypeError(
      `the checkpoint key \`${stranger.name}\` is not named after the origin \`${checkpoint.origin}\``,
    );
  }
  return signNote(checkpointText(checkpoint), ...signers);
}

/** The checkpoint in a note, without looking at its signatures. */
export function parseCheckpoint(note: Uint8Array | string): Result<Checkpoint> {
  const parsed = parseNote(note);
  return parsed.ok ? parseCheckpointText(parsed.value.text) : parsed;
}

/** The checkpoint in a note, signed by at least one of `verifiers` that carries the origin's name. */
export async function openCheckpoint(
  note: Uint8Array | string,
  verifiers: readonly NoteVerifier[],
): Promise<Result<OpenedCheckpoint>> {
  const opened = await openNote(note, verifiers);
  if (!opened.ok) return opened;
  const checkpoint = parseCheckpointText(opened.value.text);
  if (!checkpoint.ok) return checkpoint;
  // SECURITY: a witness key, or another log's key, vouches for nothing that this log says of itself.
  if (!opened.value.signedBy.some((verifier) => verifier.name === checkpoint.value.origin)) {
    return fail(
      'signature_missing',
      `the log \`${checkpoint.value.origin}\` itself did not sign this checkpoint`,
    );
  }
  return ok({ ...checkpoint.value, signedBy: opened.value.signedBy });
}
