// What can become of an agent's calls on something, whatever their arguments and whenever they are made: allowed, held, denied,
// or that depends; and which policies say so. What people ask for when they ask what an agent may do (DESIGN section 6, bet 5).

import type { CompiledPolicy } from './compile/types.ts';
import type { ListFacts, Prospect, ProspectPolicy, Turns } from './engine-types.ts';
import { isRestricting } from './evaluate.ts';
import type { TargetFacts } from './facts.ts';
import { describe } from './index/describe.ts';
import type { Lru } from './index/lru.ts';
import type { PolicyIndex } from './index/policy-index.ts';
import { policyNamed, type Slice } from './index/slice.ts';
import type { Live } from './live.ts';
import { byCodeUnits } from './reserved.ts';
import { type Outlook, outlookOf } from './residual.ts';
import type { PolicySchema } from './schema/types.ts';
import type { View } from './view.ts';
import { askPartially, openView } from './visible.ts';

/** What a policy can come to; `fails`: its evaluation errs whatever is asked. */
export interface PolicyOutlook extends Outlook {
  readonly policy: CompiledPolicy;
  readonly fails: boolean;
}

interface Asking {
  readonly schema: PolicySchema;
  readonly index: PolicyIndex;
  readonly live: Live;
  /** What slices said before, by what they were told. */
  readonly remembered: Lru<string, readonly PolicyOutlook[]>;
}

const UNKNOWN: Prospect = { answer: 'unknown', reason: null, policies: [] };

/** Of each target, in order; gives way to other work whenever a turn is over. */
export async function prospectsOf(
  facts: ListFacts,
  targets: readonly TargetFacts[],
  asking: Asking,
  turns: Turns,
): Promise<readonly Prospect[]> {
  const prospects: Prospect[] = [];
  for (const resource of targets) {
    prospects.push(prospectOf(facts, resource, asking));
    if (turns.isOver()) await turns.next();
  }
  return prospects;
}

function prospectOf(facts: ListFacts, resource: TargetFacts, asking: Asking): Prospect {
  try {
    const view = openView({ ...facts, resource }, asking.schema);
    if (view === null) return { answer: 'denied', reason: 'policy_unavailable', policies: [] };
    const outlooks = asking.index.matching(view).map((slice) => outlooksOf(slice, view, asking));
    return outlooks.every((each) => each !== null) ? judged(outlooks.flat()) : UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

/** The algebra of a decision over all calls at once: rules first, then guards (`evaluate.ts`). */
function judged(outlooks: readonly PolicyOutlook[]): Prospect {
  const failing = outlooks.filter(({ fails, policy }) => fails && isRestricting(policy));
  if (failing.length > 0) return prospect('denied', 'policy_error', failing);
  const possible = outlooks.filter(({ fails, ...outlook }) => !fails && outlook.true);
  const permits = possible.filter(({ policy }) => policy.effect === 'permit');
  const forbids = possible.filter(({ policy }) => policy.effect === 'forbid' && policy.guard === undefined);
  const guards = possible.filter(({ policy }) => policy.guard !== undefined);
  const surely = forbids.filter(isSure);
  if (surely.length > 0) return prospect('denied', 'forbidden', surely);
  if (permits.length === 0) return prospect('denied', 'no_permit', []);
  const isPermitted = permits.some(isSure) && forbids.length === 0;
  if (isPermitted && guards.length === 0) return prospect('allowed', 'permitted', permits);
  if (isPermitted && guards.some(isSure)) return prospect('held', 'guarded', [...guards, ...permits]);
  return prospect('depends', null, [...forbids, ...guards, ...permits]);
}

const isSure = (outlook: PolicyOutlook): boolean => outlook.true && !outlook.false;

function prospect(
  answer: Prospect['answer'],
  reason: Prospect['reason'],
  outlooks: readonly PolicyOutlook[],
): Prospect {
  const policies = outlooks.map(
    (outlook): ProspectPolicy => ({
      id: outlook.policy.id,
      effect: outlook.policy.guard === undefined ? outlook.policy.effect : 'guard',
      isSure: outlook.fails || isSure(outlook),
      file: outlook.policy.file,
      line: outlook.policy.line,
    }),
  );
  return { answer, reason, policies: policies.sort((a, b) => byCodeUnits(a.id, b.id)) };
}

/** Null where it could not be told this time. */
function outlooksOf(slice: Slice, view: View, { live, remembered }: Asking): readonly PolicyOutlook[] | null {
  if (slice.policies.length === 0) return [];
  const key = `${slice.key} ${describe(view, slice)}`;
  const before = remembered.get(key);
  if (before !== undefined) return before;
  const response = askPartially(slice, view, live);
  if (response === null) return null;
  const { errored, residuals } = response;
  const failing = new Set(errored);
  const outlooks: PolicyOutlook[] = [];
  for (const id of new Set([...errored, ...Object.keys(residuals)])) {
    const policy = policyNamed(id, slice);
    const residual = residuals[id];
    if (policy === undefined) return null;
    const outlook = residual === undefined ? { true: false, false: true } : outlookOf(residual);
    outlooks.push({ policy, fails: failing.has(id), ...outlook });
  }
  remembered.set(key, outlooks);
  return outlooks;
}
