// Every operation that policy can speak of, the group it is in and what it is made on: the action half of the
// vocabulary (DESIGN section 6). Operation names are those of the log.

/** Entity types that an operation can be made on. */
export type TargetType = 'Tool' | 'Prompt' | 'Resource' | 'Server' | 'Agent';

/** An action group or an operation; an operation has resource types, a pure group has none. */
export interface OperationSpec {
  readonly group: string | null;
  readonly resources: readonly TargetType[];
  readonly principal: 'Agent' | 'Server';
}

const group = (parent: string | null): OperationSpec => ({
  group: parent,
  resources: [],
  principal: 'Agent',
});
const on = (parent: string, ...resources: readonly TargetType[]): OperationSpec => ({
  group: parent,
  resources,
  principal: 'Agent',
});
const asked = (resource: TargetType): OperationSpec => ({
  group: 'mcp:client',
  resources: [resource],
  principal: 'Server',
});

/**
 * By action id. `mcp:tools/call` is both: an operation, and the group of every tool's own action. What a server asks
 * of its client (`mcp:client`) stands outside `mcp`: else no condition on an agent's attributes could speak of `mcp`. What
 * the client answers (`mcp:answer`) is sent by an agent to a server, as everything else in `mcp` is.
 */
export const OPERATIONS: ReadonlyMap<string, OperationSpec> = new Map<string, OperationSpec>([
  ['mcp', group(null)],
  ['mcp:session', group('mcp')],
  ['mcp:initialize', on('mcp:session', 'Server')],
  ['mcp:server/discover', on('mcp:session', 'Server')],
  ['mcp:ping', on('mcp:session', 'Server')],
  ['mcp:notification', on('mcp:session', 'Server')],
  ['mcp:stream', on('mcp:session', 'Server')],
  ['mcp:session/delete', on('mcp:session', 'Server')],
  ['mcp:subscriptions/listen', on('mcp:session', 'Server')],
  ['mcp:logging/setLevel', on('mcp:session', 'Server')],
  ['mcp:list', group('mcp')],
  ['mcp:tools/list', on('mcp:list', 'Server')],
  ['mcp:prompts/list', on('mcp:list', 'Server')],
  ['mcp:resources/list', on('mcp:list', 'Server')],
  ['mcp:resources/templates/list', on('mcp:list', 'Server')],
  ['mcp:completion/complete', on('mcp', 'Prompt', 'Resource')],
  ['mcp:tools/call', on('mcp', 'Tool')],
  ['mcp:prompts/get', on('mcp', 'Prompt')],
  ['mcp:resources/read', on('mcp', 'Resource')],
  ['mcp:resources/subscribe', on('mcp', 'Resource')],
  ['mcp:resources/unsubscribe', on('mcp', 'Resource')],
  ['mcp:answer', group('mcp')],
  ['mcp:sampling/answer', on('mcp:answer', 'Server')],
  ['mcp:elicitation/answer', on('mcp:answer', 'Server')],
  ['mcp:roots/answer', on('mcp:answer', 'Server')],
  ['mcp:tasks', group('mcp')],
  ['mcp:tasks/get', on('mcp:tasks', 'Server')],
  ['mcp:tasks/result', on('mcp:tasks', 'Server')],
  ['mcp:tasks/list', on('mcp:tasks', 'Server')],
  ['mcp:tasks/cancel', on('mcp:tasks', 'Server')],
  ['mcp:tasks/update', on('mcp:tasks', 'Server')],
  ['mcp:client', group(null)],
  ['mcp:sampling', asked('Agent')],
  ['mcp:elicitation', asked('Agent')],
  ['mcp:roots', asked('Agent')],
  ['a2a', group(null)],
  ['a2a:message', group('a2a')],
  ['a2a:message/send', on('a2a:message', 'Agent')],
  ['a2a:message/stream', on('a2a:message', 'Agent')],
  ['a2a:task', group('a2a')],
  ['a2a:task/get', on('a2a:task', 'Agent')],
  ['a2a:task/cancel', on('a2a:task', 'Agent')],
  ['a2a:task/list', on('a2a:task', 'Agent')],
  ['a2a:task/subscribe', on('a2a:task', 'Agent')],
  ['a2a:push', group('a2a')],
  ['a2a:push/set', on('a2a:push', 'Agent')],
  ['a2a:push/get', on('a2a:push', 'Agent')],
  ['a2a:push/list', on('a2a:push', 'Agent')],
  ['a2a:push/delete', on('a2a:push', 'Agent')],
  ['a2a:card', on('a2a', 'Agent')],
  ['a2a:card/extended', on('a2a', 'Agent')],
]);

/** The groups above an action, nearest first. */
export function groupsOf(action: string): string[] {
  const groups: string[] = [];
  for (let at = OPERATIONS.get(action)?.group ?? null; at !== null; at = OPERATIONS.get(at)?.group ?? null) {
    groups.push(at);
  }
  return groups;
}
