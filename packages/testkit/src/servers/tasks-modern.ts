// A server of 2026-07-28 with the extension `io.modelcontextprotocol/tasks`, by hand: no SDK has its server's side. One store of
// tasks for all that call it, as behind one credential of a gateway.
import { randomUUID } from 'node:crypto';

import { elicit, type Json, type Task, WORK } from './tasks-work.ts';

export const EXTENSION = 'io.modelcontextprotocol/tasks';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const REVISION = '2026-07-28';

export interface Reply {
  readonly status: number;
  readonly body: Json;
}

const tasks = new Map<string, Task>();
/** What goes on with a task when everything it asked is answered. */
const goes = new Map<string, (task: Task) => void>();
/** Every call of a tool and every request about tasks, for tests that ask what arrived. */
export const arrived: { readonly method: string; readonly params: Json }[] = [];

const METHODS: ReadonlySet<string> = new Set([
  'server/discover',
  'tools/list',
  'tools/call',
  'tasks/get',
  'tasks/update',
  'tasks/cancel',
]);

const complete = (result: Json): Json => ({ resultType: 'complete', ...result });

/** @param headers of the request, with names in lower case. */
export function answerModern(
  { headers }: { readonly headers: Readonly<Record<string, unknown>> },
  message: Json,
): Reply {
  const { id, method } = message;
  const params = (message['params'] ?? {}) as Json;
  const reply = (result: Json): Reply => ({ status: 200, body: { jsonrpc: '2.0', id, result } });
  const fail = (status: number, code: number, text: string, data?: Json): Reply => ({
    status,
    body: { jsonrpc: '2.0', id: id ?? null, error: { code, message: text, ...(data && { data }) } },
  });
  if (!METHODS.has(String(method))) return fail(404, -32601, `Method not found: ${String(method)}`);
  const named = params['taskId'] ?? params['name'];
  if (headers['mcp-method'] !== method) return fail(400, -32020, 'Mcp-Method does not match');
  if (named !== undefined && headers['mcp-name'] !== named)
    return fail(400, -32020, 'Mcp-Name does not match');
  const meta = (params['_meta'] ?? {}) as Json;
  const capabilities = (meta[CAPABILITIES] ?? {}) as { readonly extensions?: Json };
  const isDeclared = capabilities.extensions?.[EXTENSION] !== undefined;
  const missing = () =>
    fail(400, -32021, 'Missing required client capability', {
      requiredCapabilities: { extensions: { [EXTENSION]: {} } },
    });
  const known = tasks.get(String(params['taskId']));
  switch (method) {
    case 'server/discover':
      return reply(
        complete({
          supportedVersions: [REVISION],
          capabilities: { tools: {}, extensions: { [EXTENSION]: {} } },
          serverInfo: { name: 'tasks', version: '1.0.0' },
          ttlMs: 0,
          cacheScope: 'private',
        }),
      );
    case 'tools/list':
      return reply(complete({ tools: TOOLS, ttlMs: 0, cacheScope: 'private' }));
    case 'tools/call': {
      arrived.push({ method, params });
      return call(params, isDeclared, reply, fail, missing);
    }
    case 'tasks/get':
    case 'tasks/update':
    case 'tasks/cancel':
      if (!isDeclared) return missing();
      arrived.push({ method, params });
      if (known === undefined) return fail(200, -32602, 'Failed to retrieve task: Task not found');
      if (method === 'tasks/get') return reply(complete(detailed(known)));
      if (method === 'tasks/update')
        update(known, (params['inputResponses'] ?? {}) as Readonly<Record<string, Json>>);
      else cancel(known);
      return reply(complete({}));
    default:
      return fail(404, -32601, `Method not found: ${String(method)}`);
  }
}

export const TOOLS = ['greet', 'test_tool_with_task', 'unasked', ...Object.keys(WORK)].map((name) => ({
  name,
  description: `Answers with a task where its work takes time: ${name}`,
  inputSchema: { type: 'object' },
}));

function call(
  params: Json,
  isDeclared: boolean,
  reply: (result: Json) => Reply,
  fail: (status: number, code: number, text: string) => Reply,
  missing: () => Reply,
): Reply {
  const name = String(params['name']);
  const args = (params['arguments'] ?? {}) as Json;
  const text = (said: string) => reply(complete({ content: [{ type: 'text', text: said }] }));
  if (name === 'greet') return text(`Hello, ${String(args['name'])}!`);
  if (name === 'test_tool_with_task') return escalate(params, reply);
  // What no server may do: it answers with a task, whoever asks.
  const work = WORK[name === 'unasked' ? 'slow_compute' : name];
  if (work === undefined) return fail(200, -32602, `Unknown tool: ${name}`);
  if (!isDeclared && name === 'slow_compute') return text('computed at once');
  if (!isDeclared && name !== 'unasked') return missing();
  const task = create();
  if (work.go !== undefined) goes.set(task.taskId, work.go);
  work.begin(task, args);
  return reply({ resultType: 'task', ...seed(task) });
}

/** Asks in a first round, and answers the second with a task. */
function escalate(params: Json, reply: (result: Json) => Reply): Reply {
  const answer = ((params['inputResponses'] ?? {}) as Readonly<Record<string, Json>>)['user_name'];
  if (answer === undefined)
    return reply({
      resultType: 'input_required',
      inputRequests: { user_name: elicit('Your name?', 'name') },
      requestState: 'round-1',
    });
  const task = create();
  const content = [{ type: 'text', text: `Hello, ${JSON.stringify(answer['content'])}!` }];
  task.end = { result: { content } };
  task.status = 'completed';
  return reply({ resultType: 'task', ...seed(task) });
}

function create(): Task {
  const now = new Date().toISOString();
  const task: Task = {
    taskId: randomUUID(),
    createdAt: now,
    lastUpdatedAt: now,
    status: 'working',
    asked: new Map(),
    answers: new Map(),
  };
  tasks.set(task.taskId, task);
  return task;
}

function seed({ taskId, status, statusMessage, createdAt, lastUpdatedAt }: Task): Json {
  const said = statusMessage === undefined ? {} : { statusMessage };
  return { taskId, status, ...said, createdAt, lastUpdatedAt, ttlMs: 60_000, pollIntervalMs: 50 };
}

function detailed(task: Task): Json {
  const inputRequests =
    task.status === 'input_required' ? { inputRequests: Object.fromEntries(task.asked) } : {};
  const end = task.status === 'completed' || task.status === 'failed' ? task.end : {};
  return { ...seed(task), ...inputRequests, ...end };
}

function update(task: Task, responses: Readonly<Record<string, Json>>): void {
  for (const [key, response] of Object.entries(responses)) {
    if (!task.asked.delete(key)) continue;
    task.answers.set(key, response);
  }
  if (task.status !== 'input_required' || task.asked.size > 0) return;
  task.status = 'working';
  goes.get(task.taskId)?.(task);
}

function cancel(task: Task): void {
  if (task.status === 'working' || task.status === 'input_required') task.status = 'cancelled';
}
