// Whether a condition is true of a request, told without the engine where Cedar's own evaluation could not err on the way:
// operands from left to right, and none beyond the one that settles it. Undefined is always a right answer
// (DESIGN section 6, "Index").

import { isNode, type Node } from '../node.ts';
import type { View } from '../view.ts';
import { compare } from './compare.ts';
import { type ValueIn, valueOf } from './value.ts';

/** Undefined: the engine has to be asked. */
export type Truth = boolean | undefined;
export type TruthIn = (view: View) => Truth;

/** How an expression's truth is told; null if it never can be. */
export function truthOf(expression: unknown): TruthIn | null {
  if (!isNode(expression)) return null;
  const [[operator, operand] = ['', null], ...others] = Object.entries(expression);
  if (others.length > 0) return null;
  if (operator === 'Value' || operator === '.') return flag(valueOf(expression));
  if (!isNode(operand)) return null;
  switch (operator) {
    case '!':
      return not(truthOf(operand['arg']));
    case '&&':
      return unless(false, operand);
    case '||':
      return unless(true, operand);
    default:
      return compare(operator, operand);
  }
}

function flag(value: ValueIn | null): TruthIn | null {
  if (value === null) return null;
  return (view) => {
    const known = value(view);
    return typeof known === 'boolean' ? known : undefined;
  };
}

function not(truth: TruthIn | null): TruthIn | null {
  if (truth === null) return null;
  return (view) => {
    const known = truth(view);
    return known === undefined ? undefined : !known;
  };
}

/** Two operands, of which the second is looked at unless the first settles it. */
function unless(settled: boolean, { left, right }: Node): TruthIn | null {
  const first = truthOf(left);
  if (first === null) return null;
  const second = truthOf(right) ?? NEVER;
  return (view) => {
    const known = first(view);
    return known === undefined || known === settled ? known : second(view);
  };
}

const NEVER: TruthIn = () => undefined;
