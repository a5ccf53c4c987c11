// What an agent may do, by policy and not by what somebody wrote down: for each thing behind the gateway, what would become of
// its calls now, by the evaluation that filters lists (DESIGN section 6, bet 5). Nothing is sent and nothing recorded.
import type { ListFacts, Prospect, TargetFacts } from '@countersign/policy';
import { ok, type Result } from '../errors.ts';
import { listFacts } from '../pipeline/facts.ts';
import { factsOf } from '../rehearsal/request.ts';
import type { RegistrySnapshot } from '../registry/types.ts';
import type { Awaitable } from '../store/types.ts';
import { type Questions, questionsOf } from './questions.ts';
import { type Items, OPERATIONS, type Target, targetsOf, upstreamsIn } from './targets.ts';

export interface PermissionDeps {
  readonly registry: { current(): RegistrySnapshot };
  readonly prospects: (facts: ListFacts, targets: readonly TargetFacts[]) => Promise<readonly Prospect[]>;
  readonly items: Items;
  readonly exposure: (holders: readonly string[], now: number) => Awaitable<readonly string[]>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface Permission {
  readonly upstream: string;
  readonly kind: 'tool' | 'prompt' | 'resource' | 'agent';
  readonly name: string;
  readonly answer: Prospect['answer'];
  /** Of policy, or why the gateway refuses before policy is asked. */
  readonly reason: Prospect['reason'] | 'quarantined' | 'definition_not_accepted';
  readonly policies: Prospect['policies'];
}

export interface Permissions {
  /** Labels that it has been exposed to: policies may go by them. */
  readonly exposure: readonly string[];
  readonly permissions: readonly Permission[];
  /** There are more things than were looked at. */
  readonly isCut: boolean;
}

export interface PermissionDesk {
  /**
   * Of calls that begin a chain, by the agent's first identity, on behalf of nobody or of `subject`.
   *
   * @param only these upstreams, by name; without it, all.
   */
  of(
    agent: string,
    options: { readonly subject?: string | undefined; readonly only?: readonly string[] | undefined },
  ): Promise<Result<Permissions, string>>;
  /** What to ask a set that is not in force, to know of everybody what it would let them do. */
  questions(): Promise<Questions>;
}

const MOST = 5_000;

export function createPermissionDesk(deps: PermissionDeps): PermissionDesk {
  return {
    async of(name, { subject, only }) {
      const registry = deps.registry.current();
      const agent = registry.agents.get(name);
      if (agent === undefined) return { ok: false, error: `no agent \`${name}\` is registered` };
      const exposure = await deps.exposure([agent.uid], deps.now());
      const permissions: Permission[] = [];
      let left = MOST;
      let isCut = false;
      for (const upstream of upstreamsIn(registry, only)) {
        const made = factsOf(
          {
            agent: name,
            subject,
            ...(upstream.kind === 'mcp' ? { server: upstream.name } : { callee: upstream.name }),
          },
          registry,
          { exposure, now: deps.now() },
        );
        if (!made.ok) return made;
        const all = targetsOf(upstream, deps.items);
        const targets = all.slice(0, left);
        isCut ||= targets.length < all.length;
        left -= targets.length;
        if (agent.status !== 'active') {
          permissions.push(...targets.map((target) => refused(upstream.name, target, 'quarantined')));
          continue;
        }
        for (const kind of ['tool', 'prompt', 'resource', 'agent'] as const) {
          const some = targets.filter((target) => target.kind === kind);
          const asked = some.filter(({ isAccepted }) => isAccepted);
          if (some.length === 0) continue;
          const prospects = await deps.prospects(
            listFacts(made.value, OPERATIONS[kind]),
            asked.map(({ facts }) => facts),
          );
          const told = new Map(asked.map((target, at) => [target, prospects[at]]));
          for (const target of some) {
            const prospect = told.get(target);
            permissions.push(
              prospect === undefined
                ? refused(upstream.name, target, 'definition_not_accepted')
                : { upstream: upstream.name, kind, name: target.name, ...prospect },
            );
          }
        }
      }
      return ok({ exposure, permissions, isCut });
    },
    questions: () => questionsOf(deps),
  };
}

function refused(
  upstream: string,
  { kind, name }: Target,
  reason: 'quarantined' | 'definition_not_accepted',
): Permission {
  return { upstream, kind, name, answer: 'denied', reason, policies: [] };
}
