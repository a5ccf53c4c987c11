// Clients that people have installed already, as published, and a server that they know, as published: `mcp-remote`, the
// Inspector's command line, and `@modelcontextprotocol/server-everything` behind the gateway (protocols.md 3.7).
import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  connectV1,
  connectV2,
  manifest,
  readLedger,
  type RunningProcess,
  startEverythingServer,
} from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { SOON } from './soon.ts';
import { startWorld, type World } from './world.ts';

const MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url));

let world: World;
let home: string;
beforeAll(async () => {
  world = await startWorld();
  home = await mkdtemp(join(tmpdir(), 'countersign-bridges-'));
});
afterAll(async () => {
  await world.close();
  await rm(home, { recursive: true, force: true });
});

describe('mcp-remote', () => {
  let bridge: Bridge;
  beforeAll(async () => {
    bridge = await bridgeTo('/mcp/payments', 'clerk');
  });
  afterAll(() => bridge.close());

  test('opens a session and lists the tools', async () => {
    const opened = await bridge.ask('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'a host', version: '1' },
    });
    expect(opened.result).toMatchObject({ serverInfo: { name: 'payments' } });
    bridge.notify('notifications/initialized');
    const { result } = await bridge.ask('tools/list', {});
    const tools = (result as { tools: { name: string }[] }).tools.map(({ name }) => name);
    expect(tools.toSorted()).toEqual(['list_payments', 'pay']);
  });

  test('a permitted call reaches the server once', async () => {
    const { result } = await bridge.ask('tools/call', {
      name: 'pay',
      arguments: { vendor: 'acme', amount_cents: 100, invoice: 'BRIDGE-1' },
    });
    expect(result).toMatchObject({ structuredContent: { vendor: 'acme', amount_cents: 100 } });
    expect(readLedger(world.ledger)).toHaveLength(1);
  });

  test('a denial arrives intact, in the words of the gateway, and reaches no server', async () => {
    const { result } = await bridge.ask('tools/call', {
      name: 'pay',
      arguments: { vendor: 'nobody-knows', amount_cents: 100, invoice: 'BRIDGE-2' },
    });
    expect(result).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: expect.stringContaining('denied by policy') }],
      _meta: { 'dev.countersign/refusal': { reason: 'forbidden', policies: ['known-vendors-only'] } },
    });
    expect(readLedger(world.ledger)).toHaveLength(1);
  });

  test('an error of the protocol arrives intact', async () => {
    const { error } = await bridge.ask('tools/call', { name: 'nope', arguments: {} });
    expect(error).toMatchObject({ code: -32602, message: 'Unknown tool: nope' });
  });
});

describe.each([
  ['the era of sessions', []],
  ['2026-07-28', ['--protocol-era', 'modern']],
])('the Inspector, %s', (_era, era) => {
  const pay = (vendor: string) => [
    '--method',
    'tools/call',
    '--tool-name',
    'pay',
    '--format',
    'json',
    '--tool-arg',
    `vendor=${vendor}`,
    'amount_cents=100',
    'invoice=INSPECTOR',
  ];

  test('lists the tools: exit 0', async () => {
    const { code, stdout } = await inspect(['--method', 'tools/list', ...era]);
    expect(code).toBe(0);
    const { tools } = JSON.parse(stdout) as { tools: { name: string }[] };
    expect(tools.map(({ name }) => name).toSorted()).toEqual(['list_payments', 'pay']);
  });

  test('calls one: exit 0', async () => {
    const before = readLedger(world.ledger).length;
    const { code, stdout } = await inspect([...pay('acme'), ...era]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ result: { structuredContent: { vendor: 'acme' } } });
    expect(readLedger(world.ledger)).toHaveLength(before + 1);
  });

  test('reads a denial as a failed tool, and not as a reason to log in: exit 5', async () => {
    const before = readLedger(world.ledger).length;
    const { code, stdout, stderr } = await inspect([...pay('nobody-knows'), ...era]);
    expect(code).toBe(5);
    expect(stdout + stderr).toContain('denied by policy');
    expect(readLedger(world.ledger)).toHaveLength(before);
  });

  test('without a token it is asked for one: exit 3', async () => {
    const { code, stderr } = await inspect(['--method', 'tools/list', ...era], null);
    expect(code).toBe(3);
    expect(stderr).toContain('auth_required');
  });
});

