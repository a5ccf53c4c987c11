// Who must agree to changes of the registry, and to clearing what an agent was exposed to before its window ends.
import type { ReviewRules } from '../changes/types.ts';
import { NAME, NAME_RULE } from '../registry/names.ts';
import { closed, integer, matching, oneOf } from './fields.ts';

const MAX_HOURS = 24 * 366;
const group = () => matching(NAME, `the name of a group: ${NAME_RULE}`).nullable().default(null);
const terms = () => ({
  group: group(),
  quorum: integer(1, 10).default(1),
  expiresHours: integer(1, MAX_HOURS, 'hours').default(168),
});

/** Off at first: whoever may apply manifests changes the registry, as it is recorded. */
export const registryReview = () =>
  closed({ review: oneOf('required', 'off').default('off'), ...terms() }).superRefine((value, context) => {
    if (value.review === 'off' || value.group !== null) return;
    const message = 'must name the group whose members review changes of the registry; or set `review: off`';
    context.addIssue({ code: 'custom', path: ['group'], message });
  });

/** Never off: what clears exposure early is agreed to by somebody else (DESIGN section 6). */
export const declassification = () => closed(terms());

const HOUR_MS = 60 * 60 * 1000;

export interface ReviewTerms {
  /** Whose members review; null: every active user whose token lets them. */
  readonly group: string | null;
  /** How many people besides the author must approve. */
  readonly quorum: number;
  readonly expiresHours: number;
}

export function registryRules({ review, ...terms }: ReviewTerms & { readonly review: string }): ReviewRules {
  return review === 'off' ? { ...rulesOf(terms), quorum: 0, group: null } : rulesOf(terms);
}

export function rulesOf({ group: members, quorum, expiresHours }: ReviewTerms): ReviewRules {
  return { group: members, quorum, expiresMs: expiresHours * HOUR_MS };
}
