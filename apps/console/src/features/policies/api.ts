// What the API says of how versions of policies differ, and of how much each policy is used.
import { parseResponse } from 'hono/client';
import { answer, api, until } from '../../api/client.ts';
import type { PolicyComparison, PolicySource } from '../../api/types.ts';

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
/** Of a candidate, beside the set in force. */
export const postComparison = (sources: readonly PolicySource[]): Promise<PolicyComparison> =>
  answer(parseResponse(api.policies.compare.$post({ json: { sources: [...sources] } })));
export const fetchPolicyUse = (from: string, signal?: AbortSignal) =>
  answer(
    parseResponse(
      api.calls.tallies.$get({ query: { from, facets: 'policy', most: '200', buckets: '2' } }, until(signal)),
    ),
  );
