// Takes one JSON Schema apart into the plain layers that together describe a value (`$ref` and `allOf` resolved).
// Only local references; recursion is found, never followed.

import type { Budget } from './budget.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Where a schema stands: its pointer for people, and the references that led to it. */
export interface Scope {
  readonly pointer: string;
  readonly refs: readonly string[];
  /** Below an `$id` of its own: there `#/…` means something else than in the root. */
  readonly isRebased: boolean;
}

/** A schema whose `$ref` and `allOf` stand beside it as layers of their own. */
export interface Layer {
  readonly schema: JsonSchema;
  readonly scope: Scope;
}

/** What following references takes. */
export interface Source {
  readonly root: unknown;
  readonly budget: Budget;
}

/** A schema that is yet to be taken apart. */
export interface Part {
  readonly schema: unknown;
  readonly scope: Scope;
}

const MAX_LAYERS = 64;
const TOO_MANY = `more than ${MAX_LAYERS} schemas describe it at once`;

/** The layers of what all `parts` describe at once, or why it has none. */
export function flatten(parts: readonly Part[], source: Source): readonly Layer[] | string {
  const layers: Layer[] = [];
  const waiting: Part[] = [...parts];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (layers.length >= MAX_LAYERS) return TOO_MANY;
    if (!source.budget.takeSteps(1)) return source.budget.spent ?? TOO_MANY;
    if (next.schema === true) continue;
    if (!isSchema(next.schema)) return 'it is not a schema';
    const { schema } = next;
    const scope = rebased(next.scope, schema, source.root);
    layers.push({ schema, scope });
    const more = partsOf(schema, scope, source);
    if (typeof more === 'string') return more;
    waiting.push(...more);
  }
  return layers;
}

/** What else describes the value that `schema` describes, or why that cannot be said. */
function partsOf(schema: JsonSchema, scope: Scope, source: Source): readonly Part[] | string {
  const parts: Part[] = [];
  if (schema['$dynamicRef'] !== undefined || schema['$recursiveRef'] !== undefined)
    return 'dynamic references have no Cedar type';
  if (schema['$ref'] !== undefined) {
    const target = follow(schema['$ref'], scope, source);
    if (typeof target === 'string') return target;
    parts.push(target);
  }
  if (schema['allOf'] !== undefined) {
    if (!Array.isArray(schema['allOf'])) return '`allOf` is not an array';
    if (schema['allOf'].length > MAX_LAYERS) return TOO_MANY;
    parts.push(...membersOf(schema['allOf'], scope, 'allOf'));
  }
  // The one alternative that is not null: `anyOf: [T, {type: null}]` describes a T that may be missing.
  for (const alternatives of listedAlternatives(schema, scope)) {
    const [only] = alternatives ?? [];
    if (alternatives?.length === 1 && only !== undefined) parts.push(only);
  }
  return parts;
}

/** The unions in a schema, each by its alternatives less null; none where they cannot be read. */
export function unionsOf({ schema, scope }: Layer): readonly (readonly Part[])[] {
  return listedAlternatives(schema, scope).flatMap((alternatives) => {
    // A single alternative is a layer of its own.
    return alternatives?.length === 1 ? [] : [alternatives ?? []];
  });
}

function listedAlternatives(schema: JsonSchema, scope: Scope): readonly (readonly Part[] | null)[] {
  return ['anyOf', 'oneOf'].flatMap((word) => {
    const listed: unknown = schema[word];
    if (listed === undefined) return [];
    if (!Array.isArray(listed) || listed.length > MAX_LAYERS) return [null];
    return [membersOf(listed, scope, word).filter(({ schema: part }) => !isNull(part))];
  });
}

function membersOf(listed: readonly unknown[], scope: Scope, word: string): Part[] {
  return listed.map((part, index) => ({
    schema: part,
    scope: { ...scope, pointer: `${scope.pointer}/${word}/${index}` },
  }));
}

function isNull(schema: unknown): boolean {
  if (!isSchema(schema)) return false;
  if (schema['type'] !== undefined) return schema['type'] === 'null';
  if (Object.hasOwn(schema, 'const')) return schema['const'] === null;
  const values = schema['enum'];
  return Array.isArray(values) && values.length === 1 && values[0] === null;
}

function follow(ref: unknown, scope: Scope, { root, budget }: Source): Part | string {
  if (typeof ref !== 'string' || ref.length > 1_024) return '`$ref` is not a usable reference';
  if (ref !== '#' && !ref.startsWith('#/')) return 'only references within the schema are followed';
  if (scope.isRebased) return 'references below an `$id` of their own are not followed';
  if (scope.refs.includes(ref)) return 'the schema is recursive';
  const steps = ref.split('/').slice(1);
  if (!budget.takeSteps(1 + steps.length + (scope.refs.length >> 3))) return budget.spent ?? TOO_MANY;
  let at: unknown = root;
  let isRebased = false;
  for (const step of steps) {
    const name = unescapeStep(step);
    if (name === null || typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) {
      return 'the reference leads nowhere';
    }
    isRebased ||= at !== root && hasId(at);
    at = (at as JsonSchema)[name];
  }
  return { schema: at, scope: { pointer: scope.pointer, refs: [...scope.refs, ref], isRebased } };
}

function rebased(scope: Scope, schema: JsonSchema, root: unknown): Scope {
  return scope.isRebased || schema === root || !hasId(schema) ? scope : { ...scope, isRebased: true };
}

// WHY not `id` too, as draft 4 wrote it: it is a property's name far more often, and taking it for one only costs a type.
function hasId(schema: object): boolean {
  const id = Object.hasOwn(schema, '$id') ? (schema as JsonSchema)['$id'] : undefined;
  return typeof id === 'string' && !id.startsWith('#');
}

function unescapeStep(step: string): string | null {
  try {
    return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return null;
  }
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
