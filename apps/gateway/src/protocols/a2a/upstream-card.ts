// The agent cards of the agents behind the gateway: fetched from where an operator said, kept for a while, and the place
// where the agent takes A2A. What a card says is a claim of the agent's.
import { AgentCard } from '@a2a-js/sdk';
import { ok, refuse, type Result } from '../../errors.ts';
import type { Deps } from '../../pipeline/deps.ts';
import type { A2aUpstream } from '../../registry/types.ts';
import { asDigest } from '../../digest.ts';
import { readCapped } from '../../upstreams/body.ts';
import { scan } from '../json/scan.ts';
import { cardDigest, checkCard } from './card-signature.ts';
import { type AgentInterface, type Choice, chooseInterface } from './bindings/choose.ts';
import { asCurrent, earlierInterface, isEarlierCard } from './dialects/earlier-card.ts';
import type { A2aVersion } from './dialects/types.ts';
import { A2A_VERSION, VERSION_NOT_SUPPORTED } from './operations.ts';
import { messageOf } from '../../message-of.ts';

/** A card as `AgentCard.toJSON` writes it: members of the A2A 1.0 schema only, none with its default value. */
export type CardJson = Readonly<Record<string, unknown>>;

export interface UpstreamCard {
  /** As it came. */
  readonly raw: CardJson;
  readonly json: CardJson;
  readonly skills: readonly CardJson[];
  readonly capabilities: CardJson;
  /** Where it takes 1.0; null where it does not. */
  readonly interface: AgentInterface | null;
  /** Where it takes 0.3 over JSON-RPC; null where it does not. It takes one of the two. */
  readonly earlier: AgentInterface | null;
  /** The card as it came, where it has the form of 0.3. */
  readonly earlierJson: CardJson | null;
}

