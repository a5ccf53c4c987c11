// For a call that no permit allowed: the permits whose scope matched, and the very condition of each that was not true
// (DESIGN section 6, explanation). Explains a decision already made; whatever fails here leaves the denial as it is.

import type { Expr, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Cedar } from './cedar-door.ts';
import type { CompiledPolicy } from './compile/types.ts';
import { depthOf } from './compile/expressions.ts';
import type { CedarRequest, NearestPermit } from './decision.ts';
import { explainPolicy, type Reader } from './explain.ts';
import type { Live } from './live.ts';

/** Permits looked at, in order of id, and permits shown, fewest failures first. */
const MAX_CANDIDATES = 12;
const MAX_SHOWN = 3;
/** The engine refuses JSON that nests deeper than 128; room is left for what wraps a condition. */
const MAX_DEPTH = 100;

const ANYTHING = { principal: { op: 'All' }, action: { op: 'All' }, resource: { op: 'All' } } as const;

interface Condition {
  readonly permit: CompiledPolicy;
  readonly json: PolicyJson;
}

/** Finds the nearest permits among those whose scope matches. */
export function nearestPermits(
  candidates: readonly CompiledPolicy[],
  request: CedarRequest,
  reader: Reader,
  live: Live,
): NearestPermit[] {
  const conditions = candidates.slice(0, MAX_CANDIDATES).flatMap(conditionsOf);
  if (conditions.length === 0) return [];
  const failed = live.ask((cedar) => failedConditions(cedar, conditions, request));
  if (!failed.ok) return [];
  return [...failed.answer]
    .sort(([, a], [, b]) => a.length - b.length)
    .slice(0, MAX_SHOWN)
    .map(([permit, texts]) => ({ ...explainPolicy(permit, reader), failed: texts }));
}

/** Every top-level condition of a permit as a policy of its own. */
function conditionsOf(permit: CompiledPolicy): Condition[] {
  return permit.json.conditions.flatMap(({ kind, body }) =>
    // `unless (a && b)` fails as a whole; only a `when` falls apart into conditions that each must hold.
    (kind === 'when' ? conjuncts(body) : [body])
      .map((part): PolicyJson => ({ effect: 'permit', ...ANYTHING, conditions: [{ kind, body: part }] }))
      .filter((json) => depthOf(json) <= MAX_DEPTH)
      .map((json) => ({ permit, json })),
  );
}

function conjuncts(body: Expr): Expr[] {
  const and = (body as { '&&'?: { left: Expr; right: Expr } })['&&'];
  return and === undefined ? [body] : [...conjuncts(and.left), ...conjuncts(and.right)];
}

function failedConditions(
  cedar: Cedar,
  conditions: readonly Condition[],
  request: CedarRequest,
): Map<CompiledPolicy, string[]> {
  const staticPolicies = Object.fromEntries(conditions.map(({ json }, at) => [String(at), json]));
  const answer = cedar.isAuthorized({
    ...request,
    context: { ...request.context },
    entities: [...request.entities],
    policies: { staticPolicies },
  });
  const failed = new Map<CompiledPolicy, string[]>();
  if (answer.type === 'failure') return failed;
  const { reason, errors } = answer.response.diagnostics;
  const held = new Set(reason);
  // A condition that could not be evaluated alone is usually protected by one before it, which is the one that failed.
  const errored = new Set(errors.map(({ policyId }) => policyId));
  for (const [at, { permit, json }] of conditions.entries()) {
    const texts = failed.get(permit) ?? [];
    failed.set(permit, texts);
    if (held.has(String(at)) || (errored.has(String(at)) && texts.length > 0)) continue;
    texts.push(conditionText(cedar, json));
  }
  return failed;
}

function conditionText(cedar: Cedar, json: PolicyJson): string {
  const answer = cedar.policyToText(json);
  if (answer.type === 'failure') return '';
  const start = answer.text.search(/\b(?:when|unless)\s*\{/);
  return answer.text
    .slice(start)
    .replace(/;\s*$/, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/^when \{ (.*) \}$/, '$1')
    .trim();
}
