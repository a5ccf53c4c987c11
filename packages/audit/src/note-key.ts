// Ed25519 keys of signed notes in their C2SP text forms: `vkey` to verify (public, handed to auditors) and
// `skey` to sign (secret: never log it, never put it in an error).

import { type Bytes, concatBytes, equalBytes, fromBase64, fromHex, toBase64, toHex, utf8 } from './bytes.ts';
import { randomBytes } from './random.ts';
import { fail, ok, type Result } from './result.ts';
import { sha256 } from './sha256.ts';

const ED25519 = Uint8Array.of(0x01);
const KEY_BYTES = 32;
const SECRET_PREFIX = 'PRIVATE+KEY+';
// RFC 8410: the fixed start of a PKCS #8 Ed25519 private key, followed by the 32-byte seed.
const PKCS8_HEAD = fromHex('302e020100300506032b657004220420') ?? new Uint8Array(0);

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

/** A key name: not empty, no white space, no plus sign. A checkpoint key is named after its log's origin. */
export function isKeyName(name: string): boolean {
  return /^[^\s+\p{C}]+$/u.test(name);
}

/** A new key pair as texts. Throws a TypeError for an invalid name. */
export async function generateNoteKey(
  name: string,
): Promise<{ readonly skey: string; readonly vkey: string }> {
  if (!isKeyName(name))
    throw new TypeError(`\`${name}\` is no key name: use no white space and no plus sign`);
  const seed = randomBytes(KEY_BYTES);
  const vkey = encodeVkey(name, await publicKeyOf(seed));
  return { skey: `${SECRET_PREFIX}${encodeKey(name, vkeyHash(vkey), seed)}`, vkey };
}

/** The signer of an `skey`. */
export async function importNoteSigner(skey: string): Promise<Result<NoteSigner>> {
  const parsed = skey.startsWith(SECRET_PREFIX) ? decodeKey(skey.slice(SECRET_PREFIX.length)) : null;
  if (parsed === null) return fail('key_malformed', 'the signing key is not `PRIVATE+KEY+name+hash+base64`');
  const { name, keyHash, key: seed } = parsed;
  const publicKey = await publicKeyOf(seed);
  if (!equalBytes(keyHash, hashOfKey(name, publicKey))) {
    return fail('key_malformed', 'the hash in the signing key does not belong to it');
  }
  const secret = await importSeed(seed, false);
  return ok({
    name,
    keyHash,
    vkey: encodeVkey(name, publicKey),
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', secret, message)),
  });
}

/** The verifier of a `vkey`. */
export async function importNoteVerifier(vkey: string): Promise<Result<NoteVerifier>> {
  const parsed = decodeKey(vkey);
  if (parsed === null || !equalBytes(parsed.keyHash, hashOfKey(parsed.name, parsed.key))) {
    return fail('key_malformed', 'the verifier key is not `name+hash+base64` of an Ed25519 key');
  }
  const { name, keyHash, key: publicKey } = parsed;
  try {
    const imported = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
    return ok({
      name,
      keyHash,
      publicKey,
      vkey,
      verify: async (message, signature) => crypto.subtle.verify('Ed25519', imported, signature, message),
    });
  } catch {
    return fail('key_malformed', `the verifier key of \`${name}\` is no Ed25519 key`);
  }
}

function hashOfKey(name: string, publicKey: Uint8Array): Bytes {
  return sha256(utf8(`${name}\n`), ED25519, publicKey).slice(0, 4);
}

function encodeVkey(name: string, publicKey: Uint8Array): string {
  return encodeKey(name, hashOfKey(name, publicKey), publicKey);
}

function vkeyHash(vkey: string): Bytes {
  return decodeKey(vkey)?.keyHash ?? new Uint8Array(0);
}

function encodeKey(name: string, keyHash: Uint8Array, key: Uint8Array): string {
  return `${name}+${toHex(keyHash)}+${toBase64(concatBytes(ED25519, key))}`;
}

function decodeKey(
  text: string,
): { readonly name: string; readonly keyHash: Bytes; readonly key: Bytes } | null {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text);
  const name = match?.[1] ?? '';
  const keyHash = fromHex(match?.[2] ?? '');
  const payload = fromBase64(match?.[3] ?? '');
  if (!isKeyName(name) || keyHash === null || payload === null) return null;
  if (payload.length !== 1 + KEY_BYTES || payload[0] !== ED25519[0]) return null;
  return { name, keyHash, key: payload.slice(1) };
}

async function importSeed(seed: Uint8Array, extractable: boolean) {
  return crypto.subtle.importKey('pkcs8', concatBytes(PKCS8_HEAD, seed), 'Ed25519', extractable, ['sign']);
}

// WebCrypto has no call for the public half of a private key; its JWK form carries it.
async function publicKeyOf(seed: Uint8Array): Promise<Bytes> {
  const { x } = await crypto.subtle.exportKey('jwk', await importSeed(seed, true));
  const publicKey = fromBase64(`${(x ?? '').replaceAll('-', '+').replaceAll('_', '/')}=`);
  if (publicKey === null || publicKey.length !== KEY_BYTES)
    throw new TypeError('the platform gave no Ed25519 public key');
  return publicKey;
}
