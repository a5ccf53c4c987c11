// The agent cards of the agents behind the gateway: fetched from where an operator said, kept for a while, and the place
// where the agent takes A2A 1.0 over JSON-RPC. What a card says is a claim of the agent's.
import { AgentCard } from '@a2a-js/sdk';
import { ok, refuse, type Result } from '../../errors.ts';
import type { Deps } from '../../pipeline/deps.ts';
import type { A2aUpstream } from '../../registry/types.ts';
import { readCapped } from '../../upstreams/body.ts';
import { scan } from '../json/scan.ts';
import { A2A_VERSION } from './operations.ts';

/** A card as `AgentCard.toJSON` writes it: members of the A2A 1.0 schema only, none with its default value. */
export type CardJson = Readonly<Record<string, unknown>>;

export interface UpstreamCard {
  readonly json: CardJson;
  readonly skills: readonly CardJson[];
  readonly capabilities: CardJson;
  readonly interface: AgentInterface;
}

export interface AgentInterface {
  /** The JSON-RPC endpoint. */
  readonly url: string;
  readonly tenant: string | null;
}

export interface UpstreamCards {
  card(upstream: A2aUpstream): Promise<Result<UpstreamCard>>;
  /** Where messages to the agent go. */
  interfaceOf(upstream: A2aUpstream): Promise<Result<AgentInterface>>;
}

const FRESH_MS = 60_000;
/** A card that cannot be fetched again is good for this long: its agent may well be reachable. */
const STALE_MS = 10 * 60_000;
const FETCH_MS = 10_000;
const MAX_BYTES = 256 * 1024;
const WELL_KNOWN = '/.well-known/agent-card.json';

interface Kept {
  readonly card: UpstreamCard;
  readonly fetchedAt: number;
}

export function createUpstreamCards(deps: Pick<Deps, 'send' | 'now'>): UpstreamCards {
  const kept = new Map<string, Kept>();
  const fetching = new Map<string, Promise<Result<UpstreamCard>>>();

  async function renew(key: string, upstream: A2aUpstream): Promise<Result<UpstreamCard>> {
    const fetched = await fetchCard(upstream, deps);
    if (fetched.ok) kept.set(key, { card: fetched.value, fetchedAt: deps.now() });
    const old = kept.get(key);
    const isUsable = old !== undefined && deps.now() - old.fetchedAt < STALE_MS;
    return !fetched.ok && fetched.error.code !== 'upstream_invalid' && isUsable ? ok(old.card) : fetched;
  }

  const cards: UpstreamCards = {
    async card(upstream) {
      // Another address is another card, whatever the agent is called.
      const key = JSON.stringify([upstream.uid, upstream.cardUrl, upstream.endpoint ?? null]);
      const known = kept.get(key);
      if (known !== undefined && deps.now() - known.fetchedAt < FRESH_MS) return ok(known.card);
      const pending = fetching.get(key) ?? renew(key, upstream).finally(() => fetching.delete(key));
      fetching.set(key, pending);
      return pending;
    },
    async interfaceOf(upstream) {
      const card = await cards.card(upstream);
      return card.ok ? ok(card.value.interface) : card;
    },
  };
  return cards;
}

/** `base` is the card's own address, or that of the folder it is well known in. */
export function cardAddress(base: string): string {
  const url = new URL(base);
  if (url.pathname.endsWith('.json')) return url.href;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${WELL_KNOWN}`;
  return url.href;
}

async function fetchCard(upstream: A2aUpstream, { send }: Pick<Deps, 'send'>): Promise<Result<UpstreamCard>> {
  const address = cardAddress(upstream.cardUrl);
  const sent = await send(
    { ...upstream, endpoint: address },
    {
      method: 'GET',
      headers: new Map([
        ['accept', 'application/json'],
        ['a2a-version', A2A_VERSION],
      ]),
      body: null,
      signal: AbortSignal.timeout(FETCH_MS),
    },
  );
  if (!sent.ok) return sent;
  if (sent.value.status !== 200) {
    await sent.value.body.cancel();
    return unavailable(`\`${address}\` answered HTTP ${sent.value.status}`);
  }
  const body = await readCapped(sent.value.body, MAX_BYTES);
  return body.ok ? parseCard(body.value, address, upstream.endpoint ?? null) : body;
}

/** @param pinned the endpoint that an operator named, whatever the card says. */
export function parseCard(bytes: Uint8Array, address: string, pinned: string | null): Result<UpstreamCard> {
  const scanned = scan(bytes);
  if (!scanned.ok) return unfit(`the card at \`${address}\` cannot be read: ${scanned.error.message}`);
  let json: CardJson;
  try {
    json = AgentCard.toJSON(AgentCard.fromJSON(scanned.value.value)) as CardJson;
  } catch (error) {
    return unfit(
      `the card at \`${address}\` is no agent card: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const found = listOf(json['supportedInterfaces']).find(
    (each) => each['protocolBinding'] === 'JSONRPC' && /^1\.0(\.|$)/.test(String(each['protocolVersion'])),
  );
  if (found === undefined) {
    return unfit(
      `the card at \`${address}\` offers no A2A 1.0 over JSON-RPC, which is what this gateway relays`,
    );
  }
  const url = endpointOf(found['url'], address, pinned);
  if (!url.ok) return url;
  const tenant = found['tenant'];
  return ok({
    json,
    skills: listOf(json['skills']),
    capabilities: (json['capabilities'] ?? {}) as CardJson,
    interface: { url: url.value, tenant: typeof tenant === 'string' && tenant !== '' ? tenant : null },
  });
}

/**
 * SECURITY: the card must not choose where the gateway sends calls and credentials: its own origin, or what an operator
 * named.
 */
function endpointOf(value: unknown, address: string, pinned: string | null): Result<string> {
  if (pinned !== null) return ok(pinned);
  const claimed = typeof value === 'string' ? value : '';
  const url = URL.parse(claimed);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '') {
    return unfit(
      `the card at \`${address}\` has \`${claimed}\` as its endpoint, which is no http(s) address`,
    );
  }
  if (url.origin !== new URL(address).origin) {
    return unfit(
      `the card at \`${address}\` has an endpoint elsewhere, \`${claimed}\`: to allow that, set \`url\` to it and \`cardUrl\` to the card in the A2AAgent's manifest`,
    );
  }
  return ok(url.href);
}

function listOf(value: unknown): readonly CardJson[] {
  return Array.isArray(value) ? (value as readonly CardJson[]) : [];
}

function unavailable(reason: string): Result<never> {
  return refuse(
    'upstream_unavailable',
    reason,
    'the card of the agent behind this gateway cannot be read: try again later',
  );
}

function unfit(reason: string): Result<never> {
  return refuse('upstream_invalid', reason, 'the card of the agent behind this gateway cannot be used');
}