describe('server-everything, registered while the gateway runs', () => {
  let everything: RunningProcess;
  const connected = async () =>
    connectV1(`${world.gateway.data}/mcp/everything`, {
      token: await world.token('worker', '/mcp/everything'),
    });

  beforeAll(async () => {
    everything = await startEverythingServer();
    const spec = { url: everything.url, team: 'platform', environment: 'production', risk: 'low' };
    await apply(world.gateway, manifest('MCPServer', 'everything', spec));
  });
  afterAll(() => everything.stop());

  test('its tools are listed, and one is called', async () => {
    const client = await connected();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['echo', 'get-sum']));
    const sum = await client.callTool({ name: 'get-sum', arguments: { a: 20, b: 22 } });
    expect(sum.content).toEqual([{ type: 'text', text: expect.stringContaining('42') }]);
    await client.close();
  });

  test('its progress arrives while it works', async () => {
    const client = await connected();
    const seen: number[] = [];
    const params = { name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 4 } };
    const result = await client.callTool(params, undefined, {
      onprogress: ({ progress }) => seen.push(progress),
    });
    expect(result.isError ?? false).toBe(false);
    expect(seen).toEqual([1, 2, 3, 4]);
    await client.close();
  });

  test('what it asks of its client is refused to it, and the client never sees it', async () => {
    const client = await connectV2(`${world.gateway.data}/mcp/everything`, {
      token: await world.token('worker', '/mcp/everything'),
      client: { capabilities: { roots: {}, sampling: {} } },
    });
    let asked = 0;
    client.setRequestHandler('roots/list', () => {
      asked += 1;
      return { roots: [] };
    });
    await expect.poll(() => everything.stderr(), SOON).toContain('mcp:roots `worker` was denied by policy');
    expect(asked).toBe(0);
    // Nor can it offer this client alone a tool that would ask: the catalogue does not know it.
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).not.toContain('trigger-sampling-request');
    const sample = { name: 'trigger-sampling-request', arguments: { prompt: 'hello' } };
    await expect(client.callTool(sample)).rejects.toMatchObject({ code: -32602 });
    await client.close();
  });
});

test('the log of all this verifies', async () => {
  const { code, stdout } = await world.gateway.cli('verify', '--json');
  expect(code, stdout).toBe(0);
});

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}
interface Bridge {
  ask(method: string, params: object): Promise<Answer>;
  notify(method: string): void;
  close(): Promise<void>;
}

/** `mcp-remote` as a host starts it: JSON-RPC over its standard streams, one message per line. */
async function bridgeTo(endpoint: string, agent: string): Promise<Bridge> {
  const token = await world.token(agent, endpoint);
  const child: ChildProcessWithoutNullStreams = spawn(
    process.execPath,
    [
      join(MODULES, 'mcp-remote/dist/proxy.js'),
      `${world.gateway.data}${endpoint}`,
      '--allow-http',
      '--transport',
      'http-only',
      '--header',
      `Authorization:Bearer ${token}`,
    ],
    { env: { ...process.env, HOME: home, MCP_REMOTE_CONFIG_DIR: home } },
  );
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exited = once(child, 'exit');
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.resolve(answer);
  });
  void exited.then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`mcp-remote ended: ${stderr}`));
  });
  let id = 0;
  const send = (message: object) => void child.stdin.write(`${JSON.stringify(message)}\n`);
  return {
    ask(method, params) {
      id += 1;
      const answered = Promise.withResolvers<Answer>();
      waiting.set(id, answered);
      send({ jsonrpc: '2.0', id, method, params });
      return answered.promise;
    },
    notify: (method) => send({ jsonrpc: '2.0', method }),
    async close() {
      waiting.clear();
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** The Inspector without its browser, with a home of its own. @param agent null sends no token. */
async function inspect(args: readonly string[], agent: string | null = 'clerk') {
  const endpoint = '/mcp/payments';
  const token = agent === null ? null : await world.token(agent, endpoint);
  const authorization = token === null ? [] : ['--header', `Authorization: Bearer ${token}`];
  const target = ['--cli', '--server-url', `${world.gateway.data}${endpoint}`, '--transport', 'http'];
  const { promise, resolve } = Promise.withResolvers<{ code: number; stdout: string; stderr: string }>();
  execFile(
    process.execPath,
    [join(MODULES, '.bin/mcp-inspector'), ...target, ...authorization, ...args],
    { env: { ...process.env, HOME: home, MCP_CATALOG_PATH: join(home, 'catalog.json') } },
    (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
  );
  return promise;
}
