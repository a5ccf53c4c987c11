// One gateway with everything that a caller can speak to it in, in front of servers that keep every byte they are sent: for
// what no caller should get past any of them.
import { randomUUID } from 'node:crypto';
import { manifest } from '@countersign/testkit';
import { type RawAgent, resultText, startRawAgent } from './a2a-raw-agent.ts';
import { apply } from './apply.ts';
import type { Known, MessageText } from './hostile-texts.ts';
import { openLegacySession } from './legacy-call.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';

export interface Told {
  readonly status: number;
  /** The code of the JSON-RPC error, or the reason of the google.rpc.Status. */
  readonly code: number | string | undefined;
  readonly words: string;
  readonly text: string;
}

export interface Front {
  readonly name: string;
  readonly message: MessageText;
  readonly known: Known;
  /** Codes of what is no JSON, and of JSON that is not taken. */
  readonly codes: Readonly<Record<'no-json' | 'refused', number | string>>;
  post(body: string | Uint8Array, headers?: Readonly<Record<string, string | null>>): Promise<Told>;
  /** The messages of callers that reached the server, as it got them. */
  received(): readonly string[];
  /** What the server gets of a message. */
  sent(body: string): string;
}

export interface HostileWorld extends RawWorld {
  readonly agent: RawAgent;
  readonly fronts: readonly Front[];
}

const META =
  '{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}';
const legacy =
  (tool: string): MessageText =>
  (inside) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${tool}","arguments":${inside}}}`;
const modern =
  (tool: string): MessageText =>
  (inside) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${tool}","arguments":${inside},"_meta":${META}}}`;
const parts = (inside: string) =>
  `{"message":{"messageId":"m-1","role":"ROLE_USER","parts":[{"data":${inside}}]}}`;
const a2a: MessageText = (inside) =>
  `{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":${parts(inside)}}`;
const earlier: MessageText = (inside) =>
  `{"jsonrpc":"2.0","id":1,"method":"message/send","params":{"message":{"kind":"message","messageId":"m-1","role":"user","parts":[{"kind":"data","data":${inside}}]}}}`;

const ENVELOPE = ['jsonrpc', 'id', 'method', 'params', 'result', 'error'];
const MCP_KNOWN: Known = {
  '': ENVELOPE,
  params: [
    'name',
    'arguments',
    '_meta',
    'uri',
    'ref',
    'task',
    'taskId',
    'inputResponses',
    'requestState',
    'notifications',
    'cursor',
    'level',
    'requestId',
  ],
};
const MESSAGE_KNOWN = ['messageId', 'contextId', 'taskId', 'role', 'parts', 'metadata', 'referenceTaskIds'];
const CODES = { 'no-json': -32700, refused: -32600 } as const;
const ANSWER = '{"message":{"messageId":"r-1","role":"ROLE_AGENT","parts":[{"text":"hi"}]}}';
const EARLIER_ANSWER =
  '{"kind":"message","messageId":"r-1","role":"agent","parts":[{"kind":"text","text":"hi"}]}';

