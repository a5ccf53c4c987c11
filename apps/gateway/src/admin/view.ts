// Rows and snapshots as the API says them: pure, one function per shape.
import type { Approval, Review } from '../approvals/types.ts';
import type { ItemState } from '../pins/desk.ts';
import type { Agent, RegistrySnapshot, Upstream, User } from '../registry/types.ts';
import type { CallRecord } from '../store/readers/calls.ts';
import type { CatalogRecord } from '../store/readers/registry.ts';
import { countTools } from './catalog.ts';
import type { AdminDeps } from './deps.ts';
import type * as views from './client.ts';
import { ChainLink, Decision } from './schemas/calls.ts';

export const RISKS = { 1: 'low', 2: 'medium', 3: 'high' } as const;

/** Milliseconds since the epoch to RFC 3339 UTC. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();
export const isoTimeOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));
/** Entries count microseconds. */
export const isoTimeOfEntry = (us: number): string => isoTime(Math.floor(us / 1000));

export function callView(record: CallRecord, tampered: boolean): views.Call {
  const { seq: _, agentUid: __, upstreamUid: ___, brought, ...call } = record;
  return {
    ...call,
    agents: [...record.agents],
    policies: [...record.policies],
    labels: [...new Set([...record.labels, ...brought])],
    link: ChainLink.parse(record.link),
    decision: Decision.parse(record.decision),
    startedAt: isoTime(record.startedAt),
    endedAt: isoTimeOrNull(record.endedAt),
    tampered,
  };
}

export function userView(user: User): views.User {
  return { uid: user.uid, name: user.name, email: user.email, groups: [...user.groups], active: user.active };
}

export function agentView(agent: Agent): views.Agent {
  return {
    uid: agent.uid,
    name: agent.name,
    owner: { name: agent.owner.name, email: agent.owner.email },
    team: agent.team,
    purpose: agent.purpose,
    capabilities: [...agent.capabilities],
    risk: RISKS[agent.risk],
    environment: agent.environment,
    labels: [...agent.labels],
    status: agent.status,
    identities: agent.identities.map(({ issuer, claim, value }) => ({ issuer, claim, value })),
  };
}

export function upstreamsOf(registry: RegistrySnapshot): Upstream[] {
  return [...registry.servers.values(), ...registry.a2a.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `catalog` is what the gateway's own client last listed there; null where it never did, or for an A2A agent. */
export function upstreamView(
  upstream: Upstream,
  catalog: CatalogRecord | null,
  { catalogs, pins, transports }: Pick<AdminDeps, 'catalogs' | 'pins' | 'transports'>,
): views.Upstream {
  const facts = upstream.kind === 'mcp' ? upstream : upstream.agent;
  const trouble = upstream.kind === 'mcp' ? catalogs.trouble(upstream.uid) : null;
  return {
    uid: upstream.uid,
    name: upstream.name,
    kind: upstream.kind,
    url: addressOf(upstream),
    transport: upstream.kind === 'mcp' ? upstream.place.transport : null,
    connections: upstream.kind === 'mcp' ? transports.state(upstream) : null,
    endpoint: `/${upstream.kind}/${upstream.name}`,
    team: facts.team,
    environment: facts.environment,
    risk: RISKS[facts.risk],
    labels: [...facts.labels],
    tools: catalog === null ? null : countTools(catalog.definitions),
    heldBack: upstream.kind === 'mcp' ? pins.heldBack(upstream) : 0,
    fetchedAt: isoTimeOrNull(catalog?.fetchedAt ?? null),
    unlisted: trouble === null ? null : { reason: trouble.reason, since: isoTime(trouble.since) },
  };
}

/** Of a command, not its arguments: they may hold what is not for everybody. */
function addressOf(upstream: Upstream): string {
  if (upstream.kind === 'a2a') return upstream.cardUrl;
  return upstream.place.transport === 'stdio' ? `stdio:${upstream.place.command}` : upstream.place.url;
}

export function definitionView(item: ItemState): views.Definition {
  const { kind, name, standing, digest, accepted, difference } = item;
  return {
    kind,
    name,
    state: standing,
    digest,
    accepted:
      accepted === null
        ? null
        : { digest: accepted.digest, by: accepted.acceptedBy, at: isoTime(accepted.acceptedAt) },
    difference,
  };
}

function reviewView(review: Review): views.Review {
  const { id, reviewer, verdict, reason, reviewedAt } = review;
  return { id, reviewer, verdict, reason, reviewedAt: isoTime(reviewedAt) };
}

export function approvalView(approval: Approval, reviews: readonly Review[]): views.Approval {
  const { shown } = approval;
  return {
    id: approval.id,
    state: approval.state,
    call: approval.call,
    chain: approval.chain,
    agent: approval.agent,
    owner: shown.owner,
    subject: approval.subject,
    operation: shown.operation,
    upstream: shown.upstream,
    resource: shown.resource,
    sentence: shown.sentence,
    params: shown.params,
    guards: approval.guards.map(({ policy, group, quorum, reasonRequired, description }) => ({
      policy,
      group,
      quorum,
      reasonRequired,
      description,
    })),
    quorum: approval.quorum,
    reviews: reviews.map(reviewView),
    requestedAt: isoTime(approval.requestedAt),
    expiresAt: isoTime(approval.expiresAt),
    decidedAt: isoTimeOrNull(approval.decidedAt),
    grantExpiresAt: isoTimeOrNull(approval.grantExpiresAt),
    consumedBy: approval.consumedBy,
  };
}
