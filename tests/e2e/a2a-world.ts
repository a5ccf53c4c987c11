// A gateway with agents behind it, for the black-box tests of A2A: two callers, an agent that answers as it is told to
// (under three registrations: open to both, guarded, and closed), and the support agent with its customer records.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connectAgent,
  type Gateway,
  type GatewaySetup,
  type Issuer,
  manifest,
  type RunningProcess,
  spawnGateway,
  startFixtureAgent,
  startIssuer,
  startMcpServer,
  startSupportAgent,
} from '@countersign/testkit';

export type A2aClient = Awaited<ReturnType<typeof connectAgent>>;

export interface CallRow {
  readonly id: string;
  readonly chain: string;
  readonly parent: string | null;
  readonly link: string;
  readonly agent: string | null;
  readonly operation: string;
  readonly decision: string;
  readonly reason: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly round: number;
}

export interface A2aWorld {
  gateway(): Gateway;
  readonly issuer: Issuer;
  readonly helper: RunningProcess;
  /** The official client of `agent` (the caller), for the agent registered as `callee`. */
  connect(agent: string, callee: string, headers?: Readonly<Record<string, string>>): Promise<A2aClient>;
  token(agent: string, endpoint: string, more?: { readonly subject?: string }): Promise<string>;
  /** POSTs a JSON-RPC body as it is, with a good token unless the headers say otherwise. */
  post(
    agent: string,
    callee: string,
    body: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  /** GET on the admin API; fails the test on anything but 200. */
  admin<T>(path: string): Promise<T>;
  /** The latest decided first. */
  calls(): Promise<readonly CallRow[]>;
  review(approval: string, verdict: 'approve' | 'reject', reason: string): Promise<void>;
  /** Applies manifests to the running gateway; fails the test if they are refused. */
  apply(manifests: string): Promise<void>;
  /** Ends the gateway, as by `signal`, and starts it again on the same data folder. */
  restart(signal: NodeJS.Signals): Promise<void>;
  close(): Promise<void>;
}

const POLICIES = `
@id("who-shares-a-capability-may-talk")
permit (principal is Agent, action in Action::"a2a", resource is Agent)
when { principal.capabilities.containsAny(resource.capabilities) };

@id("what-is-sensitive-needs-finance")
@approve("finance")
@expires("10m")
forbid (principal is Agent, action in Action::"a2a:message", resource is Agent)
when { resource.labels.contains("sensitive") };

@id("those-who-know-customers-read-them")
permit (principal is Agent, action in Action::"mcp:tools/call", resource is Tool)
when { principal.capabilities.contains("customer-records") };
`;

export async function startA2aWorld(
  options: { readonly config?: GatewaySetup['config']; readonly policies?: string } = {},
): Promise<A2aWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-a2a-'));
  const issuer = await startIssuer();
  const helper = await startFixtureAgent();
  const crm = await startMcpServer('crm');
  const setup: GatewaySetup = {
    manifests: { 'world.yaml': manifests(issuer, helper.url, crm.url) },
    policies: { 'world.cedar': `${POLICIES}${options.policies ?? ''}` },
    ...(options.config === undefined ? {} : { config: options.config }),
  };
  const dataDir = join(folder, 'data');
  let gateway = await spawnGateway({ config: setup, dataDir });
  const adminToken = gateway.adminToken ?? '';
  const support = await startSupportAgent({ gateway: gateway.data, tokenEndpoint: issuer.tokenEndpoint });

  const world: A2aWorld = {
    gateway: () => gateway,
    issuer,
    helper,
    async connect(agent, callee, headers = {}) {
      const token = await world.token(agent, `/a2a/${callee}`);
      return connectAgent(`${gateway.data}/a2a/${callee}`, { token, headers });
    },
    token: (agent, endpoint, more) =>
      issuer.mint({ clientId: agent, resource: `${gateway.data}${endpoint}`, ...more }),
    async post(agent, callee, body, headers = {}) {
      const token = await world.token(agent, `/a2a/${callee}`);
      return fetch(`${gateway.data}/a2a/${callee}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'a2a-version': '1.0',
          ...headers,
        },
        body,
      });
    },
    async admin<T>(path: string) {
      const response = await fetch(`${gateway.admin}/api/v1${path}`, {
        headers: { authorization: `Bearer ${adminToken}` },
      });
      if (response.status !== 200)
        throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    async calls() {
      const { calls } = await world.admin<{ calls: CallRow[] }>('/calls?limit=50');
      return calls;
    },
    async review(approval, verdict, reason) {
      const issued = await gateway.cli('users', 'token', 'fiona@example.com', '--json');
      if (issued.code !== 0) throw new Error(`users token: ${issued.stderr}`);
      const { token } = JSON.parse(issued.stdout) as { token: string };
      const response = await fetch(`${gateway.admin}/api/v1/approvals/${approval}/reviews`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ verdict, reason }),
      });
      if (!response.ok) throw new Error(`review: ${response.status} ${await response.text()}`);
    },
    async apply(text) {
      const path = join(folder, `${randomUUID()}.yaml`);
      await writeFile(path, text);
      const applied = await gateway.cli('apply', '-f', path);
      if (applied.code !== 0) throw new Error(`apply: ${applied.stdout} ${applied.stderr}`);
    },
    async restart(signal) {
      await gateway.kill(signal);
      gateway = await spawnGateway({ config: gateway.config, dataDir });
    },
    async close() {
      await gateway.dispose();
      await Promise.all([support.stop(), helper.stop(), crm.stop(), issuer.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
  await world.apply(manifest('A2AAgent', 'customer-support', { url: support.url }));
  return world;
}

function manifests(issuer: Issuer, helper: string, crm: string): string {
  const agent = (name: string, capabilities: readonly string[], labels: readonly string[] = []) =>
    manifest('Agent', name, {
      owner: 'olive',
      team: 'platform',
      purpose: `the ${name} of the tests`,
      capabilities,
      risk: 'medium',
      environment: 'production',
      labels,
      identities: [
        { issuer: 'corp', claim: 'client_id', value: name },
        { issuer: 'corp', claim: 'act.sub', value: name },
      ],
    });
  return [
    manifest('Group', 'finance', {}),
    manifest('Team', 'platform', {}),
    manifest('User', 'olive', { email: 'olive@example.com', groups: [] }),
    manifest('User', 'fiona', { email: 'fiona@example.com', groups: ['finance'] }),
    manifest('Issuer', 'corp', { issuer: issuer.url, jwksUri: issuer.jwksUri, kind: 'mixed' }),
    agent('planner', ['errands', 'incident-response']),
    agent('rival', ['errands', 'incident-response']),
    agent('helper', ['errands']),
    agent('vault', ['errands'], ['sensitive']),
    agent('recluse', ['solitude']),
    agent('customer-support', ['incident-response', 'customer-records']),
    manifest('A2AAgent', 'helper', { url: helper }),
    manifest('A2AAgent', 'vault', { url: helper }),
    manifest('A2AAgent', 'recluse', { url: helper }),
    manifest('MCPServer', 'crm', {
      url: crm,
      team: 'platform',
      environment: 'production',
      risk: 'medium',
      tools: { get_customer: { labels: ['pii'] } },
    }),
  ].join('\n');
}
