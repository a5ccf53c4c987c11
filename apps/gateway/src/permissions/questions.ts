// All that could be asked of a policy set about what agents may do: every agent that is active, and everything that it could call.
// As data, so that it can be asked in a thread.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ListFacts, TargetFacts } from '@countersign/policy';
import { listFacts } from '../pipeline/facts.ts';
import { factsOf } from '../rehearsal/request.ts';
import type { Agent, RegistrySnapshot } from '../registry/types.ts';
import type { PermissionDeps } from './desk.ts';
import { OPERATIONS, type Target, targetsOf, upstreamsIn } from './targets.ts';

export interface Caller {
  readonly agent: string;
  readonly facts: ListFacts;
}

export interface Callable extends Pick<Target, 'kind' | 'name' | 'facts'> {
  readonly upstream: string;
  readonly facts: TargetFacts;
}

export interface Questions {
  /** Of calls that begin a chain, by the agent's first identity, on behalf of nobody. */
  readonly callers: readonly Caller[];
  readonly targets: readonly Callable[];
  /** There are more agents, or things to call, than these. */
  readonly isCut: boolean;
}

const MOST_TARGETS = 5_000;
/** Agents times things to call. */
const MOST_PAIRS = 200_000;
/** Agents that are looked at before calls have their turn. */
const PER_TURN = 32;

export async function questionsOf(
  deps: Pick<PermissionDeps, 'registry' | 'items' | 'exposure' | 'now'>,
): Promise<Questions> {
  const registry = deps.registry.current();
  const all = upstreamsIn(registry, undefined).flatMap((upstream) =>
    targetsOf(upstream, deps.items)
      .filter(({ isAccepted }) => isAccepted)
      .map(({ kind, name, facts }): Callable => ({ upstream: upstream.name, kind, name, facts })),
  );
  const targets = all.slice(0, MOST_TARGETS);
  const active = [...registry.agents.values()].filter(({ status }) => status === 'active');
  const asked = active.slice(0, Math.floor(MOST_PAIRS / Math.max(1, targets.length)));
  const callers: Caller[] = [];
  for (const [at, agent] of asked.entries()) {
    if (at % PER_TURN === PER_TURN - 1) await nextTurn();
    const facts = await factsOfCaller(agent, registry, deps);
    if (facts !== null) callers.push({ agent: agent.name, facts });
  }
  return { callers, targets, isCut: targets.length < all.length || asked.length < active.length };
}

/** Whom it calls is not part of it; who is there to be called makes it a call at all. */
async function factsOfCaller(
  { name, uid }: Agent,
  registry: RegistrySnapshot,
  deps: Pick<PermissionDeps, 'exposure' | 'now'>,
): Promise<ListFacts | null> {
  const exposure = await deps.exposure([uid], deps.now());
  const made = factsOf({ agent: name, callee: name }, registry, { exposure, now: deps.now() });
  return made.ok ? listFacts(made.value, OPERATIONS.agent) : null;
}
