// Maps a tool's JSON Schema to the Cedar type of its `context.input` (DESIGN section 6). Total: whatever has no Cedar
// type is left out and listed, and no schema, however hostile, makes it throw or run long. Types follow the schema alone.

import { isCedarText, isEscape } from '../reserved.ts';
import { type Budget, serverBudget } from './budget.ts';
import { kindOf } from './kinds.ts';
import { flatten, isSchema, type JsonSchema, type Layer, type Part, type Scope, unionsOf } from './layers.ts';
import type { InputRecord, InputType, Omission } from './types.ts';
import { type Attributes, unite } from './unite.ts';

/** Levels of records, sets and unions; deeper parts are left out. */
const MAX_DEPTH = 16;
const MAX_NAME = 256;
/** What taking up one property costs, by the step of a list. */
const PROPERTY_STEPS = 3;
/** Of a name that is too long, what stands in a pointer. */
const SHOWN_NAME = 64;
/** Omissions listed per tool. What is left out beyond them is left out all the same. */
const MAX_OMISSIONS = 200;

const EMPTY: InputRecord = { kind: 'record', attributes: new Map() };
const UNION = 'a union of types has no Cedar type';

/** A tool's input type, with what was left out of it. */
export interface MappedInput {
  readonly input: InputRecord;
  readonly omissions: readonly Omission[];
}

interface Walk {
  readonly root: unknown;
  readonly budget: Budget;
  readonly omit: (pointer: string, why: string) => null;
  /** Runs a mapping that may come to nothing; then what it listed is forgotten. */
  readonly attempt: <T>(task: () => T | null) => T | null;
}

/** Maps the schema of the tool known as `tool`; a schema that describes no object gives an empty record. */
export function mapInputSchema(
  tool: string,
  schema: unknown,
  budget: Budget = serverBudget()(),
): MappedInput {
  const omissions: Omission[] = [];
  const omit = (pointer: string, why: string): null => {
    if (omissions.length < MAX_OMISSIONS) omissions.push({ tool, pointer, why });
    return null;
  };
  const attempt = <T>(task: () => T | null): T | null => {
    const before = omissions.length;
    const result = task();
    if (result === null) omissions.length = before;
    return result;
  };
  const scope: Scope = { pointer: '', refs: [], isRebased: false };
  const type = mapType([{ schema, scope }], 0, { root: schema, omit, attempt, budget });
  // Whatever else was not listed for want of room: that something is missing is.
  const { spent } = budget;
  if (spent !== null && !omissions.some(({ why }) => why === spent)) {
    omissions.splice(MAX_OMISSIONS - 1);
    omit('', spent);
  }
  if (type === null) return { input: EMPTY, omissions };
  if (type.kind !== 'record') omit('', 'the arguments are not described as an object');
  return { input: type.kind === 'record' ? type : EMPTY, omissions };
}

/** The type of a value that all `parts` describe at once. */
function mapType(parts: readonly Part[], depth: number, walk: Walk): InputType | null {
  const { budget } = walk;
  const pointer = parts[0]?.scope.pointer ?? '';
  if (!budget.takeType()) return walk.omit(pointer, budget.spent ?? '');
  if (depth > MAX_DEPTH) return walk.omit(pointer, `nested deeper than ${MAX_DEPTH} levels`);
  const layers = flatten(parts, walk);
  if (typeof layers === 'string') return walk.omit(pointer, layers);
  const kind = kindOf(layers, budget);
  switch (kind) {
    case 'string':
    case 'boolean':
    case 'long':
    case 'decimal':
      return { kind };
    case 'object':
      return mapObject(layers, pointer, depth, walk);
    case 'array':
      return mapArray(layers, pointer, depth, walk);
    case 'union':
      return mapUnion(layers, depth, walk) ?? walk.omit(pointer, UNION);
    case 'conflict':
      return walk.omit(pointer, budget.spent ?? 'its parts describe different types');
    case 'null':
      return walk.omit(pointer, 'null has no Cedar type');
    case 'untyped':
      return walk.omit(pointer, 'no type is declared');
    default:
      return kind satisfies never;
  }
}

/** The one type of all alternatives, if they have one: they are scalars of one kind, or records. */
function mapUnion(layers: readonly Layer[], depth: number, walk: Walk): InputType | null {
  const [alternatives] = layers.flatMap(unionsOf).filter(({ length }) => length > 0);
  if (alternatives === undefined) return null;
  return walk.attempt(() => {
    const types: InputType[] = [];
    for (const part of alternatives) {
      const type = mapType([part], depth + 1, walk);
      if (type === null) return null;
      types.push(type);
    }
    return unite(types, (name) => walk.omit(`${alternatives[0]?.scope.pointer ?? ''}/${name}`, UNION));
  });
}

