// Walks the JSON form of a policy: which attributes it reads, which entities it names, how deep it is
// (DESIGN section 6, "the attributes and values they read"). What it cannot follow counts as a read of the whole.

import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { isNode, type Node } from '../node.ts';
import type { AttributeRead } from './types.ts';

/** An attribute path from a Cedar variable: `['context', 'input', 'amount']`. */
export type Path = readonly string[];

export interface EntityName {
  readonly type: string;
  readonly id: string;
}

/** What one policy's scope and conditions speak of. */
export interface Mentions {
  readonly reads: readonly AttributeRead[];
  readonly entities: readonly EntityName[];
  /** Entity types on the right of an `in`; `*` where that is not written out. */
  readonly within: readonly string[];
}

/** Everything that a policy reads and names. */
export function mentionsOf(policy: PolicyJson): Mentions {
  const reads = new Map<string, AttributeRead>();
  const entities: EntityName[] = [];
  const within = new Set<string>();
  const note: Note = {
    read(path, presenceOnly) {
      const key = JSON.stringify(path);
      reads.set(key, { path, presenceOnly: presenceOnly && (reads.get(key)?.presenceOnly ?? true) });
    },
    name: (entity) => entities.push(entity),
    within: (type) => within.add(type),
  };
  for (const scope of [policy.principal, policy.action, policy.resource]) {
    namesIn(scope, note.name);
    if (scope.op !== '==') namesIn(scope, ({ type }) => within.add(type));
  }
  for (const { body } of policy.conditions) walk(body, note);
  return { reads: [...reads.values()], entities, within: [...within] };
}

/** The entities that conditions name. */
export function entitiesIn(conditions: PolicyJson['conditions']): EntityName[] {
  const entities: EntityName[] = [];
  const note: Note = { read: () => {}, name: (entity) => entities.push(entity), within: () => {} };
  for (const { body } of conditions) walk(body, note);
  return entities;
}

interface Note {
  readonly read: (path: Path, presenceOnly: boolean) => unknown;
  readonly name: (entity: EntityName) => unknown;
  readonly within: (type: string) => unknown;
}

function walk(expression: unknown, note: Note): void {
  if (Array.isArray(expression)) {
    for (const part of expression) walk(part, note);
    return;
  }
  if (!isNode(expression)) return;
  const path = pathOf(expression);
  if (path !== null) {
    note.read(path, 'has' in expression);
    return;
  }
  for (const [operator, operand] of Object.entries(expression)) {
    if (operator === 'in' && isNode(operand)) noteWithin(operand['right'], note);
    if (operator === 'is' && isNode(operand) && operand['in'] !== undefined) noteWithin(operand['in'], note);
    if (operator === 'Value') namesIn(operand, note.name);
    else if (operator === 'Record' && isNode(operand)) walk(Object.values(operand), note);
    else if (Array.isArray(operand)) walk(operand, note);
    else if (isNode(operand)) walk(operandsOf(operand), note);
  }
}

function noteWithin(right: unknown, note: Note): void {
  const named = isNode(right) && Array.isArray(right['Set']) ? right['Set'] : [right];
  for (const one of named) {
    if (isNode(one) && one['Value'] !== undefined) namesIn(one['Value'], ({ type }) => note.within(type));
    else note.within('*');
  }
}

/** The sub-expressions of an operator; its names and patterns are no expressions. */
function operandsOf(operand: Node): unknown[] {
  return ['left', 'right', 'arg', 'if', 'then', 'else', 'in'].map((part) => operand[part]);
}

/** The path that an expression reads or tests for, if it is a plain chain of attributes from a variable. */
function pathOf(expression: unknown): Path | null {
  if (!isNode(expression)) return null;
  if (typeof expression['Var'] === 'string') return [expression['Var']];
  const access = expression['.'] ?? expression['has'];
  if (!isNode(access)) return null;
  const base = pathOf(access['left']);
  if (base === null) return null;
  const attributes = Array.isArray(access['attr']) ? access['attr'] : [access['attr']];
  return [...base, ...attributes.map(String)];
}

function namesIn(value: unknown, name: (entity: EntityName) => unknown): void {
  if (Array.isArray(value)) {
    for (const part of value) namesIn(part, name);
  } else if (isNode(value)) {
    const { type, id } = value;
    if (typeof type === 'string' && typeof id === 'string') name({ type, id });
    else for (const part of Object.values(value)) namesIn(part, name);
  }
}

/** How deeply the JSON form nests. */
export function depthOf(policy: PolicyJson): number {
  let deepest = 0;
  const waiting: [unknown, number][] = [[policy.conditions, 1]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [value, depth] = next;
    if (typeof value !== 'object' || value === null) continue;
    deepest = Math.max(deepest, depth);
    for (const part of Object.values(value)) waiting.push([part, depth + 1]);
  }
  return deepest;
}

/** Whether a read could come out differently for what is lost at a path: at the attribute, above it, or within it. */
export function isAffected({ path, presenceOnly }: AttributeRead, lost: Path): boolean {
  if (presenceOnly && lost.length > path.length) return false;
  const shorter = Math.min(path.length, lost.length);
  for (let at = 0; at < shorter; at += 1) if (path[at] !== lost[at]) return false;
  return true;
}
