// A gateway in front of servers that it runs itself, or reaches by the old HTTP+SSE transport: two agents that may call
// anything, and each server's own count of what reached it.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Gateway,
  type GatewaySetup,
  type Issuer,
  manifest,
  spawnGateway,
  startIssuer,
} from '@countersign/testkit';
import type { CallRow } from './raw-world.ts';

export interface TransportsWorld {
  readonly gateway: Gateway;
  readonly issuer: Issuer;
  /** Where the servers of the tests may write. */
  readonly folder: string;
  url(server: string): string;
  token(server: string, agent?: string): Promise<string>;
  /** Lines of a server's journal. */
  journal(server: string): Promise<string[]>;
  admin<T>(path: string): Promise<T>;
  newest(): Promise<CallRow & { readonly upstream: string; readonly operation: string }>;
  close(): Promise<void>;
}

const POLICIES = `
@id("calls") permit (principal is Agent, action in Action::"mcp", resource);
@id("asks") permit (principal is Server, action in Action::"mcp:client", resource is Agent);
@id("no-secrets") forbid (principal, action in Action::"mcp:tools/call", resource)
when { context has input && context.input has text && context.input.text == "forbidden" };
`;

const PLACE = { team: 'platform', environment: 'production', risk: 'low' };

/** @param servers how each is reached, by name; `$JOURNAL` in it is the file of its journal. */
export async function startTransportsWorld(
  servers: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  options: { readonly config?: GatewaySetup['config']; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<TransportsWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-transports-'));
  const journalOf = (server: string) => join(folder, `${server}.journal`);
  const issuer = await startIssuer();
  const manifests = [
    manifest('Team', 'platform', {}),
    manifest('User', 'olive', { email: 'olive@example.com' }),
    manifest('Issuer', 'corp', { issuer: issuer.url, jwksUri: issuer.jwksUri, kind: 'mixed' }),
    ...['worker', 'other'].map((name) =>
      manifest('Agent', name, {
        ...PLACE,
        owner: 'olive',
        purpose: 'tests',
        identities: [{ issuer: 'corp', claim: 'client_id', value: name }],
      }),
    ),
    ...Object.entries(servers).map(([name, spec]) =>
      manifest('MCPServer', name, {
        ...PLACE,
        ...(JSON.parse(JSON.stringify(spec).replaceAll('$JOURNAL', journalOf(name))) as object),
      }),
    ),
  ];
  const gateway = await spawnGateway({
    config: {
      manifests: { 'all.yaml': manifests.join('\n') },
      policies: { 'all.cedar': POLICIES },
      ...(options.config === undefined ? {} : { config: options.config }),
    },
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const url = (server: string) => `${gateway.data}/mcp/${server}`;
  const admin = async <T>(path: string) => {
    const headers = { authorization: `Bearer ${gateway.adminToken}` };
    const response = await fetch(`${gateway.admin}/api/v1${path}`, { headers });
    if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  return {
    gateway,
    issuer,
    folder,
    url,
    token: (server, agent = 'worker') => issuer.mint({ clientId: agent, resource: url(server) }),
    async journal(server) {
      const text = await readFile(journalOf(server), 'utf8').catch(() => '');
      return text.split('\n').filter((line) => line !== '');
    },
    admin,
    async newest() {
      const { calls } = await admin<{ calls: Awaited<ReturnType<TransportsWorld['newest']>>[] }>(
        '/calls?limit=1',
      );
      const [call] = calls;
      if (call === undefined) throw new Error('no call was recorded');
      return call;
    },
    async close() {
      await gateway.dispose();
      await issuer.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
