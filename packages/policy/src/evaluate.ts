// The algebra of a decision (DESIGN section 6): rules first, then guards, and an error where it could widen what is
// allowed is a denial. One evaluation decides almost all calls; only a denial by guards alone takes a second.

import { askAll } from './ask.ts';
import type { CompiledPolicy } from './compile/types.ts';
import type { DecisionReason, Outcome } from './decision.ts';
import { rulesAmong } from './index/parts.ts';
import type { Matching } from './index/policy-index.ts';
import type { Asked } from './memory.ts';
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
export function evaluate(view: View, slices: Matching, grants: readonly string[], asked: Asked): Verdict {
  const all = askAll(slices, view, asked);
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
  const unguarded = askAll(rulesAmong(slices), view, asked);
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

function broken(message: string | null, errors: Verdict['errors']): Verdict {
  return {
    outcome: 'deny',
    reason: 'policy_error',
    determining: [],
    guards: [],
    errors: message === null ? errors : [...errors, { policy: '', message }],
  };
}
