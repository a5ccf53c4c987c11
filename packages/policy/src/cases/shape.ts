// Checks YAML against a closed shape and turns it into plain data: every member that the shape does not name is a
// complaint with line and column, since a misspelt wish would be a test that cannot fail (DESIGN section 6).

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type YAMLMap,
} from 'yaml';

/** What may stand at a place. */
export type Shape =
  | { readonly kind: 'text' | 'flag' | 'number' | 'time' | 'anything' }
  | { readonly kind: 'word'; readonly of: readonly (string | number)[] }
  | { readonly kind: 'list'; readonly of: Shape }
  /** Members of any name, all alike. */
  | { readonly kind: 'table'; readonly of: Shape }
  | {
      readonly kind: 'members';
      readonly of: ReadonlyMap<string, Shape>;
      readonly required: readonly string[];
    }
  /** A mapping whose shape its member `kind` chooses; `usual` where it has none. */
  | { readonly kind: 'variant'; readonly of: ReadonlyMap<string, Shape>; readonly usual: string }
  /** The first shape that fits the kind of YAML that stands there: text, number, list or mapping. */
  | { readonly kind: 'either'; readonly of: readonly Shape[] };

/** A complaint about a place in the text. */
export interface Complaint {
  readonly offset: number;
  readonly message: string;
}

export const text: Shape = { kind: 'text' };
export const flag: Shape = { kind: 'flag' };
export const number: Shape = { kind: 'number' };
export const time: Shape = { kind: 'time' };
export const anything: Shape = { kind: 'anything' };
export const word = (...of: readonly (string | number)[]): Shape => ({ kind: 'word', of });
export const list = (of: Shape): Shape => ({ kind: 'list', of });
export const table = (of: Shape): Shape => ({ kind: 'table', of });
export const either = (...of: readonly Shape[]): Shape => ({ kind: 'either', of });
export const members = (of: Readonly<Record<string, Shape>>, ...required: readonly string[]): Shape => ({
  kind: 'members',
  of: new Map(Object.entries(of)),
  required,
});
export const variant = (usual: string, of: Readonly<Record<string, Shape>>): Shape => ({
  kind: 'variant',
  of: new Map(Object.entries(of)),
  usual,
});

/** Aliases make a small text large: this many nodes are looked at, and no more. */
const MAX_NODES = 200_000;
const TOO_MANY = `the file unfolds to more than ${MAX_NODES} values`;

export interface Checked {
  /** Plain data; what was complained of is left out. */
  readonly value: unknown;
  readonly complaints: readonly Complaint[];
}

