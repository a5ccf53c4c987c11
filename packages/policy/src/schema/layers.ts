// Takes one JSON Schema apart into the plain layers that together describe a value (`$ref` and `allOf` resolved),
// and says which one kind of value they describe. Only local references; recursion is found, never followed.

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Where a schema stands: its pointer for people, and the references that led to it. */
export interface Scope {
  readonly pointer: string;
  readonly refs: readonly string[];
}

/** A schema whose `$ref` and `allOf` stand beside it as layers of their own. */
export interface Layer {
  readonly schema: JsonSchema;
  readonly scope: Scope;
}

export type Kind =
  | 'string'
  | 'long'
  | 'decimal'
  | 'boolean'
  | 'object'
  | 'array'
  | 'null'
  | 'union'
  | 'conflict'
  | 'untyped';

const MAX_LAYERS = 64;

/** The layers of a schema, or why it has none. */
export function flatten(schema: unknown, scope: Scope, root: unknown): readonly Layer[] | string {
  const layers: Layer[] = [];
  const waiting: { schema: unknown; scope: Scope }[] = [{ schema, scope }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (layers.length >= MAX_LAYERS) return `more than ${MAX_LAYERS} schemas describe it at once`;
    if (next.schema === true) continue;
    if (!isObject(next.schema)) return 'it is not a schema';
    const { schema: at, scope: where } = { schema: next.schema, scope: next.scope };
    layers.push({ schema: at, scope: where });
    if (at['$ref'] !== undefined) {
      const target = follow(at['$ref'], where, root);
      if (typeof target === 'string') return target;
      waiting.push(target);
    }
    if (at['$dynamicRef'] !== undefined) return 'dynamic references have no Cedar type';
    if (at['allOf'] !== undefined) {
      if (!Array.isArray(at['allOf'])) return '`allOf` is not an array';
      if (at['allOf'].length > MAX_LAYERS) return `more than ${MAX_LAYERS} schemas describe it at once`;
      for (const [index, part] of at['allOf'].entries()) {
        waiting.push({ schema: part, scope: { ...where, pointer: `${where.pointer}/allOf/${index}` } });
      }
    }
    const only = onlyAlternative(at, where);
    if (only !== null) waiting.push(only);
  }
  return layers;
}

/** The one alternative of a union that is not null: `anyOf: [T, {type: null}]` describes a T that may be missing. */
function onlyAlternative(schema: JsonSchema, scope: Scope): { schema: unknown; scope: Scope } | null {
  for (const word of ['anyOf', 'oneOf']) {
    const alternatives: unknown = schema[word];
    if (!Array.isArray(alternatives) || alternatives.length > MAX_LAYERS) continue;
    const live = alternatives.flatMap((schema: unknown, index) =>
      isObject(schema) && schema['type'] === 'null' ? [] : [{ schema, index }],
    );
    const [only] = live;
    if (live.length === 1 && only !== undefined) {
      return { schema: only.schema, scope: { ...scope, pointer: `${scope.pointer}/${word}/${only.index}` } };
    }
  }
  return null;
}

function follow(ref: unknown, scope: Scope, root: unknown): { schema: unknown; scope: Scope } | string {
  if (typeof ref !== 'string' || ref.length > 1_024) return '`$ref` is not a usable reference';
  if (ref !== '#' && !ref.startsWith('#/')) return 'only references within the schema are followed';
  if (scope.refs.includes(ref)) return 'the schema is recursive';
  let at: unknown = root;
  for (const step of ref.split('/').slice(1)) {
    const name = unescapeStep(step);
    if (name === null || typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) {
      return 'the reference leads nowhere';
    }
    at = (at as JsonSchema)[name];
  }
  return { schema: at, scope: { pointer: scope.pointer, refs: [...scope.refs, ref] } };
}

function unescapeStep(step: string): string | null {
  try {
    return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return null;
  }
}

/** The kind of value that all layers agree on. */
export function kindOf(layers: readonly Layer[]): Kind {
  let found: Kind = 'untyped';
  for (const { schema } of layers) {
    const kind = kindOfLayer(schema);
    if (kind === 'untyped' || kind === found) continue;
    // A value that is both an integer and a number is an integer.
    if (found === 'untyped' || (found === 'decimal' && kind === 'long')) found = kind;
    else if (!(found === 'long' && kind === 'decimal')) return 'conflict';
  }
  return found;
}

function kindOfLayer(schema: JsonSchema): Kind {
  if (schema['type'] !== undefined) return kindOfTypes(schema['type']);
  if (Object.hasOwn(schema, 'const')) return kindOfValues([schema['const']]);
  if (Array.isArray(schema['enum'])) return kindOfValues(schema['enum']);
  if (isObject(schema['properties']) || Array.isArray(schema['required'])) return 'object';
  return kindOfUnion(schema);
}

function kindOfTypes(type: unknown): Kind {
  const names = (Array.isArray(type) ? type : [type]).filter((name) => name !== 'null');
  const kinds = new Set(names.map((name) => KINDS.get(name) ?? 'conflict'));
  if (kinds.has('conflict')) return 'conflict';
  if (kinds.size === 0) return 'null';
  if (kinds.size === 2 && kinds.has('long') && kinds.has('decimal')) return 'decimal';
  return kinds.size === 1 ? ([...kinds][0] ?? 'union') : 'union';
}

const KINDS: ReadonlyMap<unknown, Kind> = new Map<unknown, Kind>([
  ['string', 'string'],
  ['integer', 'long'],
  ['number', 'decimal'],
  ['boolean', 'boolean'],
  ['object', 'object'],
  ['array', 'array'],
]);

function kindOfValues(values: readonly unknown[]): Kind {
  const kinds = new Set<Kind>();
  for (const value of values) {
    if (value === null) continue;
    if (typeof value === 'string') kinds.add('string');
    else if (typeof value === 'boolean') kinds.add('boolean');
    else if (typeof value === 'number') kinds.add(Number.isInteger(value) ? 'long' : 'decimal');
    else return 'union';
  }
  if (kinds.size === 2 && kinds.has('long') && kinds.has('decimal')) return 'decimal';
  return kinds.size === 1 ? ([...kinds][0] ?? 'union') : kinds.size === 0 ? 'null' : 'union';
}

/** A union whose alternatives are all of one scalar kind, such as `oneOf` of `const`s, has that kind. */
function kindOfUnion(schema: JsonSchema): Kind {
  const alternatives = schema['anyOf'] ?? schema['oneOf'];
  if (!Array.isArray(alternatives) || alternatives.length > MAX_LAYERS) {
    return alternatives === undefined ? 'untyped' : 'union';
  }
  const live = alternatives.filter((part) => !(isObject(part) && part['type'] === 'null'));
  // A single alternative is a layer of its own.
  if (live.length === 1) return 'untyped';
  const kinds = new Set(live.map((part) => (isObject(part) ? kindOfScalar(part) : 'union')));
  return kinds.size === 1 ? ([...kinds][0] ?? 'union') : 'union';
}

function kindOfScalar(schema: JsonSchema): Kind {
  const kind =
    schema['type'] !== undefined
      ? kindOfTypes(schema['type'])
      : Object.hasOwn(schema, 'const')
        ? kindOfValues([schema['const']])
        : Array.isArray(schema['enum'])
          ? kindOfValues(schema['enum'])
          : 'union';
  return kind === 'object' || kind === 'array' ? 'union' : kind;
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
