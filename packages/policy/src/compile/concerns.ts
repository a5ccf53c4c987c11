// Which policies a change of a tool can make invalid.

import type { ActionIndex } from './action-index.ts';
import { mentionsOf } from './expressions.ts';
import type { CompiledPolicy } from './types.ts';

/** By action id, the policies whose scope covers the tool, or that name it. @param index of a schema with all these tools */
export function concernsOf(
  tools: ReadonlySet<string>,
  policies: readonly CompiledPolicy[],
  index: ActionIndex,
): ReadonlyMap<string, readonly CompiledPolicy[]> {
  const concerns = new Map([...tools].map((id) => [id, [] as CompiledPolicy[]]));
  const covered = new Map<string, readonly string[]>();
  for (const policy of policies) {
    const { action } = policy.json;
    const key = JSON.stringify(action);
    const inScope = covered.get(key) ?? index.covered(action).filter((id) => tools.has(id));
    covered.set(key, inScope);
    for (const id of new Set([...inScope, ...toolsNamedIn(policy)])) concerns.get(id)?.push(policy);
  }
  return concerns;
}

/** The tools that a policy names, as an action or as an entity: it is about nothing without them. */
export function toolsNamedIn({ json }: CompiledPolicy): string[] {
  const { entities } = mentionsOf(json);
  return entities.filter(({ type }) => type === 'Action' || type === 'Tool').map(({ id }) => id);
}