export async function startHostileWorld(
  config: Parameters<typeof startRawWorld>[0] = {},
): Promise<HostileWorld> {
  const world = await startRawWorld(config);
  const [agent, elder] = await Promise.all([startRawAgent(), startRawAgent('0.3')]);
  agent.answerWith((response, request) => resultText(response, request, ANSWER));
  elder.answerWith((response, request) => resultText(response, request, EARLIER_ANSWER));
  await apply(world.gateway, ...agentOf('agent', agent.url), ...agentOf('elder', elder.url));
  const at = (path: string) => `${world.gateway.data}${path}`;
  const unionToken = () => world.issuer.mint({ clientId: 'worker', resource: at('/mcp') });
  const session = await openLegacySession(at('/mcp'), unionToken);

  async function post(
    path: string,
    audience: string,
    body: string | Uint8Array,
    headers: Readonly<Record<string, string | null>>,
  ): Promise<Told> {
    const token = await world.issuer.mint({ clientId: 'worker', resource: at(audience) });
    const all = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers };
    const response = await fetch(at(path), {
      method: 'POST',
      headers: Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== null),
      body: body as NonNullable<RequestInit['body']>,
    });
    return toldBy(response.status, await response.text());
  }

  const calls = () =>
    world.upstream.requests.map(({ body }) => String(body)).filter((body) => body.includes('tools/call'));
  const mcp = (revision: string, tool: string, more: Readonly<Record<string, string>> = {}) => ({
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': revision,
    ...(revision === '2026-07-28' ? { 'mcp-method': 'tools/call', 'mcp-name': tool } : {}),
    ...more,
  });
  const unchanged = (body: string) => body;
  const named = (body: string) => body.replace('"raw__call"', '"call"');
  const ofMcp = (
    name: string,
    path: string,
    of: { readonly message: MessageText; readonly headers: Readonly<Record<string, string>> },
    sent = unchanged,
  ): Front => ({
    name,
    message: of.message,
    known: MCP_KNOWN,
    codes: CODES,
    post: (body, headers = {}) => post(path, path, body, { ...of.headers, ...headers }),
    received: calls,
    sent,
  });
  const ofA2a = (name: string, to: RawAgent, front: Omit<Front, 'name' | 'received'>): Front => ({
    ...front,
    name,
    received: () => to.requests.map(({ body }) => body),
  });

  const fronts: readonly Front[] = [
    ofMcp('MCP 2025-11-25', '/mcp/raw', { message: legacy('call'), headers: mcp('2025-11-25', 'call') }),
    ofMcp('MCP 2026-07-28', '/mcp/raw', { message: modern('call'), headers: mcp('2026-07-28', 'call') }),
    ofMcp(
      'MCP 2025-11-25 for all servers',
      '/mcp',
      {
        message: legacy('raw__call'),
        headers: mcp('2025-11-25', 'raw__call', { 'mcp-session-id': session.id }),
      },
      named,
    ),
    ofMcp(
      'MCP 2026-07-28 for all servers',
      '/mcp',
      { message: modern('raw__call'), headers: mcp('2026-07-28', 'raw__call') },
      named,
    ),
    ofA2a('A2A 1.0', agent, {
      message: a2a,
      known: {
        '': ENVELOPE,
        params: ['message', 'configuration', 'metadata', 'tenant', 'id', 'taskId'],
        'params.message': MESSAGE_KNOWN,
        'params.message.parts.0': ['text', 'raw', 'url', 'data', 'mediaType'],
      },
      codes: CODES,
      post: (body, headers = {}) =>
        post('/a2a/agent', '/a2a/agent', body, { 'a2a-version': '1.0', ...headers }),
      sent: unchanged,
    }),
    ofA2a('A2A 0.3', elder, {
      message: earlier,
      known: {
        '': ENVELOPE,
        params: ['message', 'configuration', 'metadata', 'id'],
        'params.message': ['kind', ...MESSAGE_KNOWN],
        'params.message.parts.0': ['kind', 'text', 'file', 'data'],
      },
      codes: CODES,
      post: (body, headers = {}) => post('/a2a/elder', '/a2a/elder', body, headers),
      sent: unchanged,
    }),
    ofA2a('A2A 1.0 over HTTP+JSON', agent, {
      message: parts,
      known: { '': ['message', 'configuration', 'metadata', 'tenant'], message: MESSAGE_KNOWN },
      codes: { 'no-json': 'INVALID_ARGUMENT', refused: 'INVALID_ARGUMENT' },
      post: (body, headers = {}) =>
        post('/a2a/agent/message:send', '/a2a/agent', body, {
          'a2a-version': '1.0',
          'content-type': 'application/a2a+json',
          ...headers,
        }),
      sent: (body) => `{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":${body}}`,
    }),
  ];
  return {
    ...world,
    agent,
    fronts,
    async close() {
      await world.close();
      await Promise.all([agent.close(), elder.close()]);
    },
  };
}

function toldBy(status: number, text: string): Told {
  const body = (text.startsWith('{') ? JSON.parse(text) : {}) as {
    readonly error?: { readonly code: number; readonly message: string; readonly status?: string };
  };
  return { status, code: body.error?.status ?? body.error?.code, words: body.error?.message ?? '', text };
}

function agentOf(name: string, url: string): string[] {
  const spec = {
    owner: 'olive',
    team: 'platform',
    purpose: 'answers',
    capabilities: [],
    risk: 'low',
    environment: 'production',
    identities: [{ issuer: 'corp', claim: 'client_id', value: name }],
  };
  return [manifest('Agent', name, spec), manifest('A2AAgent', name, { url })];
}

/** A good message with something in it that no other message has; asserts nothing. */
export function goodMessage({ message }: Front): string {
  return message(`{"good":"${randomUUID()}"}`);
}
