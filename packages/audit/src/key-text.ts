// The C2SP text forms of Ed25519 keys, `name+hash+base64`, for every kind of signature: the byte before the key says what
// it signs, and is part of the hash. Secret halves pass through here: never put one in an error.

import { type Bytes, concatBytes, equalBytes, fromBase64, fromHex, toBase64, toHex, utf8 } from './bytes.ts';
import { sha256 } from './sha256.ts';

/**
 * Signature types of C2SP signed-note. SECURITY: a key of one type must never pass for one of the other: what a log says
 * of itself and what somebody else saw of it are different statements.
 */
export const NOTE_KEY = 0x01;
export const COSIGNER_KEY = 0x04;
export type KeyType = typeof NOTE_KEY | typeof COSIGNER_KEY;

export const KEY_BYTES = 32;
const SECRET_PREFIX = 'PRIVATE+KEY+';
// RFC 8410: the fixed start of a PKCS #8 Ed25519 private key, followed by the 32-byte seed.
const PKCS8_HEAD = fromHex('302e020100300506032b657004220420') ?? new Uint8Array(0);

export interface PublicKey {
  readonly name: string;
  readonly keyHash: Bytes;
  /** 32 bytes. */
  readonly publicKey: Bytes;
  readonly vkey: string;
}

export interface SecretKey extends PublicKey {
  readonly sign: (message: Bytes) => Promise<Uint8Array>;
}

/** A key name: not empty, no white space, no plus sign. A checkpoint key is named after its log's origin. */
export function isKeyName(name: string): boolean {
  return /^[^\s+\p{C}]+$/u.test(name);
}

/** The texts of the key pair with this 32-byte seed. Throws a TypeError for an invalid name. */
export async function keyPairTexts(
  type: KeyType,
  name: string,
  seed: Uint8Array,
): Promise<{ readonly skey: string; readonly vkey: string }> {
  if (!isKeyName(name))
    throw new TypeError(`\`${name}\` is no key name: use no white space and no plus sign`);
  const publicKey = await publicKeyOf(seed);
  const skey = `${SECRET_PREFIX}${encodeKey(type, name, hashOfKey(type, name, publicKey), seed)}`;
  return { skey, vkey: vkeyOf(type, name, publicKey) };
}

/** The key in a `vkey` of this type; null for any other text. */
export function readPublicKey(type: KeyType, vkey: string): PublicKey | null {
  const parsed = decodeKey(vkey);
  if (parsed === null || parsed.type !== type) return null;
  const { name, keyHash, key: publicKey } = parsed;
  return equalBytes(keyHash, hashOfKey(type, name, publicKey)) ? { name, keyHash, publicKey, vkey } : null;
}

/** The type byte of a key text that has the form of an Ed25519 one, whatever it is for; null for any other text. */
export function keyTypeOf(vkey: string): number | null {
  return decodeKey(vkey)?.type ?? null;
}

/** The key in an `skey` of this type: `form` for a text of another form, `hash` where the hash is not the key's. */
export async function readSecretKey(type: KeyType, skey: string): Promise<SecretKey | 'form' | 'hash'> {
  const parsed = skey.startsWith(SECRET_PREFIX) ? decodeKey(skey.slice(SECRET_PREFIX.length)) : null;
  if (parsed === null || parsed.type !== type) return 'form';
  const { name, keyHash, key: seed } = parsed;
  const publicKey = await publicKeyOf(seed);
  if (!equalBytes(keyHash, hashOfKey(type, name, publicKey))) return 'hash';
  const secret = await importSeed(seed, false);
  return {
    name,
    keyHash,
    publicKey,
    vkey: vkeyOf(type, name, publicKey),
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', secret, message)),
  };
}

/** Checks signatures by a public key; null when the platform takes it for none. */
export async function importPublicKey(
  publicKey: Bytes,
): Promise<((message: Bytes, signature: Bytes) => Promise<boolean>) | null> {
  try {
    const imported = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
    return async (message, signature) => crypto.subtle.verify('Ed25519', imported, signature, message);
  } catch {
    return null;
  }
}

function hashOfKey(type: KeyType, name: string, publicKey: Uint8Array): Bytes {
  return sha256(utf8(`${name}\n`), Uint8Array.of(type), publicKey).slice(0, 4);
}

function vkeyOf(type: KeyType, name: string, publicKey: Uint8Array): string {
  return encodeKey(type, name, hashOfKey(type, name, publicKey), publicKey);
}

function encodeKey(type: KeyType, name: string, keyHash: Uint8Array, key: Uint8Array): string {
  return `${name}+${toHex(keyHash)}+${toBase64(concatBytes(Uint8Array.of(type), key))}`;
}

function decodeKey(
  text: string,
): { readonly type: number; readonly name: string; readonly keyHash: Bytes; readonly key: Bytes } | null {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text);
  const name = match?.[1] ?? '';
  const keyHash = fromHex(match?.[2] ?? '');
  const payload = fromBase64(match?.[3] ?? '');
  const type = payload?.[0];
  if (!isKeyName(name) || keyHash === null || payload === null || type === undefined) return null;
  if (payload.length !== 1 + KEY_BYTES) return null;
  return { type, name, keyHash, key: payload.slice(1) };
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
