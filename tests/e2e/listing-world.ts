// A gateway in front of a server that lists what a test says, and one agent that may do anything there.
import {
  type CommandResult,
  type Gateway,
  type GatewaySetup,
  manifest,
  spawnGateway,
  startIssuer,
} from '@countersign/testkit';
import type { Message } from './event-reader.ts';
import { type ListingServer, type Lists, startListingServer } from './listing-server.ts';

export interface ListingWorld {
  readonly gateway: Gateway;
  readonly server: ListingServer;
  /** One request of 2026-07-28, by hand. */
  ask(
    method: string,
    params?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Asked>;
  admin<T>(path: string): Promise<T>;
  cli(...args: string[]): Promise<CommandResult>;
  /** A token of the agent, for an official client. */
  token(): Promise<string>;
  url: string;
  close(): Promise<void>;
}

export interface Asked {
  readonly status: number;
  readonly call: string | null;
  readonly message: Omit<Message, 'result'> & { readonly result?: Readonly<Record<string, unknown>> };
}

export interface ListingOptions {
  readonly config?: GatewaySetup['config'];
  readonly policies?: GatewaySetup['policies'];
  /** Of the server. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

export async function startListingWorld(
  says: Partial<Lists>,
  { config = {}, policies = {}, spec = {} }: ListingOptions = {},
): Promise<ListingWorld> {
  const issuer = await startIssuer();
  const server = await startListingServer(says);
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  const world = [
    manifest('Team', 'platform', {}),
    manifest('Group', 'finance', {}),
    manifest('User', 'olive', { email: 'olive@example.com' }),
    manifest('User', 'fiona', { email: 'fiona@example.com', groups: ['finance'] }),
    manifest('Issuer', 'corp', { issuer: issuer.url, jwksUri: issuer.jwksUri, kind: 'mixed' }),
    manifest('Agent', 'worker', {
      ...place,
      owner: 'olive',
      purpose: 'tests',
      capabilities: [],
      identities: [{ issuer: 'corp', claim: 'client_id', value: 'worker' }],
    }),
    manifest('MCPServer', 'listing', { ...place, url: server.url, ...spec }),
  ].join('\n');
  const gateway = await spawnGateway({
    config: {
      manifests: { 'world.yaml': world },
      policies: { 'all.cedar': '@id("all")\npermit (principal, action, resource);', ...policies },
      config,
    },
  });
  const url = `${gateway.data}/mcp/listing`;
  const token = () => issuer.mint({ clientId: 'worker', resource: url });
  return {
    gateway,
    server,
    url,
    token,
    cli: (...args) => gateway.cli(...args),
    async ask(method, params = {}, headers = {}) {
      const named = params['name'] ?? params['uri'];
      const _meta = {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
      };
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await token()}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': method,
          ...(typeof named === 'string' ? { 'mcp-name': named } : {}),
          ...headers,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
      });
      const message = (await response.json()) as Asked['message'];
      return { status: response.status, call: response.headers.get('countersign-call'), message };
    },
    async admin<T>(path: string) {
      const headers = { authorization: `Bearer ${gateway.adminToken}` };
      const response = await fetch(`${gateway.admin}/api/v1${path}`, { headers });
      if (response.status !== 200)
        throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    async close() {
      await gateway.dispose();
      await Promise.all([server.close(), issuer.close()]);
    },
  };
}
