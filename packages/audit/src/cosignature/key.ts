// Ed25519 keys of cosigners (signature type 0x04) in their C2SP text forms. Their types have neither `sign` nor `verify`,
// so that no log can be taken for a witness, nor a witness for a log, by passing the wrong key.

import { type Bytes, concatBytes, utf8 } from '../bytes.ts';
import {
  COSIGNER_KEY,
  importPublicKey,
  KEY_BYTES,
  keyPairTexts,
  readPublicKey,
  readSecretKey,
} from '../key-text.ts';
import { randomBytes } from '../random.ts';
import { fail, ok, type Result } from '../result.ts';

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** Checks what one witness says of a log. */
export interface CosignatureVerifier {
  readonly name: string;
  readonly keyHash: Bytes;
  /** The 32-byte Ed25519 public key. */
  readonly publicKey: Bytes;
  readonly vkey: string;
  /** When the witness cosigned `text` (seconds since 1970); null where the payload is no cosignature of it. */
  timeOf(text: string, payload: Uint8Array): Promise<number | null>;
}

export interface Cosigner {
  readonly name: string;
  readonly keyHash: Bytes;
  readonly vkey: string;
  /** u64be(time) ‖ signature, 72 bytes. Throws a RangeError when `time` is no whole number of seconds. */
  cosign(text: string, time: number): Promise<Bytes>;
}

/** A new key pair as texts. Throws a TypeError for an invalid name. */
export async function generateCosignerKey(
  name: string,
): Promise<{ readonly skey: string; readonly vkey: string }> {
  return keyPairTexts(COSIGNER_KEY, name, randomBytes(KEY_BYTES));
}

/** The cosigner of an `skey` of type 0x04. */
export async function importCosigner(skey: string): Promise<Result<Cosigner>> {
  const read = await readSecretKey(COSIGNER_KEY, skey);
  if (read === 'form')
    return fail('key_malformed', 'the witness key is not `PRIVATE+KEY+name+hash+base64` of a cosigner');
  if (read === 'hash') return fail('key_malformed', 'the hash in the witness key does not belong to it');
  const { name, keyHash, vkey, sign } = read;
  return ok({
    name,
    keyHash,
    vkey,
    cosign: async (text, time) => {
      if (!Number.isSafeInteger(time) || time < 0) throw new RangeError(`\`${time}\` is no time in seconds`);
      const at = new Uint8Array(TIME_BYTES);
      new DataView(at.buffer).setBigUint64(0, BigInt(time));
      return concatBytes(at, await sign(cosignedMessage(text, time)));
    },
  });
}

/** The verifier of a `vkey` of type 0x04. */
export async function importCosignatureVerifier(vkey: string): Promise<Result<CosignatureVerifier>> {
  const read = readPublicKey(COSIGNER_KEY, vkey);
  if (read === null)
    return fail('key_malformed', 'the witness key is not `name+hash+base64` of an Ed25519 cosigner');
  const verify = await importPublicKey(read.publicKey);
  if (verify === null) return fail('key_malformed', `the witness key of \`${read.name}\` is no Ed25519 key`);
  return ok({
    ...read,
    timeOf: async (text, payload) => {
      if (payload.length !== TIME_BYTES + SIGNATURE_BYTES) return null;
      const time = Number(new DataView(payload.buffer, payload.byteOffset, TIME_BYTES).getBigUint64(0));
      if (!Number.isSafeInteger(time)) return null;
      const signature = payload.slice(TIME_BYTES);
      return (await verify(cosignedMessage(text, time), signature)) ? time : null;
    },
  });
}

/** C2SP tlog-cosignature, "Ed25519 signed message". */
function cosignedMessage(text: string, time: number): Bytes {
  return utf8(`cosignature/v1\ntime ${time}\n${text}`);
}
