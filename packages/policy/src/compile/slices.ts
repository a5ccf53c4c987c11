// Which actions of the schema a policy has to be validated against. The engine types a policy once for every action there
// is, which for a thousand tools and ten thousand policies takes a minute; but an action outside a policy's scope can say
// nothing about it, and two actions that differ in nothing that the policy reads say the same.

import type { ActionType, PolicyJson, Type } from '@cedar-policy/cedar-wasm/nodejs';
import { type ActionIndex, namedIn } from './action-index.ts';
import { entitiesIn } from './expressions.ts';
import type { CompiledPolicy } from './types.ts';

/** What a policy needs of the schema. */
export interface Needs {
  /** Actions that stand for all that the policy can apply to. */
  readonly actions: readonly string[];
  /** Actions that it names besides, known or not. */
  readonly named: readonly string[];
}

export type NeedsOf = (policy: Pick<CompiledPolicy, 'json' | 'reads'>) => Needs;

/** Finds what policies need; answers are remembered for policies alike. */
export function needsIn(index: ActionIndex): NeedsOf {
  const remembered = new Map<string, readonly string[]>();
  return ({ json, reads }) => {
    const inConditions = actionsNamedIn(json);
    const named = [...new Set([...namedIn(json.action), ...inConditions])];
    const { action } = json;
    if (action.op === '==') return { actions: index.covered(action), named };
    const paths = reads.filter(({ path }) => path[0] === 'context').map(({ path }) => path.slice(1));
    const key = JSON.stringify([action, inConditions, paths]);
    let actions = remembered.get(key);
    if (actions === undefined) {
      actions = representatives(index, action, inConditions, paths);
      remembered.set(key, actions);
    }
    return { actions, named };
  };
}

function actionsNamedIn({ conditions }: PolicyJson): string[] {
  const names = entitiesIn(conditions).flatMap(({ type, id }) => (type === 'Action' ? [id] : []));
  return [...new Set(names)].sort();
}

type Path = readonly string[];

/** Of the actions in a scope, one for each way in which the policy could come out differently. */
function representatives(
  index: ActionIndex,
  scope: PolicyJson['action'],
  named: readonly string[],
  paths: readonly Path[],
): string[] {
  const found = new Map<string, string>();
  for (const id of index.covered(scope)) {
    const spec = index.actions.get(id)?.appliesTo;
    if (spec === undefined) continue;
    const above = index.above(id);
    const tested = named.map((name) => (name === id ? 2 : above.has(name) ? 1 : 0));
    const context = spec.context === undefined ? null : seen(spec.context, paths);
    const key = JSON.stringify([spec.principalTypes, spec.resourceTypes, tested, context]);
    if (!found.has(key)) found.set(key, id);
  }
  return [...found.values()];
}

/** What reading these paths shows of a type: all of it where one ends there, or where it is no record. */
function seen(type: Type<string>, paths: readonly Path[]): unknown {
  if (!('attributes' in type) || paths.some((path) => path.length === 0)) return type;
  const tails = Map.groupBy(paths, ([head]) => head ?? '');
  return [...tails].map(([name, below]) => {
    if (!Object.hasOwn(type.attributes, name)) return [name, null];
    const attribute = type.attributes[name];
    if (attribute === undefined) return [name, null];
    const { required = true } = attribute;
    return [
      name,
      required,
      seen(
        attribute,
        below.map((path) => path.slice(1)),
      ),
    ];
  });
}

/** The part of the schema with these actions, and the groups above them; the others among `named` apply to nothing. */
export function sliceOf(
  index: ActionIndex,
  actions: Iterable<string>,
  named: Iterable<string>,
): Record<string, ActionType<string>> {
  const slice = Object.create(null) as Record<string, ActionType<string>>;
  const bare = (id: string): void => {
    for (const above of index.above(id)) {
      const action = index.actions.get(above);
      if (action !== undefined) slice[above] ??= { memberOf: action.memberOf ?? [] };
    }
  };
  for (const id of named) bare(id);
  const whole = [...actions];
  for (const id of whole) bare(id);
  for (const id of whole) {
    const action = index.actions.get(id);
    if (action !== undefined) slice[id] = action;
  }
  return slice;
}