export interface UpstreamCards {
  card(upstream: A2aUpstream): Promise<Result<UpstreamCard>>;
  /** Where messages to the agent go that are in a version of A2A; refused where it does not take that one. */
  interfaceOf(upstream: A2aUpstream, version: A2aVersion): Promise<Result<AgentInterface>>;
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

type CardDeps = Pick<Deps, 'send' | 'now' | 'writer'>;

export function createUpstreamCards(deps: CardDeps): UpstreamCards {
  /** What the log last said of each agent's card. */
  const recorded = new Map<string, string>();
  const kept = new Map<string, Kept>();
  const fetching = new Map<string, Promise<Result<UpstreamCard>>>();

  async function renew(key: string, upstream: A2aUpstream): Promise<Result<UpstreamCard>> {
    const fetched = await fetchCard(upstream, deps, recorded);
    if (fetched.ok) kept.set(key, { card: fetched.value, fetchedAt: deps.now() });
    const old = kept.get(key);
    const isUsable = old !== undefined && deps.now() - old.fetchedAt < STALE_MS;
    return !fetched.ok && fetched.error.code !== 'upstream_invalid' && isUsable ? ok(old.card) : fetched;
  }

  const cards: UpstreamCards = {
    async card(upstream) {
      // Another address is another card, whatever the agent is called.
      const { cardKeys, cardSignature } = upstream;
      const key = JSON.stringify([
        upstream.uid,
        upstream.cardUrl,
        choiceOf(upstream),
        cardKeys,
        cardSignature,
      ]);
      const known = kept.get(key);
      if (known !== undefined && deps.now() - known.fetchedAt < FRESH_MS) return ok(known.card);
      const pending = fetching.get(key) ?? renew(key, upstream).finally(() => fetching.delete(key));
      fetching.set(key, pending);
      return pending;
    },
    async interfaceOf(upstream, version) {
      const card = await cards.card(upstream);
      if (!card.ok) return card;
      const { interface: current, earlier } = card.value;
      const found = version === A2A_VERSION ? current : earlier;
      return found === null ? notOffered(version, current === null ? '0.3' : A2A_VERSION) : ok(found);
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

async function fetchCard(
  upstream: A2aUpstream,
  deps: CardDeps,
  recorded: Map<string, string>,
): Promise<Result<UpstreamCard>> {
  const address = cardAddress(upstream.cardUrl);
  const sent = await deps.send(
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
  return body.ok ? readCard(body.value, upstream, deps.writer, recorded) : body;
}

/** A card of the agent, once its signature is checked and the result is on record. */
export async function readCard(
  bytes: Uint8Array,
  upstream: A2aUpstream,
  writer: Deps['writer'],
  /** What the log last said of each agent's card; null where it is to be told anyway. */
  recorded: Map<string, string> | null,
): Promise<Result<UpstreamCard>> {
  const address = cardAddress(upstream.cardUrl);
  const card = parseCard(bytes, address, choiceOf(upstream));
  if (!card.ok) return card;
  const { signature, key } = await checkCard(card.value.raw, upstream.cardKeys?.keys ?? []);
  const body = {
    upstream: upstream.uid,
    signature,
    key: key === null ? null : asDigest(key),
    card: asDigest(cardDigest(bytes)),
  };
  const known = JSON.stringify(body);
  if (recorded?.get(upstream.uid) !== known) {
    const details = { card: Buffer.from(bytes).toString('utf8') };
    const entry = { kind: 'card.checked', call: null, agent: null, chain: null, body, details } as const;
    const result = await writer.commit({ entries: [entry] });
    if (!result.ok) return unavailable(`what became of the card at \`${address}\` could not be recorded`);
    recorded?.set(upstream.uid, known);
  }
  // A wrong signature is worse than none: somebody changed what was signed.
  if (signature === 'verified') return card;
  if (upstream.cardSignature === 'required' || signature === 'invalid')
    return unfit(
      `the card at \`${address}\` is ${signature}: none of the \`cardKeys\` of the A2AAgent's manifest signed it`,
    );
  return card;
}

function choiceOf({ endpoint, binding }: A2aUpstream): Choice {
  return { pinned: endpoint ?? null, binding: binding ?? null };
}

export function parseCard(bytes: Uint8Array, address: string, choice: Choice): Result<UpstreamCard> {
  const scanned = scan(bytes);
  if (!scanned.ok) return unfit(`the card at \`${address}\` cannot be read: ${scanned.error.message}`);
  const raw: CardJson = scanned.value.value;
  const earlierJson = isEarlierCard(raw) ? raw : null;
  let json: CardJson;
  try {
    json = earlierJson === null ? (AgentCard.toJSON(AgentCard.fromJSON(raw)) as CardJson) : asCurrent(raw);
  } catch (error) {
    return unfit(`the card at \`${address}\` is no agent card: ${messageOf(error)}`);
  }
  const chosen = chooseInterface(listOf(json['supportedInterfaces']), address, choice);
  const earlier = earlierInterface(raw, address, choice);
  if (!chosen.ok && earlier === null) return chosen;
  return ok({
    raw,
    json,
    skills: listOf(json['skills']),
    capabilities: (json['capabilities'] ?? {}) as CardJson,
    interface: chosen.ok ? chosen.value : null,
    earlier,
    earlierJson,
  });
}

function listOf(value: unknown): readonly CardJson[] {
  return Array.isArray(value) ? (value as readonly CardJson[]) : [];
}

const HOW: Readonly<Record<A2aVersion, string>> = {
  '1.0': 'send `A2A-Version: 1.0`',
  '0.3': 'leave out `A2A-Version`',
};

function notOffered(asked: A2aVersion, offered: A2aVersion): Result<never> {
  const message = `the agent behind this gateway takes A2A ${offered}, and the request is in ${asked}: ${HOW[offered]} and use the methods of ${offered}`;
  return refuse('unsupported_version', message, message, {
    rpcCode: VERSION_NOT_SUPPORTED,
    data: { supported: offered },
  });
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
