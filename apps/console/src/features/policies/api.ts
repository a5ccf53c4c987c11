// What the API says of how versions of policies differ, of how much each policy is used, and of what policies may speak of.
import { parseResponse } from 'hono/client';
import { answer, api, until } from '../../api/client.ts';
import type { PolicyComparison, PolicyNames } from '../../api/types.ts';

/** @param before 0 for no policies at all. */
export const fetchComparison = (
  before: number,
  after: number,
  signal?: AbortSignal,
): Promise<PolicyComparison> =>
  answer(
    parseResponse(
      api.policies.compare.$get({ query: { before: String(before), after: String(after) } }, until(signal)),
    ),
  );
export const fetchPolicyUse = (from: string, signal?: AbortSignal) =>
  answer(
    parseResponse(
      api.calls.tallies.$get({ query: { from, facets: 'policy', most: '200', buckets: '2' } }, until(signal)),
    ),
  );
export const fetchPolicyNames = (signal?: AbortSignal): Promise<PolicyNames> =>
  answer(parseResponse(api.policies.names.$get({}, until(signal))));
