// Why a start was refused, as the person who started it reads it.
import { describeProblem, type Problem } from '../config/problems.ts';
import type { Result } from '../errors.ts';

/** The gateway does not start half-configured. The message says what to change; there is no stack worth showing. */
export class StartError extends Error {}

export function orStop<T>(result: Result<T, readonly Problem[] | string>): T {
  if (result.ok) return result.value;
  const { error } = result;
  throw new StartError(typeof error === 'string' ? error : error.map(describeProblem).join('\n'));
}
