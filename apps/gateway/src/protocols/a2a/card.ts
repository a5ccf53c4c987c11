// The agent card as the gateway serves it: the agent's own words about itself, with the gateway's address, the gateway's
// way to authenticate and only what the gateway relays, signed by the gateway (protocols.md 2.4).
import { createHash } from 'node:crypto';
import { AgentCard, canonicalizeAgentCard, generateAgentCardSignature } from '@a2a-js/sdk';
import type { SigningKey } from '../../identity/keys.ts';
import { grpcTenant } from './bindings/grpc/tenant.ts';
import { RECEIPT_EXTENSION } from './inline-receipts.ts';
import { A2A_VERSION } from './operations.ts';
import {
  earlierCapabilities,
  earlierMembers,
  EARLIER_VERSION,
  earlierScheme,
  rewriteEarlier,
} from './dialects/earlier-card.ts';
import { signedEarlier } from './dialects/earlier-signature.ts';
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
  /** Whether something of its answers is masked: then its extended card is not told (extended-card.ts), and not offered. */
  readonly isMasked?: boolean;
  /** The name that the agent is registered under. */
  readonly agent: string;
  /** Where callers reach the gateway over gRPC; null where they do not. */
  readonly grpcAddress: string | null;
}

const SCHEME = 'gateway';
const TOKEN =
  'An access token for exactly this address, from an authorization server that its metadata names';

export function rewriteCard(
  { json, skills, capabilities, interface: current, earlier }: UpstreamCard,
  { agent, audience, isInline, isMasked, grpcAddress }: Omit<CardContext, 'publicUrl'>,
): CardJson {
  const { signatures: _theirs, ...kept } = json;
  const tenant = current?.tenant ?? null;
  const rewritten = {
    ...kept,
    supportedInterfaces: [
      ...(current === null ? [] : (['JSONRPC', 'HTTP+JSON'] as const)).map((protocolBinding) => ({
        url: audience,
        protocolBinding,
        protocolVersion: A2A_VERSION,
        ...(tenant === null ? {} : { tenant }),
      })),
      ...(current === null || grpcAddress === null
        ? []
        : [
            {
              url: grpcAddress,
              protocolBinding: 'GRPC',
              protocolVersion: A2A_VERSION,
              tenant: grpcTenant(agent, tenant),
            },
          ]),
      ...(earlier === null
        ? []
        : [{ url: audience, protocolBinding: 'JSONRPC', protocolVersion: EARLIER_VERSION }]),
    ],
    capabilities: {
      ...capabilities,
      ...(isMasked === true ? { extendedAgentCard: false } : {}),
      extensions: extensionsOf(capabilities, isInline),
    },
    securitySchemes: {
      [SCHEME]: {
        httpAuthSecurityScheme: {
          description: TOKEN,
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

/** The card in the form of 0.3, where the agent's own has that form. */
function rewriteEarlierCard(
  raw: CardJson,
  { audience, isInline, isMasked }: Pick<CardContext, 'audience' | 'isInline' | 'isMasked'>,
): CardJson {
  const theirs = (raw['capabilities'] ?? {}) as CardJson;
  return rewriteEarlier(raw, {
    ...earlierMembers(
      audience,
      SCHEME,
      raw['supportsAuthenticatedExtendedCard'] === true && isMasked !== true,
    ),
    capabilities: { ...earlierCapabilities(raw), extensions: extensionsOf(theirs, isInline) },
    securitySchemes: { [SCHEME]: earlierScheme(TOKEN) },
  });
}

/** A card of 1.0 of an agent that takes 0.3 too, so that readers of either find what they look for. */
function withEarlier(card: CardJson, { audience }: Pick<CardContext, 'audience'>): CardJson {
  const schemes = card['securitySchemes'] as Readonly<Record<string, CardJson>>;
  const isExtended = (card['capabilities'] as CardJson | undefined)?.['extendedAgentCard'] === true;
  return {
    ...card,
    ...earlierMembers(audience, SCHEME, isExtended),
    securitySchemes: { [SCHEME]: { ...schemes[SCHEME], ...earlierScheme(TOKEN) } },
  };
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

/** The form that the agent's own card has; that of 1.0 with what 0.3 looks for, where the agent takes both. */
async function serve(card: UpstreamCard, context: CardContext, key: CardKey): Promise<ServedCard> {
  if (card.earlierJson !== null)
    return signedEarlier(rewriteEarlierCard(card.earlierJson, context), key, context);
  const rewritten = rewriteCard(card, context);
  if (card.earlier === null) return signCard(rewritten, key, context);
  const { text } = await signCard(rewritten, key, context);
  const { signatures } = JSON.parse(text) as { readonly signatures: readonly object[] };
  return signedEarlier(withEarlier(rewritten, context), key, context, signatures);
}

/** Signs each card once for each place that it is served at: of an agent that was renamed, or moved, another card is served. */
export function createCardSigner(
  key: CardKey,
): (card: UpstreamCard, context: CardContext) => Promise<ServedCard> {
  const signed = new WeakMap<UpstreamCard, { readonly at: string; readonly card: Promise<ServedCard> }[]>();
  return (card, { audience, publicUrl, isInline, isMasked = false, agent, grpcAddress }) => {
    const context = { audience, publicUrl, isInline, isMasked, agent, grpcAddress };
    const at = JSON.stringify(context);
    const kept = signed.get(card) ?? [];
    const known = kept.find((one) => one.at === at);
    if (known !== undefined) return known.card;
    const made = { at, card: serve(card, context, key) };
    // With receipts and without is what an agent is served with at once.
    signed.set(card, [made, ...kept].slice(0, 2));
    return made.card;
  };
}