function mapArray(layers: readonly Layer[], pointer: string, depth: number, walk: Walk): InputType | null {
  const items: Part[] = [];
  for (const { schema, scope: at } of layers) {
    if (schema['prefixItems'] !== undefined || Array.isArray(schema['items'])) {
      return walk.omit(pointer, 'a tuple has no Cedar type');
    }
    if (isSchema(schema['items'])) items.push({ schema: schema['items'], scope: below(at, 'items') });
  }
  if (items.length === 0) return walk.omit(pointer, 'the type of the array elements is not declared');
  const element = mapType(items, depth + 1, walk);
  return element === null ? null : { kind: 'set', element };
}

/** Members of an object whose names are not written out. */
const OPEN = ['patternProperties', 'additionalProperties', 'unevaluatedProperties'];
/** Members that an object has only under a condition. */
const CONDITIONAL = ['then', 'else', 'dependentSchemas'];

function mapObject(layers: readonly Layer[], pointer: string, depth: number, walk: Walk): InputRecord {
  const properties = new Map<string, Part[]>();
  const required = new Set<string>();
  for (const { schema, scope: at } of layers) {
    for (const open of OPEN) {
      if (isSchema(schema[open]))
        walk.omit(`${at.pointer}/${open}`, 'members without fixed names have no Cedar type');
    }
    for (const word of CONDITIONAL) {
      if (describesMembers(schema[word], word))
        walk.omit(`${at.pointer}/${word}`, 'members that are there on a condition have no Cedar type');
    }
    if (!collectRequired(schema, required, walk) || !collectProperties(schema, at, properties, walk)) break;
  }
  const attributes: Attributes = new Map();
  for (const [name, parts] of properties) {
    const why = unspeakable(name);
    if (why !== null) {
      walk.omit(parts[0]?.scope.pointer ?? pointer, why);
      continue;
    }
    const type = mapType(parts, depth + 1, walk);
    if (type !== null) attributes.set(name, { type, required: required.has(name) });
  }
  const isClosed = layers.some(({ schema }) => schema['additionalProperties'] === false);
  const isPlain = layers.every((layer) => unionsOf(layer).length === 0);
  // Tools without arguments are many, and say so in this way; anything else that declares no members is an open map.
  if (depth > 0 && properties.size + required.size === 0 && !isClosed && isPlain)
    walk.omit(pointer, 'no members are declared');
  for (const layer of layers) addAlternatives(layer, attributes, { properties, required }, depth, walk);
  return { kind: 'record', attributes };
}

/** Members that only the alternatives of an object describe: each may be missing, unless all require it. */
function addAlternatives(
  layer: Layer,
  attributes: Attributes,
  own: { readonly properties: ReadonlyMap<string, unknown>; readonly required: ReadonlySet<string> },
  depth: number,
  walk: Walk,
): void {
  if (unionsOf(layer).length === 0) return;
  const type = mapUnion([layer], depth, walk);
  if (type?.kind !== 'record') {
    walk.omit(layer.scope.pointer, 'members that only some of its alternatives describe have no Cedar type');
    return;
  }
  for (const [name, { type: of, required }] of type.attributes) {
    // What the object itself says of a member stands, even where that has no type.
    if (own.properties.has(name) || attributes.has(name)) continue;
    attributes.set(name, { type: of, required: required || own.required.has(name) });
  }
}

function collectProperties(
  schema: JsonSchema,
  at: Scope,
  into: Map<string, Part[]>,
  { budget }: Walk,
): boolean {
  if (!isSchema(schema['properties'])) return true;
  const entries = Object.entries(schema['properties']);
  const scope = below(at, 'properties');
  for (const [name, property] of entries) {
    if (!budget.takeSteps(PROPERTY_STEPS + (name.length >> 5))) return false;
    const found = into.get(name) ?? [];
    found.push({ schema: property, scope: below(scope, name) });
    into.set(name, found);
  }
  return true;
}

function collectRequired(schema: JsonSchema, into: Set<string>, { budget }: Walk): boolean {
  const names = schema['required'];
  if (!Array.isArray(names)) return true;
  if (!budget.takeSteps(names.length)) return false;
  for (const name of names) if (typeof name === 'string') into.add(name);
  return true;
}

function describesMembers(schema: unknown, word: string): boolean {
  return isSchema(schema) && (word === 'dependentSchemas' || isSchema(schema['properties']));
}

function unspeakable(name: string): string | null {
  if (isEscape(name)) return 'the name is reserved by Cedar';
  if (name.length > MAX_NAME) return `the name is longer than ${MAX_NAME} characters`;
  return isCedarText(name) ? null : 'the name is not well-formed Unicode';
}

function below({ pointer, refs, isRebased }: Scope, name: string): Scope {
  const shown = name.length > MAX_NAME ? `${name.slice(0, SHOWN_NAME)}…` : name;
  const step = /[~/]/.test(shown) ? shown.replaceAll('~', '~0').replaceAll('/', '~1') : shown;
  return { pointer: `${pointer}/${step}`, refs, isRebased };
}
