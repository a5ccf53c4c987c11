// The agent card as the gateway serves it: the agent's own words about itself, with the gateway's address, the gateway's
// way to authenticate and only what the gateway relays, signed by the gateway (protocols.md 2.4).
import { createHash } from 'node:crypto';
import { AgentCard, canonicalizeAgentCard, generateAgentCardSignature } from '@a2a-js/sdk';
import type { SigningKey } from '../../identity/keys.ts';
import { RECEIPT_EXTENSION } from './inline-receipts.ts';
import { A2A_VERSION } from './operations.ts';
import type { CardJson, UpstreamCard } from './upstream-card.ts';

/** The key that agent cards are signed with; its public half is in the gateway's key set. */
export type CardKey = Pick<SigningKey, 'kid' | 'algorithm' | 'privateKey'>;

export interface ServedCard {
  readonly text: string;
  /** Of what is signed: an ECDSA signature differs each time. */
  readonly etag: string;
}

export interface CardContext {
  /** Canonical URL of the agent's endpoint at this gateway. */
  readonly audience: string;
  /** Canonical URL of the gateway. */
  readonly publicUrl: string;
  /** Whether answers carry the receipts of their calls. */
  readonly isInline: boolean;
}

const SCHEME = 'gateway';

export function rewriteCard(
  { json, skills, capabilities, interface: { tenant } }: UpstreamCard,
  { audience, isInline }: Pick<CardContext, 'audience' | 'isInline'>,
): CardJson {
  const { signatures: _theirs, ...kept } = json;
  const rewritten = {
    ...kept,
    supportedInterfaces: [
      {
        url: audience,
        protocolBinding: 'JSONRPC',
        protocolVersion: A2A_VERSION,
        ...(tenant === null ? {} : { tenant }),
      },
    ],
    capabilities: {
      ...capabilities,
      pushNotifications: false,
      extendedAgentCard: false,
      extensions: extensionsOf(capabilities, isInline),
    },
    securitySchemes: {
      [SCHEME]: {
        httpAuthSecurityScheme: {
          description:
            'An access token for exactly this address, from an authorization server that its metadata names',
          scheme: 'Bearer',
          bearerFormat: 'JWT',
        },
      },
    },
    securityRequirements: [{ schemes: { [SCHEME]: { list: [] } } }],
    // What the agent itself would ask for is the gateway's business now.
    skills: skills.map(({ securityRequirements: _own, ...skill }) => skill),
  };
  return AgentCard.toJSON(AgentCard.fromJSON(rewritten)) as CardJson;
}

/** Those that the agent names, and the gateway's own: which no agent can claim for it. */
function extensionsOf({ extensions }: CardJson, isInline: boolean): readonly unknown[] {
  const theirs = (
    Array.isArray(extensions) ? (extensions as readonly { readonly uri?: unknown }[]) : []
  ).filter(({ uri }) => uri !== RECEIPT_EXTENSION);
  const description =
    'Answers carry the signed receipts of what the gateway recorded of their call, in `metadata`';
  return isInline ? [...theirs, { uri: RECEIPT_EXTENSION, description, required: false }] : theirs;
}

/**
 * Signs the card twice. A2A asks for the signature over all of it. The official client checks the form that it keeps in
 * memory, whose canonical form loses the security schemes: it needs one over that, and reads the first one first.
 */
export async function signCard(
  card: CardJson,
  key: CardKey,
  { publicUrl }: Pick<CardContext, 'publicUrl'>,
): Promise<ServedCard> {
  const sign = generateAgentCardSignature(key.privateKey, {
    alg: key.algorithm,
    typ: 'JOSE',
    kid: key.kid,
    jku: `${publicUrl}/.well-known/jwks.json`,
  });
  const whole = card as unknown as AgentCard;
  const { signatures } = await sign(whole);
  const { signatures: inMemory } = await sign(AgentCard.fromJSON(card));
  const digest = createHash('sha256').update(canonicalizeAgentCard(whole)).digest('base64url');
  return {
    text: JSON.stringify({ ...card, signatures: [...inMemory, ...signatures] }),
    etag: `"${digest}"`,
  };
}

/** Signs each card once. */
export function createCardSigner(
  key: CardKey,
): (card: UpstreamCard, context: CardContext) => Promise<ServedCard> {
  const make = () => new WeakMap<UpstreamCard, Promise<ServedCard>>();
  const kept = { plain: make(), inline: make() };
  return (card, context) => {
    const signed = context.isInline ? kept.inline : kept.plain;
    const known = signed.get(card) ?? signCard(rewriteCard(card, context), key, context);
    signed.set(card, known);
    return known;
  };
}
