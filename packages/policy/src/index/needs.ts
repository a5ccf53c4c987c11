// What a group of policies can see of a request: which attributes, tags and memberships their scopes and conditions come to,
// from which variable (DESIGN section 6, "Index"). What it cannot follow counts as a need of everything.

import type { PolicyJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { Path } from '../compile/expressions.ts';
import { entityIn, isNode } from '../node.ts';
import { byCodeUnits } from '../reserved.ts';
import { keyOf, namedBy, type Scope } from '../scope.ts';

/** What is read of one value. */
export interface Need {
  /** Attributes, each with what is read of it. */
  readonly attributes: readonly (readonly [name: string, need: Need])[];
  /** Read as it is: compared, tested or computed with. Of an entity that is only which one it is. */
  readonly whole: boolean;
  readonly tags: boolean;
  /** Keys of the entities that scopes test it to be in: of a request that the scopes match, there is nothing to see in it. */
  readonly scopes: readonly string[];
  /** Keys of the entities that conditions test it to be in. */
  readonly within: readonly string[];
  /** Other values that it is tested to be in; `anything` where that could not be followed. */
  readonly withinValues: readonly Path[] | 'anything';
}

export interface Needs {
  readonly principal: Need;
  readonly action: Need;
  readonly resource: Need;
  readonly context: Need;
  /** Of entities that policies name. */
  readonly named: readonly { readonly uid: TypeAndId; readonly need: Need }[];
  /** Not all of it could be followed. */
  readonly everything: boolean;
}

/** A need while it is being found out. */
interface Draft {
  /** Where the value is found in a request; null where no path leads to it. */
  readonly path: Path | null;
  readonly attributes: Map<string, Draft>;
  readonly scopes: Set<string>;
  readonly within: Set<string>;
  whole: boolean;
  tags: boolean;
  /** Each once, by its text: many policies ask the same. */
  withinValues: Map<string, Path> | 'anything';
}

/** What an expression may yield, of what is in the request; `opaque` if that is within a record that it makes. */
type Source = readonly Draft[] | 'opaque';

const draft = (path: Path | null): Draft => ({
  path,
  attributes: new Map(),
  scopes: new Set(),
  within: new Set(),
  whole: false,
  tags: false,
  withinValues: new Map(),
});

const NOTHING: Source = [];

export function needsOf(policies: readonly PolicyJson[]): Needs {
  const variables = {
    principal: draft(['principal']),
    action: draft(['action']),
    resource: draft(['resource']),
    context: draft(['context']),
  };
  const named = new Map<string, { uid: TypeAndId; need: Draft }>();
  let everything = false;

  const nameOf = (uid: TypeAndId): Draft => {
    const key = keyOf(uid);
    const known = named.get(key) ?? { uid, need: draft(null) };
    named.set(key, known);
    return known.need;
  };
  const use = (expression: unknown): Source => {
    const source = follow(expression);
    if (source !== 'opaque') for (const need of source) need.whole = true;
    return NOTHING;
  };
  const useAll = (expressions: readonly unknown[]): Source => {
    for (const expression of expressions) use(expression);
    return NOTHING;
  };
  const each = (source: Source, note: (need: Draft) => Draft): Source => {
    if (source !== 'opaque') return source.map(note);
    everything = true;
    return NOTHING;
  };
  const attribute = (source: Source, name: unknown): Source =>
    each(source, ({ path, attributes }) => {
      const known = attributes.get(String(name)) ?? draft(path && [...path, String(name)]);
      attributes.set(String(name), known);
      return known;
    });
  const tagged = (source: Source): Source => {
    each(source, (need) => {
      need.tags = true;
      return need;
    });
    return NOTHING;
  };
  const member = (source: Source, group: unknown): Source => {
    const keys = writtenIn(group);
    const paths = keys === null ? pathsOf(follow(group)) : [];
    if (paths === null) use(group);
    each(source, (need) => {
      for (const key of keys ?? []) need.within.add(key);
      if (paths === null || need.withinValues === 'anything') need.withinValues = 'anything';
      else for (const path of paths) need.withinValues.set(JSON.stringify(path), path);
      return need;
    });
    return NOTHING;
  };

  const follow = (expression: unknown): Source => {
    const [[operator, operand] = ['', null], ...others] = isNode(expression)
      ? Object.entries(expression)
      : [];
    // A call of an extension's function.
    if (Array.isArray(operand) && operator !== 'Set' && others.length === 0) return useAll(operand);
    if (others.length > 0) {
      everything = true;
      return NOTHING;
    }
    if (operator === 'Value') {
      const uid = entityIn(operand);
      return uid === null ? NOTHING : [nameOf(uid)];
    }
    if (operator === 'Var' && isVariable(operand)) return [variables[operand]];
    if (operator === 'Set' && Array.isArray(operand)) return useAll(operand);
    if (operator === 'Record' && isNode(operand)) {
      const parts = Object.values(operand);
      useAll(parts);
      return parts.length === 0 ? NOTHING : 'opaque';
    }
    if (isNode(operand)) {
      const { left, right, arg } = operand;
      switch (operator) {
        case '.':
          return attribute(follow(left), operand['attr']);
        case 'has': {
          const names: unknown[] = Array.isArray(operand['attr']) ? operand['attr'] : [operand['attr']];
          let source = follow(left);
          for (const name of names) source = attribute(source, name);
          return NOTHING;
        }
        case 'hasTag':
        case 'getTag':
          // A tag is a string: there is nothing to follow from it.
          use(right);
          return tagged(follow(left));
        case 'in':
          return member(follow(left), right);
        case 'is': {
          const source = follow(left);
          return operand['in'] === undefined ? NOTHING : member(source, operand['in']);
        }
        case 'if-then-else': {
          use(operand['if']);
          const [yes, no] = [follow(operand['then']), follow(operand['else'])];
          return yes === 'opaque' || no === 'opaque' ? 'opaque' : [...yes, ...no];
        }
        case '!':
        case 'neg':
        case 'isEmpty':
          return use(arg);
        case 'like':
          return use(left);
        case '==':
        case '!=':
        case '<':
        case '<=':
        case '>':
        case '>=':
        case '&&':
        case '||':
        case '+':
        case '-':
        case '*':
        case 'contains':
        case 'containsAll':
        case 'containsAny':
          return useAll([left, right]);
      }
    }
    everything = true;
    return NOTHING;
  };

  const scope = (need: Draft, of: Scope): void => {
    if (of.op !== '==') for (const uid of namedBy(of)) need.scopes.add(keyOf(uid));
  };
  for (const { principal, action, resource, conditions } of policies) {
    scope(variables.principal, principal);
    scope(variables.action, action);
    scope(variables.resource, resource);
    for (const { body } of conditions) use(body);
  }
  return {
    principal: settled(variables.principal),
    action: settled(variables.action),
    resource: settled(variables.resource),
    context: settled(variables.context),
    named: [...named.values()].map(({ uid, need }) => ({ uid, need: settled(need) })),
    everything,
  };
}

function settled({ attributes, scopes, within, withinValues, whole, tags }: Draft): Need {
  return {
    attributes: [...attributes]
      .map(([name, draft]) => [name, settled(draft)] as const)
      .sort(([a], [b]) => byCodeUnits(a, b)),
    scopes: [...scopes],
    within: [...within],
    withinValues: withinValues === 'anything' ? withinValues : [...withinValues.values()],
    whole,
    tags,
  };
}

/** Where the values are found that an expression may yield; null where that cannot be told. */
function pathsOf(source: Source): Path[] | null {
  if (source === 'opaque' || source.length === 0) return null;
  const paths = source.map(({ path }) => path);
  return paths.every((path) => path !== null) ? paths : null;
}

/** Keys of the entities on the right of an `in`; null where they are not written out. */
function writtenIn(expression: unknown): string[] | null {
  if (!isNode(expression)) return null;
  const uid = entityIn(expression['Value']);
  if (uid !== null) return [keyOf(uid)];
  const elements: unknown = expression['Set'];
  if (!Array.isArray(elements)) return null;
  const keys = elements.map(writtenIn);
  return keys.every((key) => key !== null) ? keys.flat() : null;
}

function isVariable(name: unknown): name is 'principal' | 'action' | 'resource' | 'context' {
  return name === 'principal' || name === 'action' || name === 'resource' || name === 'context';
}
