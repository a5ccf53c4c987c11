// A permit that asks for nothing: no condition, and a scope that says neither who nor on what.

import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { isUnconditional } from './conditions.ts';
import type { Lint, Linted } from './lint.ts';

/** What an agent may well be let do unasked: open a session, see what there is. */
const LOOKING: readonly string[] = ['mcp:session', 'mcp:list', 'a2a:card'];

/** Warns of permits without any condition for everyone on everything; naming tools one by one is a condition, too. */
export const lintUnconditional: Lint = (linted) =>
  linted.policies
    .filter(({ effect, json }) => effect === 'permit' && isUnconditional(json) && isForAll(json, linted))
    .map((policy) => ({
      policy,
      message:
        'it permits this to everyone, on everything, without a condition: name a principal, a resource or tools, or add `when { … }`',
    }));

function isForAll({ principal, action, resource }: PolicyJson, { index, tools }: Linted): boolean {
  if (!isAnyOne(principal) || !isAnyOne(resource)) return false;
  if (action.op === 'All') return true;
  const named = 'slot' in action ? [] : 'entities' in action ? action.entities : [action.entity];
  return named.some((entity) => {
    const { id } = '__entity' in entity ? entity.__entity : entity;
    return !tools.has(id) && !LOOKING.some((group) => index.above(id).has(group));
  });
}

/** The scope names no entity; a type alone excludes nobody. */
function isAnyOne(scope: PolicyJson['principal'] | PolicyJson['resource']): boolean {
  return scope.op === 'All' || (scope.op === 'is' && scope.in === undefined);
}
