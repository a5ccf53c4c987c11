// The gateway's own signing keys, one per purpose, so that nothing signed for one can pass for another: call tokens
// (Ed25519), agent cards and push notifications (ES256), and the log's checkpoints (a C2SP note key, named after the log's origin).
import { join } from 'node:path';
import {
  type Digest,
  type EntryDraft,
  generateNoteKey,
  importNoteSigner,
  importNoteVerifier,
  type NoteSigner,
  toDigest,
} from '@countersign/audit';
import {
  calculateJwkThumbprint,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose';
import { ok, type Result } from '../errors.ts';
import { keyFolder, openSecretFile } from './secret-file.ts';

export type SigningRole = 'call_token' | 'card' | 'push';

const ALGORITHMS = { call_token: 'EdDSA', card: 'ES256', push: 'ES256' } as const satisfies Record<
  SigningRole,
  string
>;

export interface SigningKey {
  readonly role: SigningRole;
  readonly algorithm: 'EdDSA' | 'ES256';
  /** RFC 7638 thumbprint, base64url. */
  readonly kid: string;
  /** Not extractable. */
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** With `kid`, `alg` and `use`: as published. */
  readonly publicJwk: JWK;
  /** Whether it was made just now: then `keyCreated` goes into the log. */
  readonly isNew: boolean;
}

export interface CheckpointKey {
  /** Secret text form, for the thread that signs. */
  readonly skey: string;
  readonly signer: NoteSigner;
  readonly publicJwk: JWK;
  readonly isNew: boolean;
}

/** The key at `<data>/keys/call-token.jwk`, `card.jwk` or `push.jwk`, made at the first start. The error says how to fix it. */
export async function openSigningKey(
  dataDir: string,
  role: SigningRole,
): Promise<Result<SigningKey, string>> {
  const algorithm = ALGORITHMS[role];
  const path = join(keyFolder(dataDir), `${role.replace('_', '-')}.jwk`);
  const file = await openSecretFile(path, () => newPrivateJwk(algorithm));
  if (!file.ok) return file;
  try {
    const secret = JSON.parse(file.value.text) as JWK;
    const publicPart = publicPartOf(secret, algorithm);
    const kid = await calculateJwkThumbprint(publicPart);
    const publicJwk = { ...publicPart, kid, alg: algorithm, use: 'sig' };
    return ok({
      role,
      algorithm,
      kid,
      privateKey: (await importJWK({ ...publicPart, d: secret.d ?? '' }, algorithm)) as CryptoKey,
      publicKey: (await importJWK(publicPart, algorithm)) as CryptoKey,
      publicJwk,
      isNew: file.value.isNew,
    });
  } catch {
    return {
      ok: false,
      error: `the key file \`${path}\` holds no private ${algorithm} key: put back the original`,
    };
  }
}

/** The key at `<data>/keys/checkpoint.skey`, in C2SP text form, named after `origin`. The error says how to fix it. */
export async function openCheckpointKey(
  dataDir: string,
  origin: string,
): Promise<Result<CheckpointKey, string>> {
  const path = join(keyFolder(dataDir), 'checkpoint.skey');
  const file = await openSecretFile(path, async () => (await generateNoteKey(origin)).skey);
  if (!file.ok) return file;
  const signer = await importNoteSigner(file.value.text.trim());
  if (!signer.ok) return { ok: false, error: `the key file \`${path}\` is damaged: put back the original` };
  if (signer.value.name !== origin) {
    const message = `the key file \`${path}\` belongs to the log \`${signer.value.name}\`, not to \`${origin}\`: set \`log.origin\` to its name`;
    return { ok: false, error: message };
  }
  const verifier = await importNoteVerifier(signer.value.vkey);
  if (!verifier.ok) return { ok: false, error: `the key file \`${path}\` is damaged: put back the original` };
  const x = Buffer.from(verifier.value.publicKey).toString('base64url');
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x, alg: 'EdDSA', use: 'sig' };
  return ok({ skey: file.value.text.trim(), signer: signer.value, publicJwk, isNew: file.value.isNew });
}

/** The entry that tells of a new key. The key's digest is its RFC 7638 thumbprint. */
export async function keyCreated(
  role: SigningRole | 'checkpoint' | 'receipt',
  publicJwk: JWK,
): Promise<EntryDraft<'key.created'>> {
  return {
    kind: 'key.created',
    call: null,
    agent: null,
    chain: null,
    body: { role, key: await thumbprint(publicJwk) },
    details: { public: JSON.stringify(publicJwk) },
  };
}

async function thumbprint(jwk: JWK): Promise<Digest> {
  const bytes = Buffer.from(await calculateJwkThumbprint(jwk, 'sha256'), 'base64url');
  return toDigest(new Uint8Array(bytes));
}

async function newPrivateJwk(algorithm: SigningKey['algorithm']): Promise<string> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return JSON.stringify({ ...(await exportJWK(privateKey)), alg: algorithm });
}

function publicPartOf({ kty, crv, x, y }: JWK, algorithm: SigningKey['algorithm']): JWK {
  const curve = algorithm === 'EdDSA' ? 'Ed25519' : 'P-256';
  if (crv !== curve || x === undefined) throw new TypeError('another kind of key');
  return algorithm === 'EdDSA' ? { kty: kty ?? '', crv, x } : { kty: kty ?? '', crv, x, y: y ?? '' };
}
