// What servers say of their tools, prompts and resources, read as hostile text: a definition that cannot be relied on
// is left out and listed, and the others stay. Pure.
import { createHash } from 'node:crypto';
import {
  canonicalText,
  isObject as isMembers,
  type LexicalValue,
  parseLexical,
  withoutMembers,
} from '../protocols/json/canonical.ts';
import { textOf } from '../protocols/json/scan.ts';
import type { JsonObject, JsonValue, Scanned, Span } from '../protocols/json/types.ts';

/** What servers list. */
export type DefinitionKind = 'tool' | 'prompt' | 'resource' | 'template';

/** Whatever of a server's is defined by a text that a model may act on: what it lists, and its instructions. */
export type ItemKind = DefinitionKind | 'instructions';

/** A definition as its server gave it. */
export interface Definition {
  readonly kind: ItemKind;
  /**
   * What it is called by: the name of a tool or prompt, the URI of a resource, the URI template of a template; of
   * instructions, which have none, their kind.
   */
  readonly name: string;
  /** The exact text. */
  readonly definition: string;
  /** SHA-256 of the canonical text, 64 lowercase hex digits: what an approval or a reviewer pins. */
  readonly digest: string;
}

export interface CatalogTool extends Definition {
  readonly kind: 'tool';
  readonly inputSchema: JsonObject;
  /** What its structured results fit, where it says so. */
  readonly outputSchema?: JsonObject;
}

export interface Skipped {
  readonly kind: DefinitionKind;
  /** Null where it has none that could be shown. */
  readonly name: string | null;
  readonly reason: string;
}

export interface KindSpec {
  readonly kind: DefinitionKind;
  readonly method: string;
  /** Where the answer to `method` has the list, and the capability that announces it. */
  readonly member: 'tools' | 'prompts' | 'resources' | 'resourceTemplates';
  readonly capability: 'tools' | 'prompts' | 'resources';
  readonly nameMember: 'name' | 'uri' | 'uriTemplate';
}

export const KINDS: readonly KindSpec[] = [
  { kind: 'tool', method: 'tools/list', member: 'tools', capability: 'tools', nameMember: 'name' },
  { kind: 'prompt', method: 'prompts/list', member: 'prompts', capability: 'prompts', nameMember: 'name' },
  {
    kind: 'resource',
    method: 'resources/list',
    member: 'resources',
    capability: 'resources',
    nameMember: 'uri',
  },
  {
    kind: 'template',
    method: 'resources/templates/list',
    member: 'resourceTemplates',
    capability: 'resources',
    nameMember: 'uriTemplate',
  },
];

const MAX_DEFINITION_BYTES = 256 * 1024;
const MAX_NAME_CHARACTERS = 2048;

export interface ReadDefinitions {
  readonly found: readonly (Definition & { readonly value: JsonObject })[];
  readonly skipped: readonly Skipped[];
}

/**
 * The definitions in one list of a text that was scanned tolerantly.
 *
 * @param path of the list's container. Null if there is no such list, or if the text around its items cannot be relied on.
 */
export function readDefinitions(
  bytes: Uint8Array,
  scanned: Scanned,
  path: string,
  list: JsonValue | undefined,
  spec: KindSpec,
): ReadDefinitions | null {
  const container = scanned.containers.get(path);
  if (container?.kind !== 'array' || !Array.isArray(list)) return null;
  const isInside = (offset: number): boolean =>
    container.items.some((item) => offset >= item.start && offset < item.end);
  if (scanned.faults.some((fault) => !isInside(fault.offset))) return null;

  const found: ReadDefinitions['found'][number][] = [];
  const skipped: Skipped[] = [];
  for (const [index, span] of container.items.entries()) {
    const value = list[index] as JsonValue;
    const name = nameOf(value, spec);
    const reason = problemOf(scanned, span, value, name, spec);
    if (reason === null) {
      const definition = textOf(bytes, span);
      found.push({
        kind: spec.kind,
        name: name as string,
        definition,
        digest: digestOf(spec.kind, definition),
        value: value as JsonObject,
      });
    } else {
      skipped.push({ kind: spec.kind, name, reason });
    }
  }
  return { found, skipped };
}

/** Leaves out every definition whose name another one has: nobody could say which of them a call means. */
export function withoutNamesakes<T extends Definition>(
  definitions: readonly T[],
  kind: DefinitionKind,
): { readonly unique: readonly T[]; readonly skipped: readonly Skipped[] } {
  const counts = new Map<string, number>();
  for (const { name } of definitions) counts.set(name, (counts.get(name) ?? 0) + 1);
  const repeated = [...counts].filter(([, count]) => count > 1);
  return {
    unique: definitions.filter(({ name }) => counts.get(name) === 1),
    skipped: repeated.map(([name, count]) => ({ kind, name, reason: `${count} definitions have this name` })),
  };
}

export function digestOf(kind: ItemKind, definition: string): string {
  return createHash('sha256')
    .update(canonicalText(steadyPart(kind, parseLexical(definition))))
    .digest('hex');
}

/** What a definition says of the thing, and not of what the thing holds at the moment, as the size of a file. */
export function steadyPart(kind: ItemKind, definition: LexicalValue): LexicalValue {
  if (kind !== 'resource' || !isMembers(definition)) return definition;
  const { annotations } = definition;
  const said = isMembers(annotations) ? withoutMembers(annotations, ['lastModified']) : annotations;
  const isEmpty = said === undefined || (isMembers(said) && Object.keys(said).length === 0);
  const steady = withoutMembers(definition, ['size', 'annotations']) as Readonly<
    Record<string, LexicalValue>
  >;
  return isEmpty ? steady : { ...steady, annotations: said };
}

/** The definition of what a server tells models of itself, where it tells them anything. */
export function instructionsIn(result: JsonObject): Definition | null {
  const said = Object.hasOwn(result, 'instructions') ? result['instructions'] : undefined;
  if (typeof said !== 'string' || said.length > MAX_DEFINITION_BYTES) return null;
  const definition = JSON.stringify(said);
  return {
    kind: 'instructions',
    name: 'instructions',
    definition,
    digest: digestOf('instructions', definition),
  };
}

function nameOf(value: JsonValue, { nameMember }: KindSpec): string | null {
  if (!isObject(value)) return null;
  const name = Object.hasOwn(value, nameMember) ? value[nameMember] : null;
  return typeof name === 'string' && name.length <= MAX_NAME_CHARACTERS ? name : null;
}

function problemOf(
  scanned: Scanned,
  span: Span,
  value: JsonValue,
  name: string | null,
  spec: KindSpec,
): string | null {
  const fault = scanned.faults.find(({ offset }) => offset >= span.start && offset < span.end);
  if (fault !== undefined) return fault.message;
  if (span.end - span.start > MAX_DEFINITION_BYTES) return `it is larger than ${MAX_DEFINITION_BYTES} bytes`;
  if (name === null || name === '')
    return `it has no \`${spec.nameMember}\` of 1 to ${MAX_NAME_CHARACTERS} characters`;
  if (/\p{Cc}/u.test(name)) return 'its name holds a control character';
  if (spec.kind === 'tool' && !isObject((value as JsonObject)['inputSchema']))
    return 'it has no `inputSchema`';
  return null;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
