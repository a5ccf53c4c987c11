// The one door to the admin API: the gateway's own typed client. The session is a cookie that scripts cannot read; no
// token is kept here.
import { createAdminClient } from '@countersign/gateway/admin/client';
import { parseResponse } from 'hono/client';
import { asApiError } from './error.ts';
import type {
  Approval,
  ApprovalList,
  CallDetail,
  CallPage,
  CallTallies,
  Chain,
  ChangeDetail,
  ChangeList,
  CheckpointList,
  Log,
  Overview,
  Policies,
  PolicyHistory,
  ReviewRequest,
  SavedView,
  SavedViewList,
  Session,
  TextSearchResult,
} from './types.ts';

export interface TextSearchRequest {
  readonly text: string;
  readonly reason: string;
  readonly from?: string;
  readonly to?: string;
  readonly cursor?: string;
}

export const BASE = '/api/v1';

export const api = createAdminClient(`${window.location.origin}${BASE}`);

/** Waits for an answer; every way to fail comes out as an `ApiError`. */
export async function answer<T>(parsed: Promise<T>): Promise<T> {
  try {
    return await parsed;
  } catch (error) {
    throw asApiError(error);
  }
}

export const until = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { init: { signal } });

/** Exchanges a token for the session cookie. The token goes nowhere else and is not kept. */
export const openSession = (token: string): Promise<Session> =>
  answer(parseResponse(api.session.$post({}, { headers: { authorization: `Bearer ${token}` } })));
export const fetchSession = (signal?: AbortSignal): Promise<Session> =>
  answer(parseResponse(api.session.$get({}, until(signal))));

export const fetchOverview = (from: string, signal?: AbortSignal): Promise<Overview> =>
  answer(parseResponse(api.overview.$get({ query: { from } }, until(signal))));

type Query<Route> = Route extends (args: { query: infer Q }, ...rest: never[]) => unknown ? Q : never;

export type CallPageQuery = Query<typeof api.calls.$get>;
export type CallTalliesQuery = Query<typeof api.calls.tallies.$get>;
export const fetchCalls = (query: CallPageQuery, signal?: AbortSignal): Promise<CallPage> =>
  answer(parseResponse(api.calls.$get({ query }, until(signal))));
export const fetchCallTallies = (query: CallTalliesQuery, signal?: AbortSignal): Promise<CallTallies> =>
  answer(parseResponse(api.calls.tallies.$get({ query }, until(signal))));
type Json<Route> = Route extends (args: { json: infer J }, ...rest: never[]) => unknown ? J : never;

/** The answer is the file; it is on record when it begins. */
export async function startExport(
  request: Json<typeof api.exports.$post>,
  signal: AbortSignal,
): Promise<Response> {
  const response = await answer(api.exports.$post({ json: request }, { init: { signal } }));
  if (!response.ok) await answer(parseResponse(response));
  return response;
}
export const searchText = (search: TextSearchRequest): Promise<TextSearchResult> =>
  answer(parseResponse(api.calls['search-text'].$post({ json: search })));
export const fetchCall = (id: string, signal?: AbortSignal): Promise<CallDetail> =>
  answer(parseResponse(api.calls[':id'].$get({ param: { id } }, until(signal))));
export const revealCall = (id: string, reason: string): Promise<CallDetail> =>
  answer(parseResponse(api.calls[':id'].reveal.$post({ param: { id }, json: { reason } })));
export const fetchChain = (id: string, signal?: AbortSignal): Promise<Chain> =>
  answer(parseResponse(api.chains[':id'].$get({ param: { id } }, until(signal))));

export const fetchPendingApprovals = (signal?: AbortSignal): Promise<ApprovalList> =>
  answer(parseResponse(api.approvals.$get({ query: { state: 'pending' } }, until(signal))));
export const fetchApprovals = (signal?: AbortSignal): Promise<ApprovalList> =>
  answer(parseResponse(api.approvals.$get({ query: { limit: '200' } }, until(signal))));
export const fetchApproval = (id: string, signal?: AbortSignal): Promise<Approval> =>
  answer(parseResponse(api.approvals[':id'].$get({ param: { id } }, until(signal))));
export const postReview = (id: string, review: ReviewRequest): Promise<Approval> =>
  answer(parseResponse(api.approvals[':id'].reviews.$post({ param: { id }, json: review })));
export const postRevocation = (id: string, reason: string): Promise<Approval> =>
  answer(parseResponse(api.approvals[':id'].revoke.$post({ param: { id }, json: { reason } })));

export const fetchPolicies = (signal?: AbortSignal): Promise<Policies> =>
  answer(parseResponse(api.policies.$get({}, until(signal))));
/** @param before a version; null for the newest. */
export const fetchPolicyHistory = (before: number | null, signal?: AbortSignal): Promise<PolicyHistory> =>
  answer(
    parseResponse(
      api.policies.versions.$get(
        { query: { limit: '200', ...(before === null ? {} : { before: String(before) }) } },
        until(signal),
      ),
    ),
  );
export const fetchPendingChanges = (signal?: AbortSignal): Promise<ChangeList> =>
  answer(parseResponse(api.changes.$get({ query: { state: 'pending' } }, until(signal))));
export const fetchChange = (id: string, signal?: AbortSignal): Promise<ChangeDetail> =>
  answer(parseResponse(api.changes[':id'].$get({ param: { id } }, until(signal))));
export const postChangeReview = (id: string, review: ReviewRequest): Promise<ChangeDetail> =>
  answer(parseResponse(api.changes[':id'].reviews.$post({ param: { id }, json: review })));
export const postWithdrawal = (id: string, reason: string): Promise<ChangeDetail> =>
  answer(parseResponse(api.changes[':id'].withdraw.$post({ param: { id }, json: { reason } })));

export const fetchLog = (signal?: AbortSignal): Promise<Log> =>
  answer(parseResponse(api.log.$get({}, until(signal))));
export const fetchCheckpoints = (limit: number, signal?: AbortSignal): Promise<CheckpointList> =>
  answer(parseResponse(api.checkpoints.$get({ query: { limit: String(limit) } }, until(signal))));

export const fetchViews = (signal?: AbortSignal): Promise<SavedViewList> =>
  answer(parseResponse(api.views.$get({}, until(signal))));
export const putView = (
  name: string,
  view: Pick<SavedView, 'page' | 'search' | 'shared'>,
): Promise<SavedView> => answer(parseResponse(api.views[':name'].$put({ param: { name }, json: view })));
export async function deleteView({ owner, name }: Pick<SavedView, 'owner' | 'name'>): Promise<void> {
  await answer(parseResponse(api.views[':name'].$delete({ param: { name }, query: { owner } })));
}
