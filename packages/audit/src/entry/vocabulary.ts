// The closed lists of words that entries may use. A word outside them cannot be recorded or verified.

import { oneOf } from './fields.ts';

export const PROTOCOL = oneOf('mcp', 'a2a');

export const REVISION = oneOf(
  '2024-11-05',
  '2025-03-26',
  '2025-06-18',
  '2025-11-25',
  '2026-07-28',
  'a2a-0.3',
  'a2a-1.0',
);

/** What a call asks for, protocol first. */
export const OPERATION = oneOf(
  'mcp:initialize',
  'mcp:server/discover',
  'mcp:ping',
  'mcp:tools/list',
  'mcp:tools/call',
  'mcp:prompts/list',
  'mcp:prompts/get',
  'mcp:resources/list',
  'mcp:resources/templates/list',
  'mcp:resources/read',
  'mcp:resources/subscribe',
  'mcp:resources/unsubscribe',
  'mcp:completion/complete',
  'mcp:logging/setLevel',
  'mcp:notification',
  'mcp:stream',
  'mcp:session/delete',
  'mcp:subscriptions/listen',
  'mcp:sampling',
  'mcp:sampling/answer',
  'mcp:elicitation',
  'mcp:elicitation/answer',
  'mcp:roots',
  'mcp:roots/answer',
  'mcp:tasks/get',
  'mcp:tasks/result',
  'mcp:tasks/list',
  'mcp:tasks/cancel',
  'mcp:tasks/update',
  'a2a:message/send',
  'a2a:message/stream',
  'a2a:task/get',
  'a2a:task/cancel',
  'a2a:task/list',
  'a2a:task/subscribe',
  'a2a:push/set',
  'a2a:push/get',
  'a2a:push/list',
  'a2a:push/delete',
  'a2a:card',
  'a2a:card/extended',
);

export const DECISION = oneOf('allow', 'deny', 'hold');

/** Why a decision is what it is. */
export const REASON = oneOf(
  'permitted',
  'no_permit',
  'forbidden',
  'guarded',
  'grant_redeemed',
  'policy_error',
  'unrepresentable_input',
  'invalid_arguments',
  'unregistered',
  'quarantined',
  'approval_rejected',
  'approval_expired',
  'unknown_tool',
  'invalid_call_token',
  'foreign_session',
  'foreign_task',
  'too_many_pending',
  'tool_unavailable',
  'policy_unavailable',
  'policy_broken',
  'definition_not_accepted',
);

/** How a call is known to belong to its chain: by the gateway's own token, by a claim, or not at all. */
export const CHAIN_LINK = oneOf('root', 'verified', 'claimed', 'unlinked');

export const OUTCOME = oneOf('ok', 'tool_error', 'protocol_error', 'upstream_error', 'withheld', 'aborted');

/** Why requests were turned away before any decision; they are counted, not recorded one by one. */
export const REJECT = oneOf(
  'malformed_request',
  'request_too_large',
  'ambiguous_credentials',
  'unauthenticated',
  'unknown_operation',
  'unknown_upstream',
  'rate_limited',
  'not_acceptable',
  'bad_origin',
  'sign_in_failed',
);
