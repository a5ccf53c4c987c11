// How a call hangs in its chain. Only the gateway's own call token makes a verified link, and only for the agent it was
// issued to, while the call that it names or its task is open. A token that does not prove what it claims is refused and
// never ignored: ignoring it would turn a forged link into a clean new chain (DESIGN section 7, docs/identity.md).
import { type Id, newId } from '@countersign/audit';
import { ok, refuse, type Result } from '../errors.ts';
import type { Caller, ChainLink, InboundCall } from '../pipeline/types.ts';
import type { Awaitable } from '../store/types.ts';
import type { CallTokens } from './call-token.ts';

/** A call of the store, as far as a link needs it. */
export interface ParentCall {
  readonly id: Id<'call'>;
  readonly state: 'denied' | 'held' | 'open' | 'completed' | 'unknown';
  readonly chain: Id<'chain'>;
  readonly depth: number;
  /** Agent names, root first, its caller last. */
  readonly agents: readonly string[];
  /** Whom it went to. */
  readonly upstreamUid: string | null;
}

/** What linking reads. The consumer declares it, the composition root joins it to the store. */
export interface LinkReads {
  parentCall(id: Id<'call'>): Awaitable<ParentCall | null>;
  /** Whether a call to this agent, or a task that it works on, is open. */
  openInbound(agent: Id<'agt'>): Awaitable<boolean>;
  /** Whether the work that this call began goes on in a task that is not settled. */
  openTaskOfCall(call: Id<'call'>): Awaitable<boolean>;
  chainLabels(chain: Id<'chain'>): Awaitable<readonly string[]>;
}

export interface LinkDeps {
  readonly callTokens: Pick<CallTokens, 'verify'>;
  readonly reads: LinkReads;
}

/** What of a call says how it hangs in its chain. */
export type Linked = Pick<InboundCall, 'trace'> & {
  readonly credentials: Pick<InboundCall['credentials'], 'callToken'>;
};

/** The error has the code `denied`: the caller is known, so the refusal is an entry. */
export async function resolveLink(call: Linked, caller: Caller, deps: LinkDeps): Promise<Result<ChainLink>> {
  const { callToken } = call.credentials;
  const { agent } = caller;
  // Nobody registered: the call is denied as that, and whatever it presents proves nothing.
  if (agent === null) return ok(newChain('root', []));
  if (callToken !== null) return verifiedLink(callToken, { ...caller, agent }, deps);
  if (await deps.reads.openInbound(agent.uid)) return ok(newChain('unlinked', [agent.name]));
  return ok(newChain(call.trace === null ? 'root' : 'claimed', [agent.name]));
}

async function verifiedLink(
  token: string,
  { agent, subject }: Caller & { readonly agent: NonNullable<Caller['agent']> },
  { callTokens, reads }: LinkDeps,
): Promise<Result<ChainLink>> {
  const verified = await callTokens.verify(token, agent.uid);
  if (!verified.ok) return unproven(verified.error);
  const { value: claims } = verified;
  const parent = await reads.parentCall(claims.call);
  if (parent === null || parent.chain !== claims.chain || parent.upstreamUid !== agent.uid) {
    return unproven(`the call \`${claims.call}\` is not one that this gateway sent to \`${agent.name}\``);
  }
  if (parent.state !== 'open' && !(await reads.openTaskOfCall(parent.id))) {
    return unproven(`the call \`${parent.id}\` has ended (${parent.state})`);
  }
  // SECURITY: work that was asked for in one person's name must not be continued in another's.
  if (claims.subject !== null && subject !== null && claims.subject !== subject.key) {
    return unproven('the access token names another subject than the call token');
  }
  // An agent that calls itself acts once.
  const isSameAgent = parent.agents.at(-1) === agent.name;
  return ok({
    kind: 'verified',
    chain: parent.chain,
    parent: parent.id,
    depth: isSameAgent ? parent.depth : parent.depth + 1,
    agents: isSameAgent ? parent.agents : [...parent.agents, agent.name],
    labels: await reads.chainLabels(parent.chain),
  });
}

function newChain(kind: 'root' | 'claimed' | 'unlinked', agents: readonly string[]): ChainLink {
  return { kind, chain: newId('chain'), parent: null, depth: 1, agents, labels: [] };
}

function unproven(reason: string) {
  return refuse(
    'denied',
    reason,
    'the call token does not link this call: present it only with calls of the agent that received it, while the call it came with is open, or leave it out',
  );
}
