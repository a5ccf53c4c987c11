// The algebra of a decision (DESIGN section 6): rules first, then guards, and an error where it could widen what is
// allowed is a denial. One evaluation decides almost all calls; only a denial by guards alone takes a second.

import type { AuthorizationAnswer } from '@cedar-policy/cedar-wasm/nodejs';
import type { CompiledPolicy, CompiledPolicySet } from './compile/types.ts';
import type { CedarRequest, DecisionReason, Outcome } from './decision.ts';
import type { Live, Prepare } from './live.ts';
import { byCodeUnits, holdsCedarText } from './reserved.ts';

/** What the policies said, by reference to them. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly reason: DecisionReason;
  readonly determining: readonly CompiledPolicy[];
  /** Guards that ask for approval; all that matched, so that one approval request can carry them. */
  readonly guards: readonly CompiledPolicy[];
  readonly errors: readonly { readonly policy: string; readonly message: string }[];
}

const EVERYTHING = 'everything';
const RULES = 'rules';

/** Feeds an instance the set whole, and without its guards. */
export function prepareSet({ policies }: CompiledPolicySet): Prepare {
  const texts = (chosen: readonly CompiledPolicy[]): Record<string, string> =>
    Object.fromEntries(chosen.map(({ id, text }) => [id, text]));
  const everything = texts(policies);
  const rules = texts(policies.filter(({ guard }) => guard === undefined));
  return (cedar) => [
    cedar.preparsePolicySet(EVERYTHING, { staticPolicies: everything }),
    cedar.preparsePolicySet(RULES, { staticPolicies: rules }),
  ];
}

/** Decides a request by the prepared set; `grants` are the ids of guards that a live grant covers. */
export function evaluate(
  request: CedarRequest,
  set: CompiledPolicySet,
  grants: readonly string[],
  live: Live,
): Verdict {
  if (!holdsCedarText(request)) return broken('a name in the request is not well-formed Unicode', []);
  const all = ask(EVERYTHING, request, set, live);
  if ('failed' in all) return broken(all.failed, []);
  const { reasons, errors } = all;
  const widening = all.errored.filter(isRestricting);
  if (widening.length > 0) return { ...broken(null, errors), determining: widening };
  if (all.allowed) return { outcome: 'allow', reason: 'permitted', determining: reasons, guards: [], errors };
  if (reasons.length === 0)
    return { outcome: 'deny', reason: 'no_permit', determining: [], guards: [], errors };
  const rules = reasons.filter(({ guard }) => guard === undefined);
  if (rules.length > 0)
    return { outcome: 'deny', reason: 'forbidden', determining: rules, guards: [], errors };

  const unguarded = ask(RULES, request, set, live);
  if ('failed' in unguarded) return broken(unguarded.failed, errors);
  if (!unguarded.allowed)
    return { outcome: 'deny', reason: 'no_permit', determining: [], guards: [], errors };
  const determining = [...reasons, ...unguarded.reasons];
  return reasons.every(({ id }) => grants.includes(id))
    ? { outcome: 'allow', reason: 'grant_redeemed', determining, guards: [], errors }
    : { outcome: 'hold', reason: 'guarded', determining, guards: reasons, errors };
}

/**
 * Whether an error in this policy must deny. Cedar skips a policy that errs: a forbid or guard would fail open, and a
 * permit would drop what it obliges to.
 */
export function isRestricting({ effect, labels, redact, mask }: CompiledPolicy): boolean {
  return effect === 'forbid' || labels.length + redact.length + mask.length > 0;
}

interface Answer {
  readonly allowed: boolean;
  readonly reasons: readonly CompiledPolicy[];
  readonly errored: readonly CompiledPolicy[];
  readonly errors: Verdict['errors'];
}

function ask(
  name: string,
  request: CedarRequest,
  set: CompiledPolicySet,
  live: Live,
): Answer | { failed: string } {
  const asked = live.ask((cedar) =>
    cedar.statefulIsAuthorized({
      ...request,
      context: { ...request.context },
      entities: [...request.entities],
      preparsedPolicySetId: name,
    }),
  );
  if (!asked.ok) return { failed: asked.message };
  return read(asked.answer, set);
}

function read(answer: AuthorizationAnswer, { byId }: CompiledPolicySet): Answer | { failed: string } {
  if (answer.type === 'failure') return { failed: answer.errors.map(({ message }) => message).join('; ') };
  const { decision, diagnostics } = answer.response;
  // The engine's order varies from run to run; a decision that replays must not.
  const reasons = [...diagnostics.reason].sort(byCodeUnits).map((id) => byId.get(id));
  const failures = [...diagnostics.errors].sort((a, b) => byCodeUnits(a.policyId, b.policyId));
  const errored = failures.map(({ policyId }) => byId.get(policyId));
  if (!reasons.every(isKnown) || !errored.every(isKnown)) {
    return { failed: 'the engine named a policy that is not in the set' };
  }
  return {
    allowed: decision === 'allow',
    reasons,
    errored,
    errors: failures.map(({ policyId, error }) => ({ policy: policyId, message: error.message })),
  };
}

function isKnown(policy: CompiledPolicy | undefined): policy is CompiledPolicy {
  return policy !== undefined;
}

function broken(message: string | null, errors: Verdict['errors']): Verdict {
  return {
    outcome: 'deny',
    reason: 'policy_error',
    determining: [],
    guards: [],
    errors: message === null ? errors : [...errors, { policy: '', message }],
  };
}
