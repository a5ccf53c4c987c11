// Which operations are decided and recorded one by one, and which are only counted. docs/recording.md is this table
// with its reasons; a test holds the two together.
import type { Operation } from '@countersign/audit';

/**
 * What holds for an operation.
 * - `decided`: policy decides; the decision is durable before anything is forwarded, the outcome before the answer ends.
 * - `aggregated`: carries no payload of its own to decide on (handshakes, pings, polls) or answers with a list that is
 *   filtered item by item; counted per upstream and operation, written as `traffic.summary`.
 */
export interface Recording {
  readonly rule: 'decided' | 'aggregated';
  /** When that it was asked for is on record, in the words of docs/recording.md. */
  readonly recorded: string;
  /** When what came of it is. */
  readonly outcome: string;
}

const SENT = {
  rule: 'decided',
  recorded: 'before it is sent on',
  outcome: 'before the end of its answer is told',
} as const satisfies Recording;

const ASKED = {
  rule: 'decided',
  recorded: 'before the client is asked',
  outcome: 'before the server gets the answer',
} as const satisfies Recording;

const COUNTED = { rule: 'aggregated', recorded: 'counted', outcome: 'none' } as const satisfies Recording;

const STREAM = {
  rule: 'aggregated',
  recorded: 'counted',
  outcome: '`stream.segment`, while it is open',
} as const satisfies Recording;

const OF_TASKS = {
  rule: 'aggregated',
  recorded: 'counted',
  outcome: '`task.settled`, before what a task came to is told',
} as const satisfies Recording;

export const RECORDING = {
  'mcp:initialize': COUNTED,
  'mcp:server/discover': COUNTED,
  'mcp:ping': COUNTED,
  'mcp:tools/list': COUNTED,
  'mcp:tools/call': SENT,
  'mcp:prompts/list': COUNTED,
  'mcp:prompts/get': SENT,
  'mcp:resources/list': COUNTED,
  'mcp:resources/templates/list': COUNTED,
  'mcp:resources/read': SENT,
  'mcp:resources/subscribe': SENT,
  'mcp:resources/unsubscribe': SENT,
  'mcp:completion/complete': SENT,
  'mcp:logging/setLevel': COUNTED,
  'mcp:notification': COUNTED,
  'mcp:stream': STREAM,
  'mcp:session/delete': COUNTED,
  'mcp:subscriptions/listen': STREAM,
  'mcp:sampling': ASKED,
  'mcp:sampling/answer': SENT,
  'mcp:elicitation': ASKED,
  'mcp:elicitation/answer': SENT,
  'mcp:roots': ASKED,
  'mcp:roots/answer': SENT,
  'mcp:tasks/get': OF_TASKS,
  'mcp:tasks/result': OF_TASKS,
  'mcp:tasks/list': COUNTED,
  'mcp:tasks/cancel': SENT,
  'mcp:tasks/update': SENT,
  'a2a:message/send': SENT,
  'a2a:message/stream': SENT,
  'a2a:task/get': OF_TASKS,
  'a2a:task/cancel': SENT,
  'a2a:task/list': OF_TASKS,
  'a2a:task/subscribe': OF_TASKS,
  'a2a:push/set': SENT,
  'a2a:push/get': COUNTED,
  'a2a:push/list': COUNTED,
  'a2a:push/delete': SENT,
  'a2a:card': COUNTED,
  'a2a:card/extended': SENT,
} as const satisfies Readonly<Record<Operation, Recording>>;

/** What a server asks of its client: there, the server is the principal and the agent is what it is asked of. */
export function isAskedByServer(operation: Operation): boolean {
  return RECORDING[operation] === ASKED;
}

export function isAggregated(operation: Operation): boolean {
  return RECORDING[operation].rule === 'aggregated';
}
