// Which operations are decided and recorded one by one, and which are only counted. docs/recording.md is this table
// with its reasons; a test holds the two together.
import type { Operation } from '@countersign/audit';

/**
 * - `decided`: policy decides; the decision is durable before anything is forwarded, the outcome before the answer ends.
 * - `aggregated`: carries no payload of its own to decide on (handshakes, pings, polls) or answers with a list that is
 *   filtered item by item; counted per upstream and operation, written as `traffic.summary`.
 */
export const RECORDING = {
  'mcp:initialize': 'aggregated',
  'mcp:server/discover': 'aggregated',
  'mcp:ping': 'aggregated',
  'mcp:tools/list': 'aggregated',
  'mcp:tools/call': 'decided',
  'mcp:prompts/list': 'aggregated',
  'mcp:prompts/get': 'decided',
  'mcp:resources/list': 'aggregated',
  'mcp:resources/templates/list': 'aggregated',
  'mcp:resources/read': 'decided',
  'mcp:resources/subscribe': 'decided',
  'mcp:resources/unsubscribe': 'decided',
  'mcp:completion/complete': 'decided',
  'mcp:logging/setLevel': 'aggregated',
  'mcp:notification': 'aggregated',
  'mcp:stream': 'aggregated',
  'mcp:session/delete': 'aggregated',
  'mcp:subscriptions/listen': 'aggregated',
  'mcp:sampling': 'decided',
  'mcp:sampling/answer': 'decided',
  'mcp:elicitation': 'decided',
  'mcp:elicitation/answer': 'decided',
  'mcp:roots': 'decided',
  'mcp:roots/answer': 'decided',
  'mcp:tasks/get': 'aggregated',
  'mcp:tasks/result': 'aggregated',
  'mcp:tasks/list': 'aggregated',
  'mcp:tasks/cancel': 'decided',
  'mcp:tasks/update': 'decided',
  'a2a:message/send': 'decided',
  'a2a:message/stream': 'decided',
  'a2a:task/get': 'aggregated',
  'a2a:task/cancel': 'decided',
  'a2a:task/list': 'aggregated',
  'a2a:task/subscribe': 'aggregated',
  'a2a:push/set': 'decided',
  'a2a:push/get': 'aggregated',
  'a2a:push/list': 'aggregated',
  'a2a:push/delete': 'decided',
  'a2a:card': 'aggregated',
  'a2a:card/extended': 'decided',
} as const satisfies Readonly<Record<Operation, 'decided' | 'aggregated'>>;

/** What a server asks of its client: there, the server is the principal and the agent is what it is asked of. */
export function isAskedByServer(operation: Operation): boolean {
  return operation === 'mcp:sampling' || operation === 'mcp:elicitation' || operation === 'mcp:roots';
}

export function isAggregated(operation: Operation): boolean {
  return RECORDING[operation] === 'aggregated';
}
