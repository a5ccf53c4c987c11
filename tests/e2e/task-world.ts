// A gateway in front of servers that answer with tasks, two agents that may call them, and requests of 2026-07-28 by hand.
import { manifest, type RunningProcess, startMcpServer } from '@countersign/testkit';
import { apply } from './apply.ts';
import { type CallRow, type RawWorld, startRawWorld } from './raw-world.ts';

export const TASKS = 'io.modelcontextprotocol/tasks';

export interface Told {
  readonly status: number;
  readonly call: string;
  readonly result?: Readonly<Record<string, unknown>> & {
    readonly taskId?: string;
    readonly status?: string;
  };
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: Readonly<Record<string, unknown>>;
  };
}

export interface Recorded extends CallRow {
  readonly operation: string;
  readonly parent: string | null;
  readonly chain: string;
  readonly resource: string | null;
}

export interface AskOptions {
  readonly agent?: string;
  readonly server?: string;
  /** Whether the client declares the extension. */
  readonly declares?: boolean;
  /** The data plane of another process on the same state. */
  readonly base?: string;
}

export interface TaskWorld {
  readonly raw: RawWorld;
  readonly tasks: RunningProcess;
  url(server: string): string;
  token(agent: string, server: string): Promise<string>;
  /** One request of 2026-07-28. */
  ask(method: string, params: Readonly<Record<string, unknown>>, options?: AskOptions): Promise<Told>;
  /** Polls until the task has this status. */
  until(status: string, taskId: string, options?: AskOptions): Promise<NonNullable<Told['result']>>;
  /** What reached the server: its own count. */
  arrived(): Promise<
    readonly { readonly method: string; readonly params: Readonly<Record<string, unknown>> }[]
  >;
  /** What the entries of a call hold, as a person sees it who says why. */
  valuesOf(call: string): Promise<string>;
  /** Recorded calls, the newest first. */
  calls(): Promise<readonly Recorded[]>;
  close(): Promise<void>;
}

const PLACE = { team: 'platform', environment: 'production', risk: 'low' };

export async function startTaskWorld(
  policies: string,
  server: 'tasks' | 'tasks-2025' = 'tasks',
  config: Parameters<typeof startRawWorld>[0] = {},
): Promise<TaskWorld> {
  const [raw, tasks] = await Promise.all([
    startRawWorld(config, { 'all.cedar': policies }),
    startMcpServer(server),
  ]);
  const other = { ...PLACE, owner: 'olive', purpose: 'tests', capabilities: [] };
  const identities = (value: string) => ({ identities: [{ issuer: 'corp', claim: 'client_id', value }] });
  await apply(
    raw.gateway,
    manifest('Agent', 'other', { ...other, ...identities('other') }),
    manifest('MCPServer', 'tasks', { ...PLACE, url: tasks.url, labels: ['vendor'] }),
    manifest('MCPServer', 'inline', { ...PLACE, url: tasks.url, receipts: 'inline' }),
    manifest('MCPServer', 'masked', { ...PLACE, url: tasks.url, mask: ['result.email'] }),
    manifest('MCPServer', 'silent', { ...PLACE, url: tasks.url }),
  );
  const url = (server: string) => `${raw.gateway.data}/mcp/${server}`;
  const token = (agent: string, server: string) =>
    raw.issuer.mint({ clientId: agent, resource: url(server) });

  const ask: TaskWorld['ask'] = async (method, params, options = {}) => {
    const { agent = 'worker', server = 'tasks', declares = true, base } = options;
    const name = params['taskId'] ?? params['name'];
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': declares
        ? { extensions: { [TASKS]: {} }, elicitation: {} }
        : {},
    };
    const to = base === undefined ? url(server) : `${base}/mcp/${server}`;
    const response = await fetch(to, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await raw.issuer.mint({ clientId: agent, resource: to })}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
        ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
    });
    const told = (await response.json()) as Omit<Told, 'status' | 'call'>;
    return { ...told, status: response.status, call: response.headers.get('countersign-call') ?? '' };
  };

  return {
    raw,
    tasks,
    url,
    token,
    ask,
    async until(status, taskId, options) {
      const deadline = Date.now() + 15_000;
      for (;;) {
        const { result, error } = await ask('tasks/get', { taskId }, options);
        if (result?.status === status) return result;
        if (error !== undefined || Date.now() > deadline)
          throw new Error(`the task is not ${status}: ${JSON.stringify(result ?? error)}`);
      }
    },
    async arrived() {
      const response = await fetch(new URL('/arrived', tasks.url));
      return (await response.json()) as Awaited<ReturnType<TaskWorld['arrived']>>;
    },
    async valuesOf(call) {
      const response = await fetch(`${raw.gateway.admin}/api/v1/calls/${call}/reveal`, {
        method: 'POST',
        headers: { authorization: `Bearer ${raw.gateway.adminToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ reason: 'test' }),
      });
      return response.text();
    },
    async calls() {
      const { calls } = await raw.admin<{ calls: Recorded[] }>('/calls?limit=100');
      return calls;
    },
    async close() {
      await raw.close();
      await tasks.stop();
    },
  };
}
