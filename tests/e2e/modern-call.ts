// One `tools/call` of MCP 2026-07-28 by hand: stateless, so that a test can fire many at once and see every byte.
import type { World } from './world.ts';

export interface ModernCall {
  readonly url: string;
  readonly token: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly id?: string | number;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export function modernRequest({
  token,
  tool,
  args,
  id = 1,
  meta,
  headers,
}: Omit<ModernCall, 'url'>): RequestInit & { readonly body: string } {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    ...meta,
  };
  return {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': tool,
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name: tool, arguments: args, _meta },
    }),
  };
}

export function callModern(call: ModernCall): Promise<Response> {
  const signal = call.signal === undefined ? {} : { signal: call.signal };
  return fetch(call.url, { ...modernRequest(call), ...signal });
}

/**
 * Calls a tool as one of the world's agents. `refused` is whatever the caller is told that is no result of the tool:
 * also "pending", and an error of the protocol.
 */
export async function callAs(
  world: Pick<World, 'gateway' | 'token'>,
  agent: string,
  server: string,
  tool: string,
  args: Readonly<Record<string, unknown>>,
): Promise<'done' | 'refused'> {
  const response = await callModern({
    url: `${world.gateway.data}/mcp/${server}`,
    token: await world.token(agent, `/mcp/${server}`),
    tool,
    args,
  });
  const text = await response.text();
  const isResult = response.status === 200 && !text.includes('"isError":true') && !text.includes('"error"');
  return isResult ? 'done' : 'refused';
}
