// The algebra of a decision (DESIGN section 6): rules first, then guards, and an error where it could widen what is
// allowed is a denial. One evaluation decides almost all calls; only a denial by guards alone takes a second.

import type { AuthorizationAnswer } from '@cedar-policy/cedar-wasm/nodejs';
import type { CompiledPolicy } from './compile/types.ts';
import type { DecisionReason, Outcome } from './decision.ts';
import { describe } from './index/describe.ts';
import type { Matching } from './index/policy-index.ts';
import { policyNamed, rulesOf, type Slice } from './index/slice.ts';
import type { Live } from './live.ts';
import type { Answer, Asked, Memory } from './memory.ts';
import { project } from './project.ts';
import { byCodeUnits, holdsCedarText } from './reserved.ts';
import type { View } from './view.ts';

/** What the policies said, by reference to them. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly reason: DecisionReason;
  readonly determining: readonly CompiledPolicy[];
  /** Guards that ask for approval; all that matched, so that one approval request can carry them. */
  readonly guards: readonly CompiledPolicy[];
  readonly errors: readonly { readonly policy: string; readonly message: string }[];
}

/** Decides a request by the slices that match it; `grants` are the ids of guards that a live grant covers. */
export function evaluate(
  view: View,
  slices: Matching,
  grants: readonly string[],
  { live, memory }: Asked,
): Verdict {
  const ask = (slice: Slice): Answer | Failed => askRemembering(slice, view, live, memory);
  const answers = slices.map(ask);
  const all = unite(answers);
  if ('failed' in all) return broken(all.failed, []);
  const { errors, forbids } = all;
  const widening = all.errored.filter(isRestricting);
  if (widening.length > 0) return { ...broken(null, errors), determining: widening };
  if (forbids.length === 0) {
    return all.permits.length > 0
      ? { outcome: 'allow', reason: 'permitted', determining: all.permits, guards: [], errors }
      : { outcome: 'deny', reason: 'no_permit', determining: [], guards: [], errors };
  }
  const rules = forbids.filter(({ guard }) => guard === undefined);
  if (rules.length > 0)
    return { outcome: 'deny', reason: 'forbidden', determining: rules, guards: [], errors };

  // A slice in which a guard matched has not said which permits did.
  const unguarded = unite(
    slices.map((slice, at) => {
      const rules = rulesOf(slice);
      return (rules === slice ? answers[at] : undefined) ?? ask(rules);
    }),
  );
  if ('failed' in unguarded) return broken(unguarded.failed, errors);
  if (unguarded.permits.length === 0)
    return { outcome: 'deny', reason: 'no_permit', determining: [], guards: [], errors };
  const determining = [...forbids, ...unguarded.permits];
  return forbids.every(({ id }) => grants.includes(id))
    ? { outcome: 'allow', reason: 'grant_redeemed', determining, guards: [], errors }
    : { outcome: 'hold', reason: 'guarded', determining, guards: forbids, errors };
}

/**
 * Whether an error in this policy must deny. Cedar skips a policy that errs: a forbid or guard would fail open, and a
 * permit would drop what it obliges to.
 */
export function isRestricting({ effect, labels, redact, mask }: CompiledPolicy): boolean {
  return effect === 'forbid' || labels.length + redact.length + mask.length > 0;
}

type Failed = { readonly failed: string };

/** The same question has the same answer. An error has not: it names what it happened to. */
function askRemembering(slice: Slice, view: View, live: Live, memory: Memory): Answer | Failed {
  if (slice.isVolatile) return ask(slice, view, live);
  const key = describe(view, slice);
  const before = memory.recall('answers', slice, key);
  if (before !== undefined) return before;
  const answer = ask(slice, view, live);
  if (!('failed' in answer) && answer.errored.length === 0) memory.note('answers', slice, key, answer);
  return answer;
}

/** Asks a slice about a request. */
export function ask(slice: Slice, view: View, live: Live): Answer | Failed {
  const { principal, action, resource } = view.request;
  const shown = project(view, slice);
  if (!holdsCedarText([principal, action, resource, shown]))
    return { failed: 'a name in the request is not well-formed Unicode' };
  const asked = live.askAbout(slice, (cedar, name) =>
    cedar.statefulIsAuthorized({ principal, action, resource, ...shown, preparsedPolicySetId: name }),
  );
  return asked.ok ? read(asked.answer, slice) : { failed: asked.message };
}

function read(answer: AuthorizationAnswer, slice: Slice): Answer | Failed {
  if (answer.type === 'failure') return { failed: answer.errors.map(({ message }) => message).join('; ') };
  const { reason, errors } = answer.response.diagnostics;
  const reasons = reason.map((id) => policyNamed(id, slice));
  const failures = errors.map(({ policyId, error }) => ({ policy: policyNamed(policyId, slice), error }));
  const errored = failures.map(({ policy }) => policy);
  if (!reasons.every(isKnown) || !errored.every(isKnown))
    return { failed: 'the engine named a policy that is not in the set' };
  return {
    permits: reasons.filter(({ effect }) => effect === 'permit'),
    forbids: reasons.filter(({ effect }) => effect === 'forbid'),
    errored,
    errors: failures.map(({ policy, error }) => ({ policy: policy?.id ?? '', message: error.message })),
  };
}

/** Each policy speaks for itself: what slices say apart, they say together. But for a permit, only if nothing forbids. */
function unite(answers: readonly (Answer | Failed)[]): Answer | Failed {
  const failed = answers.find((answer) => 'failed' in answer);
  if (failed !== undefined) return failed;
  const said = answers.filter((answer): answer is Answer => !('failed' in answer));
  // The engine's order varies from run to run; a decision that replays must not.
  const all = (of: 'permits' | 'forbids' | 'errored'): readonly CompiledPolicy[] => {
    const [only = [], ...others] = said.map((answer) => answer[of]).filter(({ length }) => length > 0);
    if (others.length === 0 && only.length < 2) return only;
    return [only, ...others].flat().sort((a, b) => byCodeUnits(a.id, b.id));
  };
  return {
    permits: all('permits'),
    forbids: all('forbids'),
    errored: all('errored'),
    errors: said.flatMap(({ errors }) => errors).sort((a, b) => byCodeUnits(a.policy, b.policy)),
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
