// The values of a JSON text that a path of an obligation names. Where a value has not the form that the path expects, all
// of it is named: what is there was not foreseen, and may be what was meant. Pure.
import type { ObligationPath, PathStep } from '@countersign/policy';
import type { JsonNode } from './json-tree.ts';

/** Each once; none of them stands within another. */
export function select(root: JsonNode, paths: readonly Pick<ObligationPath, 'steps'>[]): JsonNode[] {
  const found = new Set<JsonNode>();
  for (const { steps } of paths) collect(root, steps, found);
  const inOrder = [...found].sort((a, b) => a.start - b.start || b.end - a.end);
  const outermost: JsonNode[] = [];
  for (const node of inOrder) {
    const before = outermost.at(-1);
    if (before === undefined || node.start >= before.end) outermost.push(node);
  }
  return outermost;
}

function collect(node: JsonNode, [step, ...rest]: readonly PathStep[], found: Set<JsonNode>): void {
  if (step === undefined) {
    found.add(node);
    return;
  }
  // Nothing is there: nothing that could be told.
  if (node.kind === 'literal' && node.value === null) return;
  for (const next of stepInto(node, step)) {
    if (next === node) found.add(node);
    else collect(next, rest, found);
  }
}

/** The node itself where the step cannot be taken. */
function stepInto(node: JsonNode, step: PathStep): readonly JsonNode[] {
  if (step.kind === 'items') return node.kind === 'array' ? node.items : [node];
  if (node.kind !== 'object') return [node];
  return node.members
    .filter(({ name }) => step.kind === 'members' || name === step.name)
    .map(({ value }) => value);
}
