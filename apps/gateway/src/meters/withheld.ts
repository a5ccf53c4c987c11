// Meters that sum an argument which must not be stored: what they add and show would tell it, so that neither is stored
// with the call (DESIGN section 6, obligations). The count itself goes on, in a table that no reader of calls sees.
import { type CedarRequest, type ObligationPath, REDACTED } from '@countersign/policy';
import { redactionsOf } from '../obligations/of-call.ts';
import type { DecidedCall } from '../pipeline/types.ts';
import type { Sum } from './types.ts';

/** Names of the meters of a call that sum what must not be stored. */
export function withheldMeters(call: DecidedCall): ReadonlySet<string> {
  const paths = redactionsOf(call);
  const withheld = call.verdict.sums.filter((sum) => paths.some((path) => isTouched(sum, path)));
  return new Set(withheld.map(({ name }) => name));
}

/** The request as it may be stored: a replay is told what it cannot know. */
export function withoutMeters(request: CedarRequest, withheld: ReadonlySet<string>): CedarRequest {
  const meter = request.context['meter'];
  if (withheld.size === 0 || typeof meter !== 'object' || meter === null) return request;
  const shown = Object.entries(meter).map(([name, value]) => [name, withheld.has(name) ? REDACTED : value]);
  return { ...request, context: { ...request.context, meter: Object.fromEntries(shown) } };
}

/** Whether one of the two paths leads to, or through, the other. */
function isTouched({ path }: Sum, { steps }: ObligationPath): boolean {
  return steps.every((step, at) => {
    const name = path[at];
    return name === undefined || step.kind === 'members' || (step.kind === 'member' && step.name === name);
  });
}
