// Conditions of policies one by one, as people read them: what `when` asks for together falls apart into what must each hold.

import type { Clause, Expr, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Cedar } from './cedar-door.ts';
import { depthOf } from './compile/expressions.ts';

/** The engine refuses JSON that nests deeper than 128; room is left for what wraps a condition. */
const MAX_DEPTH = 100;

const ANYTHING = { principal: { op: 'All' }, action: { op: 'All' }, resource: { op: 'All' } } as const;

/** One condition, as a policy that holds it alone. */
export function conditionsOf({ conditions }: Pick<PolicyJson, 'conditions'>): PolicyJson[] {
  return conditions.flatMap(({ kind, body }) =>
    // `unless (a && b)` fails as a whole; only a `when` falls apart into conditions that each must hold.
    (kind === 'when' ? conjuncts(body) : [body]).map(
      (part): PolicyJson => ({ effect: 'permit', ...ANYTHING, conditions: [{ kind, body: part }] }),
    ),
  );
}

/** What `unless` lists is each enough by itself: `unless { a || b }` is `unless { a }` and `unless { b }`. */
export function alternatives(condition: PolicyJson): PolicyJson[] {
  return condition.conditions.flatMap(({ kind, body }) =>
    (kind === 'unless' ? disjuncts(body) : [body]).map(
      (part): PolicyJson => ({ ...condition, conditions: [{ kind, body: part } satisfies Clause] }),
    ),
  );
}

/** A condition as the engine writes it: the policy, and what people read. Null where it cannot write it. */
export function writtenCondition(json: PolicyJson, cedar: Cedar): { text: string; shown: string } | null {
  if (depthOf(json) > MAX_DEPTH) return null;
  const answer = cedar.policyToText(json);
  return answer.type === 'failure' ? null : { text: answer.text, shown: shownOf(answer.text) };
}

function conjuncts(body: Expr): Expr[] {
  const and = (body as { '&&'?: { left: Expr; right: Expr } })['&&'];
  return and === undefined ? [body] : [...conjuncts(and.left), ...conjuncts(and.right)];
}

function disjuncts(body: Expr): Expr[] {
  const or = (body as { '||'?: { left: Expr; right: Expr } })['||'];
  return or === undefined ? [body] : [...disjuncts(or.left), ...disjuncts(or.right)];
}

function shownOf(policy: string): string {
  const start = policy.search(/\b(?:when|unless)\s*\{/);
  return policy
    .slice(start)
    .replace(/;\s*$/, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/^when \{ (.*) \}$/, '$1')
    .trim();
}
