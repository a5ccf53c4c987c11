// The signing keys of the test issuer: one ES256 and one Ed25519 pair, each with a published public half.
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';

export type SigningAlgorithm = 'ES256' | 'EdDSA';

export type SigningKey = {
  readonly algorithm: SigningAlgorithm;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
};

export type KeySet = Readonly<Record<SigningAlgorithm, SigningKey>>;

/** Makes a fresh pair of each algorithm; `kid` is the RFC 7638 thumbprint. */
export async function createKeySet(): Promise<KeySet> {
  return { ES256: await createKey('ES256'), EdDSA: await createKey('EdDSA') };
}

/** The public halves, as a JWKS document. */
export function publicJwks(keySet: KeySet): { keys: JWK[] } {
  return { keys: [keySet.ES256.publicJwk, keySet.EdDSA.publicJwk] };
}

async function createKey(algorithm: SigningAlgorithm): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { algorithm, kid, privateKey, publicJwk: { ...jwk, kid, alg: algorithm, use: 'sig' } };
}
