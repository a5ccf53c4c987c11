// Ed25519 keys of signed notes (signature type 0x01) in their C2SP text forms: `vkey` to verify (public, handed to
// auditors) and `skey` to sign (secret: never log it, never put it in an error).

import type { Bytes } from './bytes.ts';
import {
  importPublicKey,
  isKeyName,
  KEY_BYTES,
  keyPairTexts,
  NOTE_KEY,
  readPublicKey,
  readSecretKey,
} from './key-text.ts';
import { randomBytes } from './random.ts';
import { fail, ok, type Result } from './result.ts';

export { isKeyName };

export interface NoteVerifier {
  readonly name: string;
  readonly keyHash: Bytes;
  /** The 32-byte Ed25519 public key. */
  readonly publicKey: Bytes;
  readonly vkey: string;
  verify(message: Bytes, signature: Bytes): Promise<boolean>;
}

export interface NoteSigner {
  readonly name: string;
  readonly keyHash: Bytes;
  readonly vkey: string;
  sign(message: Bytes): Promise<Uint8Array>;
}

/** A new key pair as texts. Throws a TypeError for an invalid name. */
export async function generateNoteKey(
  name: string,
): Promise<{ readonly skey: string; readonly vkey: string }> {
  return keyPairTexts(NOTE_KEY, name, randomBytes(KEY_BYTES));
}

/** The signer of an `skey`. */
export async function importNoteSigner(skey: string): Promise<Result<NoteSigner>> {
  const read = await readSecretKey(NOTE_KEY, skey);
  if (read === 'form') return fail('key_malformed', 'the signing key is not `PRIVATE+KEY+name+hash+base64`');
  if (read === 'hash') return fail('key_malformed', 'the hash in the signing key does not belong to it');
  const { name, keyHash, vkey, sign } = read;
  return ok({ name, keyHash, vkey, sign });
}

/** The verifier of a `vkey`. */
export async function importNoteVerifier(vkey: string): Promise<Result<NoteVerifier>> {
  const read = readPublicKey(NOTE_KEY, vkey);
  if (read === null) {
    return fail('key_malformed', 'the verifier key is not `name+hash+base64` of an Ed25519 key');
  }
  const verify = await importPublicKey(read.publicKey);
  return verify === null
    ? fail('key_malformed', `the verifier key of \`${read.name}\` is no Ed25519 key`)
    : ok({ ...read, verify });
}
