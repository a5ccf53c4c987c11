// Maps a tool's JSON Schema to the Cedar type of its `context.input` (DESIGN section 6). Total: whatever has no Cedar
// type is left out and listed, and no schema, however hostile, makes it throw or run long. Types follow the schema alone.

import { isCedarText, isEscape } from '../reserved.ts';
import { flatten, type JsonSchema, kindOf, type Layer, type Scope } from './layers.ts';
import type { InputRecord, InputType, Omission } from './types.ts';

/** Levels of records and sets; deeper parts are left out. */
const MAX_DEPTH = 16;
/** Types made per tool; a schema of nested `$ref`s can ask for exponentially many. */
const MAX_TYPES = 5_000;
const MAX_NAME = 256;
/** Omissions listed per tool. What is left out beyond them is left out all the same. */
const MAX_OMISSIONS = 200;

const EMPTY: InputRecord = { kind: 'record', attributes: new Map() };

/** A tool's input type, with what was left out of it. */
export interface MappedInput {
  readonly input: InputRecord;
  readonly omissions: readonly Omission[];
}

interface Walk {
  readonly root: unknown;
  readonly omit: (pointer: string, why: string) => null;
  types: number;
}

/** Maps the schema of the tool known as `tool`; a schema that describes no object gives an empty record. */
export function mapInputSchema(tool: string, schema: unknown): MappedInput {
  const omissions: Omission[] = [];
  const omit = (pointer: string, why: string): null => {
    if (omissions.length < MAX_OMISSIONS) omissions.push({ tool, pointer, why });
    return null;
  };
  const type = mapType(schema, { pointer: '', refs: [] }, 0, { root: schema, omit, types: 0 });
  if (type === null) return { input: EMPTY, omissions };
  if (type.kind !== 'record') omit('', 'the arguments are not described as an object');
  return { input: type.kind === 'record' ? type : EMPTY, omissions };
}

function mapType(schema: unknown, scope: Scope, depth: number, walk: Walk): InputType | null {
  walk.types += 1;
  if (walk.types > MAX_TYPES)
    return walk.omit(scope.pointer, `the schema describes more than ${MAX_TYPES} types`);
  if (depth > MAX_DEPTH) return walk.omit(scope.pointer, `nested deeper than ${MAX_DEPTH} levels`);
  const flat = flatten(schema, scope, walk.root);
  if (typeof flat === 'string') return walk.omit(scope.pointer, flat);
  const kind = kindOf(flat);
  switch (kind) {
    case 'string':
    case 'boolean':
    case 'long':
    case 'decimal':
      return { kind };
    case 'object':
      return mapObject(flat, scope, depth, walk);
    case 'array':
      return mapArray(flat, scope, depth, walk);
    case 'conflict':
      return walk.omit(scope.pointer, 'its parts describe different types');
    case 'union':
      return walk.omit(scope.pointer, 'a union of types has no Cedar type');
    case 'null':
      return walk.omit(scope.pointer, 'null has no Cedar type');
    case 'untyped':
      return walk.omit(scope.pointer, 'no type is declared');
    default:
      return kind satisfies never;
  }
}

function mapArray(layers: readonly Layer[], scope: Scope, depth: number, walk: Walk): InputType | null {
  const items: Layer[] = [];
  for (const { schema, scope: at } of layers) {
    if (schema['prefixItems'] !== undefined || Array.isArray(schema['items'])) {
      return walk.omit(scope.pointer, 'a tuple has no Cedar type');
    }
    if (isSchema(schema['items'])) items.push({ schema: schema['items'], scope: below(at, 'items') });
  }
  if (items.length === 0) return walk.omit(scope.pointer, 'the type of the array elements is not declared');
  const element = mapAll(items, depth + 1, walk);
  return element === null ? null : { kind: 'set', element };
}

function mapObject(layers: readonly Layer[], scope: Scope, depth: number, walk: Walk): InputRecord {
  const properties = new Map<string, { schema: unknown; scope: Scope }[]>();
  const required = new Set<string>();
  for (const { schema, scope: at } of layers) {
    collectRequired(schema['required'], required);
    for (const open of ['patternProperties', 'additionalProperties']) {
      if (isSchema(schema[open]))
        walk.omit(`${at.pointer}/${open}`, 'members without fixed names have no Cedar type');
    }
    if (!isSchema(schema['properties'])) continue;
    for (const [name, property] of Object.entries(schema['properties'])) {
      const found = properties.get(name) ?? [];
      found.push({ schema: property, scope: below(below(at, 'properties'), name) });
      properties.set(name, found);
    }
  }
  const attributes = new Map<string, { type: InputType; required: boolean }>();
  for (const [name, found] of properties) {
    const why = unspeakable(name);
    if (why !== null) {
      walk.omit(found[0]?.scope.pointer ?? scope.pointer, why);
      continue;
    }
    const type = mapAll(found, depth + 1, walk);
    if (type !== null) attributes.set(name, { type, required: required.has(name) });
  }
  return { kind: 'record', attributes };
}

/** Maps a value that several schemas describe at once. */
function mapAll(
  found: readonly { schema: unknown; scope: Scope }[],
  depth: number,
  walk: Walk,
): InputType | null {
  const first = found[0];
  if (first === undefined) return null;
  if (found.length === 1) return mapType(first.schema, first.scope, depth, walk);
  const types = found.map(({ schema, scope }) => mapType(schema, scope, depth, walk));
  const type = types[0];
  if (type && types.every((other) => other !== null && isSameScalar(other, type))) return type;
  return walk.omit(first.scope.pointer, 'several schemas describe it in ways that have no one Cedar type');
}

function isSameScalar(a: InputType, b: InputType): boolean {
  return a.kind === b.kind && a.kind !== 'record' && a.kind !== 'set';
}

function collectRequired(names: unknown, into: Set<string>): void {
  if (!Array.isArray(names)) return;
  for (const name of names) if (typeof name === 'string') into.add(name);
}

function unspeakable(name: string): string | null {
  if (isEscape(name)) return 'the name is reserved by Cedar';
  if (name.length > MAX_NAME) return `the name is longer than ${MAX_NAME} characters`;
  return isCedarText(name) ? null : 'the name is not well-formed Unicode';
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function below(scope: Scope, name: string): Scope {
  return { ...scope, pointer: `${scope.pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` };
}
