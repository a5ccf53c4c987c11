// Scopes that no call can ever be in, beyond those that the engine finds itself: it knows types, not how calls are made.

import type { PolicyJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { uidOf } from '../../scope.ts';
import { namedIn } from '../action-index.ts';
import type { Lint, Linted } from './lint.ts';

/** An operation that every tool has an action of its own for, so that no call is ever made under its own name. */
const OF_TOOLS = 'mcp:tools/call';

/** Warns of policies that can never apply. A forbid that never applies is a hole. */
export const lintNever: Lint = (linted) =>
  linted.policies.flatMap((policy) => {
    const why = neverApplies(policy.json, linted);
    return why === null ? [] : [{ policy, message: `it can never apply: ${why}` }];
  });

function neverApplies({ action, resource }: PolicyJson, { tools }: Linted): string | null {
  const named = namedIn(action);
  if (action.op === '==' && named[0] === OF_TOOLS) {
    return `each tool has an action of its own in \`${OF_TOOLS}\`; write \`action in Action::"${OF_TOOLS}"\``;
  }
  const target = entityOf(resource);
  if (target === null || named.length === 0 || !named.every((id) => tools.has(id))) return null;
  if (target.type === 'Tool' && !named.includes(target.id))
    return `a call of the tool \`${target.id}\` has the action \`${target.id}\``;
  if (target.type === 'Server' && !named.some((id) => id.startsWith(`${target.id}/`)))
    return `no tool that it names is on the server \`${target.id}\``;
  return null;
}

/** The entity that a resource must be, or be in. */
function entityOf(scope: PolicyJson['resource']): TypeAndId | null {
  if (scope.op === 'is') return scope.in === undefined ? null : entityOf({ op: 'in', ...scope.in });
  return scope.op === 'All' || 'slot' in scope ? null : uidOf(scope.entity);
}
