// How a request ended that nobody's verdict ended. A call may have had several requests, each with an end of its own.
import type { Approval, CallDetail } from '../../../api/types.ts';

type Step = CallDetail['timeline'][number];

/** Why, and who took it back where somebody did. */
export type End = Pick<Step, 'reason' | 'by'>;

export function endOf(
  { id, state }: Pick<Approval, 'id' | 'state'>,
  timeline: readonly Pick<Step, 'kind' | 'approval' | 'reason' | 'by'>[],
): End | null {
  if (state !== 'expired' && state !== 'withdrawn') return null;
  return timeline.findLast(({ kind, approval }) => kind === 'closed' && approval === id) ?? null;
}
