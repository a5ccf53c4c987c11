// Signatures of cards that 0.3 reads: over the canonical text of all of it but the signatures (RFC 8785), as that version asks
// for. The official client checks what it has turned the card into, so that it needs one over that, and reads it first.
import { createHash } from 'node:crypto';
import { canonicalizeAgentCard, generateAgentCardSignature } from '@a2a-js/sdk';
import { parseLegacyAgentCard } from '@a2a-js/sdk/compat/v0_3/client';
import { FlattenedSign } from 'jose';
import type { CardContext, CardKey, ServedCard } from '../card.ts';
import { canonicalText, parseLexical } from '../../json/canonical.ts';
import type { CardJson } from '../upstream-card.ts';
import { isEarlierCard } from './earlier-card.ts';

/** What somebody may have signed of a card of 0.3: all of it, or what the official SDK makes of it. @param card without signatures. */
export function signedOfEarlier(card: CardJson): readonly string[] {
  return [
    canonicalText(parseLexical(JSON.stringify(card))),
    canonicalizeAgentCard(parseLegacyAgentCard(card)),
  ];
}

/** @param signatures those that it has already, which stay in front. */
export async function signedEarlier(
  card: CardJson,
  key: CardKey,
  { publicUrl }: Pick<CardContext, 'publicUrl'>,
  signatures: readonly object[] = [],
): Promise<ServedCard> {
  const header = {
    alg: key.algorithm,
    typ: 'JOSE',
    kid: key.kid,
    jku: `${publicUrl}/.well-known/jwks.json`,
  };
  const canonical = canonicalText(parseLexical(JSON.stringify(card)));
  const { protected: head, signature } = await new FlattenedSign(Buffer.from(canonical))
    .setProtectedHeader(header)
    .sign(key.privateKey);
  const whole = { protected: head, signature };
  const inMemory = isEarlierCard(card)
    ? (await generateAgentCardSignature(key.privateKey, header)(parseLegacyAgentCard(card))).signatures
    : [];
  const digest = createHash('sha256').update(canonical).digest('base64url');
  return {
    text: JSON.stringify({ ...card, signatures: [...signatures, ...inMemory, whole] }),
    etag: `"${digest}"`,
  };
}
