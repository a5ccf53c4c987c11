// A gateway in front of upstreams that misbehave on command, one agent that may call anything, and requests by hand: for
// what no official client or server would do.
import {
  type Gateway,
  type GatewaySetup,
  type Issuer,
  manifest,
  type RawUpstream,
  spawnGateway,
  startIssuer,
  startRawUpstream,
} from '@countersign/testkit';
import { modernRequest } from './modern-call.ts';

export interface RawWorld {
  readonly gateway: Gateway;
  readonly issuer: Issuer;
  readonly upstream: RawUpstream;
  readonly url: string;
  /** A fresh token of the agent `worker`. */
  token(): Promise<string>;
  /** One legacy message (2025-11-25) by POST. */
  post(message: object, options?: PostOptions): Promise<Response>;
  /** One `tools/call` of 2026-07-28 on the tool `call`, which is all that the upstream has. */
  call(args?: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<Response>;
  /** How many `tools/call` the upstream has received. */
  received(): number;
  admin<T>(path: string): Promise<T>;
  /** The newest recorded call. */
  newest(): Promise<CallRow>;
  close(): Promise<void>;
}

export interface PostOptions {
  readonly session?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface CallRow {
  readonly id: string;
  readonly decision: string;
  readonly reason: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly httpStatus: number | null;
}

export async function startRawWorld(
  config: GatewaySetup['config'] = {},
  policies: GatewaySetup['policies'] = {},
): Promise<RawWorld> {
  const issuer = await startIssuer();
  const upstream = await startRawUpstream();
  const gateway = await spawnGateway({
    config: {
      manifests: { 'all.yaml': manifests(issuer, upstream.url) },
      policies: { 'all.cedar': '@id("all")\npermit (principal, action, resource);', ...policies },
      config,
    },
  });
  const url = `${gateway.data}/mcp/raw`;
  const token = () => issuer.mint({ clientId: 'worker', resource: url });
  const admin = async <T>(path: string) => {
    const headers = { authorization: `Bearer ${gateway.adminToken}` };
    const response = await fetch(`${gateway.admin}/api/v1${path}`, { headers });
    if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };

  return {
    gateway,
    issuer,
    upstream,
    url,
    token,
    admin,
    async post(message, { session, headers, signal } = {}) {
      return fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await token()}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2025-11-25',
          ...(session === undefined ? {} : { 'mcp-session-id': session }),
          ...headers,
        },
        body: JSON.stringify({ jsonrpc: '2.0', ...message }),
        ...(signal === undefined ? {} : { signal }),
      });
    },
    async call(args = {}, signal) {
      const request = modernRequest({ token: await token(), tool: 'call', args });
      return fetch(url, { ...request, ...(signal === undefined ? {} : { signal }) });
    },
    received: () => upstream.requests.filter(({ body }) => body.includes('"tools/call"')).length,
    async newest() {
      const { calls } = await admin<{ calls: CallRow[] }>('/calls?limit=1');
      const [call] = calls;
      if (call === undefined) throw new Error('no call was recorded');
      return call;
    },
    async close() {
      await gateway.dispose();
      await Promise.all([upstream.close(), issuer.close()]);
    },
  };
}

function manifests(issuer: Issuer, upstream: string): string {
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  return [
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
    manifest('MCPServer', 'raw', { ...place, url: upstream }),
  ].join('\n');
}
