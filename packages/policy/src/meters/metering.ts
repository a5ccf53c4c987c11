// Which meters a policy set reads, and so which a call must be measured by: what no policy reads is not kept and costs
// nothing. And whether a request shows what the policies over it read: a meter that is missing must not read as absent.

import type { CedarValueJson, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { CompiledPolicy } from '../compile/types.ts';
import type { CedarRequest, Unrepresentable } from '../decision.ts';
import type { CallFacts } from '../facts.ts';
import { groupsOf, OPERATIONS } from '../operations.ts';
import { toolAction } from '../schema/build.ts';
import { type Measure, type Meter, USAGE_WINDOWS, type UsageName } from './types.ts';

/** One measure of a call, and whether the call itself counts for it. */
export interface Need {
  readonly measure: Measure;
  readonly counts: boolean;
}

/** The metering of one policy set. */
export interface Metering {
  /** What a call of this action is measured by; empty where no policy reads what it would count or see. */
  needs(action: string): readonly Need[];
  /** The measures that policies over the request's action read and that it does not show, less those known as lost. */
  unmeasured(
    request: Pick<CedarRequest, 'action' | 'context'>,
    lost: readonly Unrepresentable[],
  ): readonly Unrepresentable[];
}

const NONE: Metering = { needs: () => [], unmeasured: () => [] };

/** Of actions asked for in the life of a set; beyond it they are worked out again. */
const MAX_REMEMBERED = 8_192;

/** The id of a call's action, as meters name it. */
export function actionOf({ operation, resource }: Pick<CallFacts, 'operation' | 'resource'>): string {
  return resource.kind === 'tool' ? toolAction(resource.server.name, resource.name) : operation;
}

/** What of a set's meters its policies read. */
export function meteringOf(set: {
  readonly policies: readonly Pick<CompiledPolicy, 'reads' | 'json'>[];
  readonly meters: readonly Meter[];
}): Metering {
  const reading = set.policies.filter(({ reads }) => reads.some(({ path }) => mayRead(path)));
  const read = [...set.meters.map(declared), ...usage()].flatMap(({ measure, on }) => {
    const readers = reading.filter(({ reads }) => reads.some(({ path }) => isReadOf(path, measure)));
    return readers.length === 0 ? [] : [{ measure, on, scopes: readers.map(({ json }) => json.action) }];
  });
  if (read.length === 0) return NONE;

  const known = new Map<string, readonly Need[]>();
  const needs = (action: string): readonly Need[] => {
    const found = known.get(action);
    if (found !== undefined) return found;
    // What a server asks of an agent is no call of that agent, and its context shows no measures.
    if (OPERATIONS.get(action)?.principal === 'Server') return [];
    const ids = [action, ...(OPERATIONS.has(action) ? [] : ['mcp:tools/call']), ...groupsAbove(action)];
    const needed = read.flatMap(({ measure, on, scopes }): Need[] => {
      const counts = on === null || on.some((name) => ids.includes(name));
      return counts || scopes.some((scope) => covers(scope, ids)) ? [{ measure, counts }] : [];
    });
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(action, needed);
    return needed;
  };
  return {
    needs,
    unmeasured({ action, context }, lost) {
      return needs(action.id).flatMap(({ measure }): Unrepresentable[] => {
        const { of, name } = measure;
        const isKnown = lost.some(({ path }) => path[0] === of && path[1] === name);
        return isKnown || isShown(context, measure) ? [] : [{ path: [of, name], why: 'it was not measured' }];
      });
    },
  };
}

/** Every declared meter as what is kept of it; `on` is null where every call counts. */
interface Kept {
  readonly measure: Measure;
  readonly on: readonly string[] | null;
}

function declared({ name, on, add, per, windowMs, type }: Meter): Kept {
  const key = add === 1 ? name : `${name}+${add.input.join('.')}`;
  return { measure: { of: 'meter', name, key, add, per, windowMs, type }, on };
}

function usage(): readonly Kept[] {
  return Object.keys(USAGE_WINDOWS).map((name): Kept => {
    const windowMs = USAGE_WINDOWS[name as UsageName];
    // No name of a meter holds a dot.
    return {
      measure: { of: 'usage', name, key: `usage.${name}`, add: 1, per: 'agent', windowMs, type: 'long' },
      on: null,
    };
  });
}

function mayRead([variable, member = 'meter']: readonly string[]): boolean {
  return variable === 'context' && (member === 'meter' || member === 'usage');
}

/** Whether a read from `context` comes to the measure: to it, to what it stands in, or to something within it. */
function isReadOf(path: readonly string[], { of, name }: Measure): boolean {
  return ['context', of, name].every((part, at) => at >= path.length || path[at] === part);
}

function groupsAbove(action: string): readonly string[] {
  return groupsOf(OPERATIONS.has(action) ? action : 'mcp:tools/call');
}

/** Whether a policy's action scope may match an action; true where in doubt. */
function covers(scope: PolicyJson['action'], [action, ...groups]: readonly string[]): boolean {
  switch (scope.op) {
    case '==':
      return !('entity' in scope) || idOf(scope.entity) === action;
    case 'in': {
      if ('slot' in scope) return true;
      const named = 'entities' in scope ? scope.entities : [scope.entity];
      return named.map(idOf).some((id) => id === action || groups.includes(id));
    }
    default:
      return true;
  }
}

function idOf(entity: { readonly id: string } | { readonly __entity: { readonly id: string } }): string {
  return '__entity' in entity ? entity.__entity.id : entity.id;
}

function isShown(context: CedarRequest['context'], { of, name, type }: Measure): boolean {
  const value = memberOf(memberOf(context, of), name);
  if (type === 'long') return typeof value === 'number';
  const call = memberOf(value, '__extn');
  return memberOf(call, 'fn') === 'decimal';
}

function memberOf(
  value: CedarValueJson | CedarRequest['context'] | undefined,
  name: string,
): CedarValueJson | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const members = value as Readonly<Record<string, CedarValueJson>>;
  return Object.hasOwn(members, name) ? members[name] : undefined;
}
