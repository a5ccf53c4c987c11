// Whether an agent card is signed by one of the keys that an operator pinned (A2A 1.0, section 8.4). SECURITY: no key is ever
// fetched from where a card says: whoever can change the card could change that, too.
import { createHash } from 'node:crypto';
import { AgentCard, canonicalizeAgentCard } from '@a2a-js/sdk';
import { calculateJwkThumbprint, errors, flattenedVerify, importJWK, type JWK } from 'jose';
import { isEarlierCard } from './dialects/earlier-card.ts';
import { signedOfEarlier } from './dialects/earlier-signature.ts';
import type { CardJson } from './upstream-card.ts';

export interface CardCheck {
  readonly signature: 'verified' | 'unsigned' | 'unpinned' | 'invalid';
  /** SHA-256 thumbprint of the key that verified it, in hex. */
  readonly key: string | null;
}

interface Signature {
  readonly protected: string;
  readonly signature: string;
}

const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'EdDSA', 'PS256', 'PS384', 'PS512', 'RS256'];
const MAX_SIGNATURES = 8;

/** @param card as it came. */
export async function checkCard(card: CardJson, keys: readonly object[]): Promise<CardCheck> {
  const signatures = signaturesOf(card);
  if (signatures.length === 0) return { signature: 'unsigned', key: null };
  if (keys.length === 0) return { signature: 'unpinned', key: null };
  const payloads = payloadsOf(card);
  for (const signature of signatures.slice(0, MAX_SIGNATURES)) {
    for (const key of keys as readonly JWK[]) {
      if (await verifies(signature, payloads, key))
        return { signature: 'verified', key: await thumbprint(key) };
    }
  }
  return { signature: 'invalid', key: null };
}

async function verifies(
  { protected: head, signature }: Signature,
  payloads: readonly string[],
  jwk: JWK,
): Promise<boolean> {
  for (const payload of payloads) {
    try {
      const key = await importJWK(jwk, jwk.alg ?? algorithmIn(head));
      const jws = { protected: head, signature, payload: Buffer.from(payload).toString('base64url') };
      await flattenedVerify(jws, key, { algorithms: jwk.alg === undefined ? ALGORITHMS : [jwk.alg] });
      return true;
    } catch (fault) {
      const isNo =
        fault instanceof errors.JOSEError || fault instanceof TypeError || fault instanceof SyntaxError;
      if (!isNo && !(fault instanceof DOMException)) throw fault;
    }
  }
  return false;
}

/**
 * What a signer may have signed: the card in the canonical form of what the schema knows, which is what is used of it; or what
 * the official SDK signs, which is less (ADR 0007).
 */
function payloadsOf(card: CardJson): readonly string[] {
  const { signatures: _theirs, ...unsigned } = card;
  if (isEarlierCard(card)) return signedOfEarlier(unsigned);
  const inMemory = AgentCard.fromJSON(unsigned);
  return [canonicalizeAgentCard(AgentCard.toJSON(inMemory) as AgentCard), canonicalizeAgentCard(inMemory)];
}

function signaturesOf({ signatures }: CardJson): readonly Signature[] {
  return (Array.isArray(signatures) ? (signatures as readonly unknown[]) : []).filter(
    (each): each is Signature =>
      typeof each === 'object' &&
      each !== null &&
      typeof (each as Partial<Signature>).protected === 'string' &&
      typeof (each as Partial<Signature>).signature === 'string',
  );
}

function algorithmIn(head: string): string {
  const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString('utf8')) as { readonly alg?: unknown };
  return typeof alg === 'string' ? alg : '';
}

async function thumbprint(jwk: JWK): Promise<string> {
  return Buffer.from(await calculateJwkThumbprint(jwk, 'sha256'), 'base64url').toString('hex');
}

/** SHA-256 of a card's bytes, in hex. */
export function cardDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
