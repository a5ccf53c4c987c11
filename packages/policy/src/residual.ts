// What can still come of a policy when part of its request is unknown: reads the engine's residuals. The engine does not
// look past an operand that it does not know; here `unknown && false` can never be true (DESIGN section 6, bet 5).

import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { isNode } from './node.ts';

/** Truth values that an expression may have; an error is neither. */
export interface Outlook {
  readonly true: boolean;
  readonly false: boolean;
}

const EITHER: Outlook = { true: true, false: true };

/** Whether the policy may match, and whether it may evaluate without matching. */
export function outlookOf({ conditions }: Pick<PolicyJson, 'conditions'>): Outlook {
  const outlooks = conditions.map(({ kind, body }) => (kind === 'when' ? look(body) : not(look(body))));
  return outlooks.reduce(and, { true: true, false: false });
}

function look(expression: unknown): Outlook {
  if (!isNode(expression)) return EITHER;
  const { Value: value, '!': negated } = expression;
  if (typeof value === 'boolean') return { true: value, false: !value };
  if (isNode(negated)) return not(look(negated['arg']));
  const both = expression['&&'];
  if (isNode(both)) return and(look(both['left']), look(both['right']));
  const either = expression['||'];
  if (isNode(either)) return not(and(not(look(either['left'])), not(look(either['right']))));
  const choice = expression['if-then-else'];
  if (isNode(choice)) return choose(look(choice['if']), look(choice['then']), look(choice['else']));
  return EITHER;
}

/** As Cedar evaluates it: the second is looked at only where the first is true. */
function and(first: Outlook, second: Outlook): Outlook {
  return { true: first.true && second.true, false: first.false || (first.true && second.false) };
}

function not(outlook: Outlook): Outlook {
  return { true: outlook.false, false: outlook.true };
}

function choose(condition: Outlook, then: Outlook, otherwise: Outlook): Outlook {
  return {
    true: (condition.true && then.true) || (condition.false && otherwise.true),
    false: (condition.true && then.false) || (condition.false && otherwise.false),
  };
}
