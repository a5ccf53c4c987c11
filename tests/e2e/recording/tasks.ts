// Tasks of MCP: of 2025-11-25 with the official client and server, of the extension of 2026-07-28 by hand, as no SDK has it.
import { connectV1 } from '@countersign/testkit';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { type Act, once, type Place, type Procedure, pollUntil } from './procedure.ts';

const EXTENSION = 'io.modelcontextprotocol/tasks';

interface Told {
  readonly result?: { readonly taskId?: string; readonly status?: string };
  readonly error?: object;
}

/** One request of 2026-07-28. */
async function ask(place: Place, method: string, params: Readonly<Record<string, unknown>>): Promise<Told> {
  const name = params['taskId'] ?? params['name'];
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': { extensions: { [EXTENSION]: {} }, elicitation: {} },
  };
  const response = await fetch(place.url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await place.token()}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      'mcp-name': String(name),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
  });
  return (await response.json()) as Told;
}

async function made(place: Place, tool: string, args: object): Promise<string> {
  const { result } = await ask(place, 'tools/call', { name: tool, arguments: args });
  if (result?.taskId === undefined) throw new Error(`\`${tool}\` made no task`);
  return result.taskId;
}

const statusOf = async (place: Place, taskId: string) => {
  const { result, error } = await ask(place, 'tasks/get', { taskId });
  if (error !== undefined) throw new Error(JSON.stringify(error));
  return result?.status;
};

/** @param until the task has this status before it is acted on */
const acting = (
  method: string,
  [tool, args]: readonly [string, object],
  until: string,
  params: object = {},
): Procedure => ({
  upstream: 'tasks',
  async begin(place): Promise<Act> {
    const taskId = await made(place, tool, args);
    await pollUntil(async () => (await statusOf(place, taskId)) === until);
    return {
      receiver: place.gate.receiver(method),
      perform: () => once(ask(place, method, { taskId, ...params })),
      close: () => Promise.resolve(),
    };
  },
});

async function legacy(place: Place, ms: number) {
  const client = await connectV1(place.url, { token: await place.token() });
  const { tasks } = client.experimental;
  const stream = tasks.callToolStream({ name: 'work', arguments: { ms } }, CallToolResultSchema, {
    task: {},
  });
  for await (const message of stream)
    if (message.type === 'taskCreated') return { client, tasks, taskId: message.task.taskId };
  throw new Error('no task was made');
}

export const tasks: Readonly<Record<string, Procedure>> = {
  'mcp:tasks/get': {
    upstream: 'tasks',
    async begin(place) {
      const taskId = await made(place, 'slow_compute', { seconds: 0.1 });
      return {
        receiver: null,
        perform: () => pollUntil(async () => (await statusOf(place, taskId)) === 'completed'),
        close: () => Promise.resolve(),
      };
    },
  },
  'mcp:tasks/result': {
    upstream: 'tasks-2025',
    async begin(place) {
      const { client, tasks: at, taskId } = await legacy(place, 50);
      return {
        receiver: null,
        async perform() {
          await at.getTaskResult(taskId, CallToolResultSchema);
          return 1;
        },
        close: () => client.close(),
      };
    },
  },
  'mcp:tasks/list': {
    upstream: 'tasks-2025',
    async begin(place) {
      const { client, tasks: at, taskId } = await legacy(place, 50);
      const isDone = async () =>
        (await at.listTasks()).tasks.some((task) => task.taskId === taskId && task.status === 'completed');
      return { receiver: null, perform: () => pollUntil(isDone), close: () => client.close() };
    },
  },
  'mcp:tasks/cancel': acting('tasks/cancel', ['slow_compute', { seconds: 600 }], 'working'),
  'mcp:tasks/update': acting('tasks/update', ['confirm_delete', { filename: 'a.txt' }], 'input_required', {
    inputResponses: { confirm: { action: 'accept', content: { confirm: 'yes' } } },
  }),
};
