// Packs policies into groups that are validated together, each against the few actions that its policies need: one
// question for each policy would be dominated by the engine reading the schema, one for all of them by typing each policy
// for the actions of all others.

import { byCodeUnits } from '../reserved.ts';
import type { Needs, NeedsOf } from './slices.ts';
import type { CompiledPolicy } from './types.ts';

export interface Chunk {
  readonly policies: readonly CompiledPolicy[];
  readonly actions: ReadonlySet<string>;
  readonly named: ReadonlySet<string>;
}

/** Measured: reading a schema of this many actions costs about as much as typing the policies that go with it. */
const ENOUGH_ACTIONS = 8;
/** What one death of the engine costs: all of them are asked again, one by one. */
const MAX_POLICIES = 200;

export function chunksOf(policies: readonly CompiledPolicy[], needsOf: NeedsOf): Chunk[] {
  const keyed = policies.map((policy) => {
    const needs = needsOf(policy);
    return { policy, needs, key: needs.actions.join('\n') };
  });
  keyed.sort((a, b) => byCodeUnits(a.key, b.key) || byCodeUnits(a.policy.id, b.policy.id));
  const chunks: { policies: CompiledPolicy[]; actions: Set<string>; named: Set<string> }[] = [];
  for (const { policy, needs } of keyed) {
    let chunk = chunks.at(-1);
    if (chunk === undefined || !fits(needs, chunk)) {
      chunk = { policies: [], actions: new Set(), named: new Set() };
      chunks.push(chunk);
    }
    chunk.policies.push(policy);
    for (const id of needs.actions) chunk.actions.add(id);
    for (const id of needs.named) chunk.named.add(id);
  }
  return chunks;
}

function fits({ actions }: Needs, chunk: Chunk): boolean {
  if (chunk.policies.length >= MAX_POLICIES) return false;
  const more = actions.filter((id) => !chunk.actions.has(id)).length;
  if (chunk.actions.size + more <= ENOUGH_ACTIONS) return true;
  return more === 0 && chunk.actions.size === actions.length;
}
