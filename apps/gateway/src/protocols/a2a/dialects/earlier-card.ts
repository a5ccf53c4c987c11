// Agent cards of A2A 0.3: what one offers, and what the gateway serves in its place. Only members that 0.3 names are kept:
// all else would be the agent's own word under the gateway's signature (protocols.md 2.4).
import { isLegacyAgentCard, parseLegacyAgentCard } from '@a2a-js/sdk/compat/v0_3/client';
import { AgentCard } from '@a2a-js/sdk';
import type { AgentInterface, Choice } from '../bindings/choose.ts';
import { endpointOf } from '../bindings/choose.ts';

type CardJson = Readonly<Record<string, unknown>>;

export const EARLIER_VERSION = '0.3';
/** As cards of 0.3 write it. */
const CARD_VERSION = '0.3.0';
const TRANSPORT = 'JSONRPC';

const KEPT = [
  'name',
  'description',
  'version',
  'iconUrl',
  'provider',
  'documentationUrl',
  'defaultInputModes',
  'defaultOutputModes',
] as const;
const CAPABILITIES = ['streaming', 'pushNotifications', 'stateTransitionHistory'] as const;
const KEPT_OF_SKILLS = [
  'id',
  'name',
  'description',
  'tags',
  'examples',
  'inputModes',
  'outputModes',
] as const;

/** Whether a card has the form of 0.3, and none of 1.0 besides. */
export function isEarlierCard(raw: CardJson): boolean {
  return isLegacyAgentCard(raw);
}

/** The same as 1.0 writes it, as far as 1.0 has words for it. Throws where it is no card. */
export function asCurrent(raw: CardJson): CardJson {
  return AgentCard.toJSON(parseLegacyAgentCard(raw)) as CardJson;
}

/**
 * Where the agent takes 0.3 over JSON-RPC; null where it does not say so, or says a place that it may not be at.
 *
 * @param raw the card as it came, in either form, or both.
 * @param address of the card itself.
 */
export function earlierInterface(
  raw: CardJson,
  address: string,
  { pinned, binding }: Choice,
): AgentInterface | null {
  // An operator who asks for another binding does not mean this one.
  if (binding !== null && binding !== TRANSPORT) return null;
  // SECURITY: the signature of a card of 1.0 covers what 1.0 names, and not what somebody put beside it.
  const claimed = isEarlierCard(raw) ? claimedIn03(raw) : claimedIn1(raw);
  const usable = claimed.flatMap((url) => {
    const found = endpointOf({ binding: TRANSPORT, claimed: url, tenant: null }, pinned ?? address);
    return found.ok ? [found.value] : [];
  });
  const [first] = usable;
  if (first !== undefined) return first;
  return claimed.length > 0 && pinned !== null ? { binding: TRANSPORT, url: pinned, tenant: null } : null;
}

/** A card of 1.0 may name interfaces of 0.3 among its own. */
function claimedIn1({ supportedInterfaces }: CardJson): readonly string[] {
  return listOf(supportedInterfaces).flatMap(({ url, protocolBinding, protocolVersion }) =>
    protocolBinding === TRANSPORT && isEarlier(protocolVersion) && typeof url === 'string' ? [url] : [],
  );
}

function claimedIn03({ url, preferredTransport, additionalInterfaces, protocolVersion }: CardJson): string[] {
  if (!isEarlier(protocolVersion)) return [];
  const preferred = preferredTransport === undefined || preferredTransport === TRANSPORT;
  return [
    ...(preferred && typeof url === 'string' ? [url] : []),
    ...listOf(additionalInterfaces).flatMap((each) =>
      each['transport'] === TRANSPORT && typeof each['url'] === 'string' ? [each['url']] : [],
    ),
  ];
}

function isEarlier(version: unknown): boolean {
  return typeof version === 'string' && /^0\.3(?:\.|$)/.test(version);
}

/** What a reader of 0.3 looks for, of a gateway that serves the agent at `audience`. */
export function earlierMembers(audience: string, scheme: string, isExtended: boolean): CardJson {
  return {
    protocolVersion: CARD_VERSION,
    url: audience,
    preferredTransport: TRANSPORT,
    additionalInterfaces: [{ url: audience, transport: TRANSPORT }],
    supportsAuthenticatedExtendedCard: isExtended,
    security: [{ [scheme]: [] }],
  };
}

/** What an agent can do of what the gateway relays. */
export function earlierCapabilities({ capabilities }: CardJson): CardJson {
  return only((capabilities ?? {}) as CardJson, CAPABILITIES);
}

/** How 0.3 says that a bearer token is wanted. */
export function earlierScheme(description: string): CardJson {
  return { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description };
}

/** The agent's card in the form of 0.3, with what the gateway says in its place. */
export function rewriteEarlier(raw: CardJson, own: CardJson): CardJson {
  return {
    ...only(raw, KEPT),
    skills: listOf(raw['skills']).map((skill) => only(skill, KEPT_OF_SKILLS)),
    ...own,
  };
}

function only(value: CardJson, names: readonly string[]): CardJson {
  return Object.fromEntries(
    names.flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]]])),
  );
}

function listOf(value: unknown): readonly CardJson[] {
  return Array.isArray(value)
    ? value.filter((each): each is CardJson => typeof each === 'object' && each !== null)
    : [];
}
