// Why a review was refused, in words for the reviewer: the same for calls that wait for approval and for changes.
import { ApiError } from '../../../api/error.ts';

/** What the page calls the thing that is reviewed, and the request to review it. */
interface Reviewed {
  readonly what: string;
  readonly request: string;
}

export interface ReviewProblem {
  readonly title: string;
  /** In the gateway's own words. */
  readonly detail: string;
}

type Title = (reviewed: Reviewed) => string;

const TITLES: ReadonlyMap<string, Title> = new Map<string, Title>([
  ['not_a_reviewer', ({ what }) => `You may not review this ${what}`],
  ['forbidden', ({ what }) => `You may not review ${what}s`],
  ['fresh_sign_in_required', () => 'Sign in again first'],
  ['not_pending', ({ request }) => `This ${request} is no longer open`],
  ['already_reviewed', ({ what }) => `You have already reviewed this ${what}`],
  ['reason_required', () => 'A reason is required'],
  ['not_found', ({ request }) => `This ${request} does not exist any more`],
  ['unavailable', () => 'It could not be tried just now, so nothing was decided'],
  ['log_unavailable', () => 'The log cannot be written, so nothing was decided'],
  ['unreachable', () => 'The gateway does not answer; your verdict may or may not have arrived'],
]);

const problemOf =
  (reviewed: Reviewed) =>
  (error: Error): ReviewProblem => {
    const title = error instanceof ApiError ? TITLES.get(error.code) : undefined;
    return { title: title?.(reviewed) ?? 'The verdict was not taken', detail: error.message };
  };

export const approvalProblem = problemOf({ what: 'call', request: 'request' });
export const changeProblem = problemOf({ what: 'change', request: 'change' });
