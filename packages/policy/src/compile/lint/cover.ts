// Finds the policies whose scope holds all of another policy's scope, by what is written: who is in which team only a
// registry knows. What it does not find may still be covered; what it finds is.

import type { PolicyJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { keyOf, uidOf } from '../../scope.ts';
import { type ActionIndex, namedIn } from '../action-index.ts';
import type { CompiledPolicy } from '../types.ts';

type Scope = PolicyJson['principal'] | PolicyJson['resource'];

const ANY = '*';
/** Of those that look the same from afar, so that a thousand copies of one policy cost no million comparisons. */
const MAX_ALIKE = 8;

/** A question: which of these policies cover this one, perhaps itself among them? */
export type Over = (policy: CompiledPolicy) => CompiledPolicy[];

export function coverOf(candidates: readonly CompiledPolicy[], index: ActionIndex): Over {
  const byKey = new Map<string, CompiledPolicy[]>();
  for (const policy of candidates) {
    for (const action of actionKeys(policy.json.action)) {
      const key = [action, keyOfScope(policy.json.principal), keyOfScope(policy.json.resource)].join('\n');
      const alike = byKey.get(key);
      if (alike === undefined) byKey.set(key, [policy]);
      else if (alike.length < MAX_ALIKE) alike.push(policy);
    }
  }
  return (policy) => {
    if (byKey.size === 0) return [];
    const { json } = policy;
    const [first] = namedIn(json.action);
    const actions = [ANY, ...(first === undefined ? [] : index.above(first))];
    const found = actions.flatMap((action) =>
      principalKeys(json, index).flatMap((principal) =>
        resourceKeys(json, index).flatMap(
          (resource) => byKey.get([action, principal, resource].join('\n')) ?? [],
        ),
      ),
    );
    return [...new Set(found)].filter((candidate) => coversAction(candidate.json.action, json.action, index));
  };
}

/** Whether the scope of `one` holds all of the scope of `other`. */
export function covers(one: CompiledPolicy, other: CompiledPolicy, index: ActionIndex): boolean {
  return coverOf([one], index)(other).length > 0;
}

function actionKeys(action: PolicyJson['action']): readonly string[] {
  return action.op === 'All' ? [ANY] : namedIn(action);
}

function coversAction(wide: PolicyJson['action'], narrow: PolicyJson['action'], index: ActionIndex): boolean {
  if (wide.op === 'All') return true;
  if (narrow.op === 'All') return false;
  const held = new Set(namedIn(wide));
  return namedIn(narrow).every((id) => {
    // `==` is of the action itself, `in` of all below it, too.
    const below = narrow.op === '==' ? [id] : index.below(id);
    if (wide.op === '==') return below.every((one) => held.has(one));
    return below.length > 0 && [...index.above(id)].some((group) => held.has(group));
  });
}

/** What a scope must be written as to be exactly this one. */
function keyOfScope(scope: Scope): string {
  switch (scope.op) {
    case 'All':
      return ANY;
    case 'is':
      return scope.in === undefined
        ? `is ${scope.entity_type}`
        : `is ${scope.entity_type} ${keyOfScope({ op: 'in', ...scope.in })}`;
    case '==':
    case 'in':
      return 'slot' in scope ? `${scope.op} ${scope.slot}` : `${scope.op} ${keyOf(uidOf(scope.entity))}`;
    default:
      return scope satisfies never;
  }
}

function principalKeys({ principal, action }: PolicyJson, index: ActionIndex): string[] {
  return keysAbove(principal, typesOf(action, index).principals);
}

function resourceKeys({ resource, action }: PolicyJson, index: ActionIndex): string[] {
  const keys = keysAbove(resource, typesOf(action, index).resources);
  const [id, ...others] = namedIn(action);
  // The tool of a tool's own action is that tool.
  const isOneTool = action.op === '==' && id !== undefined && others.length === 0 && id.includes('/');
  if (!isOneTool || index.actions.get(id)?.appliesTo?.resourceTypes[0] !== 'Tool') return keys;
  return [...new Set([...keys, ...keysOfEntity({ type: 'Tool', id })])];
}

/** All ways to write a scope that holds this one. */
function keysAbove(scope: Scope, types: readonly string[]): string[] {
  const [only, ...others] = types;
  const typed = only === undefined || others.length > 0 ? [ANY] : [ANY, `is ${only}`];
  if (scope.op === 'All') return typed;
  if (scope.op === 'is') {
    if (scope.in === undefined) return [ANY, `is ${scope.entity_type}`];
    const within = keysAbove({ op: 'in', ...scope.in }, []);
    return [
      ANY,
      ...within,
      ...within.map((key) => `is ${scope.entity_type} ${key}`),
      `is ${scope.entity_type}`,
    ];
  }
  if ('slot' in scope) return typed;
  const entity = uidOf(scope.entity);
  if (scope.op === '==') return [...new Set([...typed, ...keysOfEntity(entity)])];
  return [...new Set([...typed, ...keysInEntity(entity)])];
}

/** Scopes that hold an entity. */
function keysOfEntity(entity: TypeAndId): string[] {
  const within = keysInEntity(entity);
  return [
    ANY,
    `== ${keyOf(entity)}`,
    `is ${entity.type}`,
    ...within,
    ...within.map((key) => `is ${entity.type} ${key}`),
  ];
}

/** Scopes that hold everything in an entity; what a server serves is named after it. */
function keysInEntity({ type, id }: TypeAndId): string[] {
  const keys = [`in ${keyOf({ type, id })}`];
  const isServed = type === 'Tool' || type === 'Prompt' || type === 'Resource';
  const slash = id.indexOf('/');
  if (isServed && slash > 0) keys.push(`in ${keyOf({ type: 'Server', id: id.slice(0, slash) })}`);
  return keys;
}

interface Types {
  readonly principals: readonly string[];
  readonly resources: readonly string[];
}

const typesByIndex = new WeakMap<ActionIndex, Map<string, Types>>();

/** Types of principals and resources of all actions in a scope. */
function typesOf(action: PolicyJson['action'], index: ActionIndex): Types {
  const known = typesByIndex.get(index) ?? new Map<string, Types>();
  typesByIndex.set(index, known);
  const key = JSON.stringify(action);
  const found = known.get(key);
  if (found !== undefined) return found;
  const specs = index.covered(action).flatMap((id) => index.actions.get(id)?.appliesTo ?? []);
  const types = {
    principals: [...new Set(specs.flatMap(({ principalTypes }) => principalTypes))],
    resources: [...new Set(specs.flatMap(({ resourceTypes }) => resourceTypes))],
  };
  known.set(key, types);
  return types;
}
