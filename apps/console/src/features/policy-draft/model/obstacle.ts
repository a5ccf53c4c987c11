// Why a draft cannot be proposed as it stands. What the gateway would refuse is said before it is asked.
import type { PolicyCheck } from '../../../api/types.ts';
import type { Draft } from './draft.ts';

export type Obstacle = 'unchecked' | 'invalid' | 'same' | 'moved';

/** @param inForce digest of the set in force; null where none is */
export function obstacleOf(
  draft: Pick<Draft, 'base'>,
  { check, isChecking }: { readonly check: PolicyCheck | undefined; readonly isChecking: boolean },
  inForce: string | null,
): Obstacle | null {
  if (draft.base.digest !== inForce) return 'moved';
  if (check === undefined || isChecking) return 'unchecked';
  if (!check.ok) return 'invalid';
  return check.digest === inForce ? 'same' : null;
}
