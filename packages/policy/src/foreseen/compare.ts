// Comparisons, and tests for what is there, as Cedar makes them of values that JSON carries unchanged. Sets, decimals, times and
// addresses are left to the engine.

import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs';
import { entityIn, type Node } from '../node.ts';
import { keyOf } from '../scope.ts';
import type { View } from '../view.ts';
import type { Truth, TruthIn } from './truth.ts';
import { isScalar, membersOf, type ValueIn, valueOf } from './value.ts';

/** How a test comes out; null for one that is left to the engine. */
export function compare(operator: string, operand: Node): TruthIn | null {
  const left = valueOf(operand['left']);
  if (left === null) return null;
  if (operator === 'has') return has(left, operand['attr']);
  const test = TESTS.get(operator);
  const right = valueOf(operand['right']);
  if (test === undefined || right === null) return null;
  return (view) => {
    const [one, other] = [left(view), right(view)];
    // Each operand is evaluated, and may err, before what is asked of them.
    return one === undefined || other === undefined ? undefined : test(one, other, view);
  };
}

type Known = CedarValueJson;
type Test = (left: Known, right: Known, view: View) => Truth;

const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['==', equal],
  ['!=', (left, right) => inverse(equal(left, right))],
  ['<', (left, right) => ordered(left, right, (a, b) => a < b)],
  ['<=', (left, right) => ordered(left, right, (a, b) => a <= b)],
  ['>', (left, right) => ordered(left, right, (a, b) => a > b)],
  ['>=', (left, right) => ordered(left, right, (a, b) => a >= b)],
  ['contains', contains],
  ['in', within],
]);

function inverse(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

/** Values of two types are not equal, which is no error. */
function equal(left: Known, right: Known): Truth {
  if (isScalar(left)) return isScalar(right) ? left === right : unequal(right);
  if (isScalar(right)) return unequal(left);
  const [one, other] = [entityIn(left), entityIn(right)];
  return one === null || other === null ? undefined : one.type === other.type && one.id === other.id;
}

/** Of a scalar and another value. */
function unequal(value: Known): Truth {
  return entityIn(value) === null ? undefined : false;
}

function ordered(left: Known, right: Known, compared: (left: number, right: number) => boolean): Truth {
  return isLong(left) && isLong(right) ? compared(left, right) : undefined;
}

const isLong = (value: Known): value is number => typeof value === 'number' && isScalar(value);

function contains(set: Known, element: Known): Truth {
  if (!Array.isArray(set)) return undefined;
  const found = set.map((each) => equal(each, element));
  return found.includes(undefined) ? undefined : found.includes(true);
}

function within(left: Known, right: Known, view: View): Truth {
  const [entity, group] = [entityIn(left), entityIn(right)];
  return entity === null || group === null ? undefined : view.upward(entity).has(keyOf(group));
}

/** Whether attributes are there, each within the one before. */
function has(of: ValueIn, attr: unknown): TruthIn | null {
  const names: unknown[] = Array.isArray(attr) ? attr : [attr];
  if (!names.every((name) => typeof name === 'string')) return null;
  return (view) => {
    let value = of(view);
    for (const name of names) {
      const members = membersOf(value, view);
      if (members === undefined) return undefined;
      if (!Object.hasOwn(members, name)) return false;
      value = members[name];
    }
    return true;
  };
}