/** Reads the node of a document by a shape. */
export function check(document: Document, node: unknown, shape: Shape): Checked {
  const complaints: Complaint[] = [];
  let looked = 0;
  const complain = (at: unknown, message: string): undefined => {
    complaints.push({ offset: offsetOf(at), message });
    return undefined;
  };
  const read = (given: unknown, wanted: Shape): unknown => {
    looked += 1;
    if (looked > MAX_NODES) {
      if (looked === MAX_NODES + 1) complain(given, TOO_MANY);
      return undefined;
    }
    const node = resolved(given, document);
    switch (wanted.kind) {
      case 'text':
        return isScalar(node) && typeof node.value === 'string'
          ? node.value
          : complain(given, 'expected a text');
      case 'time':
        return isScalar(node) && typeof node.value === 'string' && isTime(node.value)
          ? node.value
          : complain(given, 'expected a time such as `2026-03-02T10:00:00.000Z`');
      case 'flag':
        return isScalar(node) && typeof node.value === 'boolean'
          ? node.value
          : complain(given, 'expected `true` or `false`');
      case 'number':
        return isScalar(node) && Number.isSafeInteger(node.value)
          ? node.value
          : complain(given, 'expected a whole number');
      case 'word':
        return isScalar(node) && wanted.of.some((one) => one === node.value)
          ? node.value
          : complain(given, `expected one of ${wanted.of.map((one) => `\`${one}\``).join(', ')}`);
      case 'anything':
        return isNode(node) ? unfolded(given, plain(node, document, complain)) : null;
      case 'list':
        return isSeq(node)
          ? node.items.map((item) => read(item, wanted.of))
          : complain(given, 'expected a list');
      case 'table':
        if (!isMap(node)) return complain(given, 'expected a mapping');
        return record(
          [...pairsOf(node, document)].map(([name, { value }]) => [name, read(value, wanted.of)]),
        );
      case 'members':
        return isMap(node) ? readMembers(node, given, wanted) : complain(given, 'expected a mapping');
      case 'variant': {
        if (!isMap(node)) return complain(given, 'expected a mapping');
        const chosen = resolved(pairsOf(node, document).get('kind')?.value, document);
        const kind = isScalar(chosen) ? String(chosen.value) : wanted.usual;
        const shape = wanted.of.get(kind);
        return shape === undefined
          ? complain(given, `unknown kind \`${kind}\`; known are ${known(wanted.of)}`)
          : read(given, shape);
      }
      case 'either': {
        const fitting = wanted.of.find((shape) => accepts(shape, node));
        return fitting === undefined ? complain(given, 'expected something else here') : read(given, fitting);
      }
      default:
        return wanted satisfies never;
    }
  };
  /** Aliases share what they name: walked as a tree, a few lines can be without end. */
  const unfolded = (given: unknown, value: unknown): unknown => {
    const waiting = [value];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      looked += 1;
      if (looked > MAX_NODES) return complain(given, TOO_MANY);
      if (typeof next === 'object' && next !== null) waiting.push(...Object.values(next));
    }
    return value;
  };
  const readMembers = (
    node: YAMLMap,
    given: unknown,
    { of, required }: Extract<Shape, { kind: 'members' }>,
  ): unknown => {
    const entries: [string, unknown][] = [];
    const pairs = pairsOf(node, document);
    for (const [name, { key, value }] of pairs) {
      const shape = of.get(name);
      if (shape === undefined) complain(key, `unknown key \`${name}\`; known are ${known(of)}`);
      else entries.push([name, read(value, shape)]);
    }
    for (const name of required) if (!pairs.has(name)) complain(given, `\`${name}\` is missing`);
    return record(entries);
  };
  return { value: read(node, shape), complaints };
}

/** Offset to 1-based line and column. */
export function placeOf(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function known(of: ReadonlyMap<string, Shape>): string {
  return [...of.keys()].map((name) => `\`${name}\``).join(', ');
}

function accepts(shape: Shape, node: unknown): boolean {
  switch (shape.kind) {
    case 'list':
      return isSeq(node);
    case 'members':
    case 'table':
    case 'variant':
      return isMap(node);
    case 'either':
      return shape.of.some((one) => accepts(one, node));
    case 'text':
      return isScalar(node) && typeof node.value === 'string';
    case 'number':
      return isScalar(node) && typeof node.value === 'number';
    default:
      return isScalar(node);
  }
}

interface Pair {
  readonly key: unknown;
  readonly value: unknown;
}

/** The members of a mapping, those that it merges (`<<`) included; its own win. */
function pairsOf(map: YAMLMap, document: Document): Map<string, Pair> {
  const pairs = new Map<string, Pair>();
  const merged: unknown[] = [];
  for (const { key, value } of map.items) {
    const name = nameOf(key);
    if (name === '<<') merged.push(value);
    else pairs.set(name, { key, value });
  }
  for (const each of merged) {
    const node = resolved(each, document);
    for (const from of isSeq(node) ? node.items : [node]) {
      const inner = resolved(from, document);
      if (!isMap(inner)) continue;
      for (const [name, pair] of pairsOf(inner, document)) if (!pairs.has(name)) pairs.set(name, pair);
    }
  }
  return pairs;
}

function nameOf(key: unknown): string {
  if (!isScalar(key)) return '';
  return typeof key.value === 'symbol' ? (key.value.description ?? '') : String(key.value);
}

function resolved(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function plain(
  node: Node,
  document: Document,
  complain: (at: unknown, message: string) => undefined,
): unknown {
  try {
    return node.toJS(document);
  } catch (error) {
    return complain(node, error instanceof Error ? error.message : String(error));
  }
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value);
}

function offsetOf(at: unknown): number {
  return isNode(at) || isAlias(at) ? (at.range?.[0] ?? 0) : 0;
}

function isTime(value: string): boolean {
  return !Number.isNaN(Date.parse(value)) && new Date(value).toISOString() === value;
}

/** Members by name, none of them inherited, in plain form for comparison. */
function record(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
