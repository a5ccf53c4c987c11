// What policies can tell uris apart by. Of a text, Cedar asks only whether it equals another and whether it is `like` a pattern,
// and of an entity which one it is: two uris that no policy writes and that are like the same patterns are decided alike.

import type { CompiledPolicy } from '../compile/types.ts';
import type { CedarRequest } from '../decision.ts';
import type { Matching } from '../index/policy-index.ts';
import { rulesOf } from '../index/slice.ts';
import { isNode } from '../node.ts';
import { remembered } from '../remembered.ts';
import { isCedarText } from '../reserved.ts';
import { ANY, type Glob, globOf } from './glob.ts';

/** What policies write. */
export interface Written {
  readonly texts: ReadonlySet<string>;
  /** Ids of resources. */
  readonly resources: ReadonlySet<string>;
  readonly patterns: readonly Glob[];
}

interface Draft {
  readonly texts: Set<string>;
  readonly resources: Set<string>;
  readonly patterns: Map<string, Glob>;
}

/** What the conditions of all rules in some slices write. */
export const writtenIn = remembered((slices: Matching): Written => {
  const draft: Draft = { texts: new Set(), resources: new Set(), patterns: new Map() };
  for (const slice of slices) for (const policy of rulesOf(slice).policies) readPolicy(policy, draft);
  return { ...draft, patterns: [...draft.patterns.values()] };
});

function readPolicy({ json }: CompiledPolicy, draft: Draft): void {
  for (const { body } of json.conditions) read(body, draft);
}

function read(expression: unknown, draft: Draft): void {
  if (Array.isArray(expression)) {
    for (const part of expression) read(part, draft);
    return;
  }
  if (!isNode(expression)) return;
  for (const [operator, operand] of Object.entries(expression)) {
    if (operator === 'Value') readValue(operand, draft);
    // Its names are the policy's own, and may be those of operators.
    else if (operator === 'Record' && isNode(operand)) read(Object.values(operand), draft);
    else {
      if (operator === 'like' && isNode(operand)) readPattern(operand['pattern'], draft);
      read(isNode(operand) ? Object.values(operand) : operand, draft);
    }
  }
}

function readValue(value: unknown, draft: Draft): void {
  if (typeof value === 'string') draft.texts.add(value);
  if (!Array.isArray(value) && !isNode(value)) return;
  const { type, id } = value as Readonly<Record<string, unknown>>;
  if (type === 'Resource' && typeof id === 'string') draft.resources.add(id);
  for (const part of Object.values(value)) readValue(part, draft);
}

function readPattern(pattern: unknown, draft: Draft): void {
  if (!Array.isArray(pattern)) return;
  const glob = globOf(pattern.map((part: unknown) => (isNode(part) ? String(part['Literal']) : ANY)));
  draft.patterns.set(JSON.stringify(glob), glob);
}

/** All texts that a request holds: a policy may compare a uri with any of them. */
export function textsOf({ context, entities }: Pick<CedarRequest, 'context' | 'entities'>): Set<string> {
  const texts = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === 'string') {
      if (isCedarText(value)) texts.add(value);
    } else if (typeof value === 'object' && value !== null)
      for (const part of Object.values(value)) collect(part);
  };
  collect(context);
  for (const { attrs, tags } of entities) collect([attrs, tags]);
  return texts;
}
