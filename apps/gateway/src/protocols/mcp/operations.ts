// Names every MCP method the gateway knows, once, at the edge. What is not in this table is refused: an unknown method
// must not reach a server undecided (protocols.md 1.2 and 1.4).
import type { Operation } from '@countersign/audit';
import type { Target } from '../../pipeline/types.ts';
import { readFilter } from './listen-filter.ts';
import { isTaskId, objectOf } from './tasks/form.ts';

export interface McpMethod {
  readonly operation: Operation;
  /** Legacy: 2024-11-05 to 2025-11-25. Modern: 2026-07-28. */
  readonly era: 'legacy' | 'modern' | 'both';
  readonly target: (params: Readonly<Record<string, unknown>>) => Target | null;
}

const server = (): Target => ({ kind: 'server' });
const named =
  (kind: 'tool' | 'prompt') =>
  (params: Readonly<Record<string, unknown>>): Target | null => {
    const name = params['name'];
    return typeof name === 'string' && name !== '' ? { kind, name } : null;
  };
const resource = (params: Readonly<Record<string, unknown>>): Target | null => {
  const uri = params['uri'];
  return typeof uri === 'string' && uri !== '' ? { kind: 'resource', uri } : null;
};
/** Completion reveals names and values of what it completes, so it is decided on that. */
const completed = (params: Readonly<Record<string, unknown>>): Target | null => {
  const ref = params['ref'];
  if (typeof ref !== 'object' || ref === null) return null;
  const { type, name, uri } = ref as Readonly<Record<string, unknown>>;
  if (type === 'ref/prompt' && typeof name === 'string') return { kind: 'prompt', name };
  if (type === 'ref/resource' && typeof uri === 'string') return { kind: 'resource', uri };
  return null;
};

/** What it listens to is decided one by one (listen.ts). */
const filtered = (params: Readonly<Record<string, unknown>>): Target | null =>
  readFilter(params) === null ? null : server();

const task = ({ taskId }: Readonly<Record<string, unknown>>): Target | null =>
  isTaskId(taskId) ? server() : null;
/** What it carries is decided answer by answer (tasks/update.ts). */
const updated = (params: Readonly<Record<string, unknown>>): Target | null =>
  objectOf(params['inputResponses']) === null ? null : task(params);

/** Client to server requests. */
export const REQUESTS: ReadonlyMap<string, McpMethod> = new Map<string, McpMethod>([
  ['initialize', { operation: 'mcp:initialize', era: 'legacy', target: server }],
  ['server/discover', { operation: 'mcp:server/discover', era: 'modern', target: server }],
  ['ping', { operation: 'mcp:ping', era: 'legacy', target: server }],
  ['tools/list', { operation: 'mcp:tools/list', era: 'both', target: server }],
  ['tools/call', { operation: 'mcp:tools/call', era: 'both', target: named('tool') }],
  ['prompts/list', { operation: 'mcp:prompts/list', era: 'both', target: server }],
  ['prompts/get', { operation: 'mcp:prompts/get', era: 'both', target: named('prompt') }],
  ['resources/list', { operation: 'mcp:resources/list', era: 'both', target: server }],
  ['resources/templates/list', { operation: 'mcp:resources/templates/list', era: 'both', target: server }],
  ['resources/read', { operation: 'mcp:resources/read', era: 'both', target: resource }],
  ['resources/subscribe', { operation: 'mcp:resources/subscribe', era: 'legacy', target: resource }],
  ['resources/unsubscribe', { operation: 'mcp:resources/unsubscribe', era: 'legacy', target: resource }],
  ['subscriptions/listen', { operation: 'mcp:subscriptions/listen', era: 'modern', target: filtered }],
  ['completion/complete', { operation: 'mcp:completion/complete', era: 'both', target: completed }],
  ['tasks/get', { operation: 'mcp:tasks/get', era: 'both', target: task }],
  ['tasks/result', { operation: 'mcp:tasks/result', era: 'legacy', target: task }],
  ['tasks/list', { operation: 'mcp:tasks/list', era: 'legacy', target: server }],
  ['tasks/cancel', { operation: 'mcp:tasks/cancel', era: 'both', target: task }],
  ['tasks/update', { operation: 'mcp:tasks/update', era: 'modern', target: updated }],
  ['logging/setLevel', { operation: 'mcp:logging/setLevel', era: 'legacy', target: server }],
]);

/** Server to client requests, which only the older revisions have, and the first revision of each. */
export const ASKED: ReadonlyMap<string, { readonly operation: AskOperation; readonly since: string }> =
  new Map<string, { readonly operation: AskOperation; readonly since: string }>([
    ['sampling/createMessage', { operation: 'mcp:sampling', since: '2024-11-05' }],
    ['elicitation/create', { operation: 'mcp:elicitation', since: '2025-06-18' }],
    ['roots/list', { operation: 'mcp:roots', since: '2024-11-05' }],
  ]);

/** Of these, what a client may make a task of (2025-11-25). */
export const ASKED_AS_TASK: ReadonlySet<string> = new Set(['sampling/createMessage', 'elicitation/create']);

/** What a server asks about the tasks of its client (2025-11-25). */
export const ASKED_OF_TASKS: ReadonlyMap<
  string,
  Extract<Operation, 'mcp:tasks/get' | 'mcp:tasks/result' | 'mcp:tasks/list' | 'mcp:tasks/cancel'>
> = new Map([
  ['tasks/get', 'mcp:tasks/get'],
  ['tasks/result', 'mcp:tasks/result'],
  ['tasks/list', 'mcp:tasks/list'],
  ['tasks/cancel', 'mcp:tasks/cancel'],
] as const);

export type AskOperation = Extract<Operation, 'mcp:sampling' | 'mcp:elicitation' | 'mcp:roots'>;

/** What may be answered with questions, and asked again with answers (MCP 2026-07-28). */
export const ASKING: ReadonlySet<Operation> = new Set([
  'mcp:tools/call',
  'mcp:prompts/get',
  'mcp:resources/read',
]);

/** Client to server notifications. All others are refused, above all a request method sent without an id: some
 * servers would execute it (protocols.md 1.4). */
export const NOTIFICATIONS: ReadonlySet<string> = new Set([
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
  'notifications/tasks/status',
]);

/** Revisions a client may open a session with. */
export const LEGACY_REVISIONS = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'] as const;
export const MODERN_REVISION = '2026-07-28';
export type LegacyRevision = (typeof LEGACY_REVISIONS)[number];

export function isLegacyRevision(value: string): value is LegacyRevision {
  return (LEGACY_REVISIONS as readonly string[]).includes(value);
}
