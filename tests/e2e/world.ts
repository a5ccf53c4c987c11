// A small company around a real gateway, for the black-box tests: an issuer, two people, two agents, the fixture server
// and the payments server with its ledger, and policies that speak of attributes only.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Gateway,
  type GatewaySetup,
  type Issuer,
  manifest,
  type RunningProcess,
  spawnGateway,
  startIssuer,
  startMcpServer,
} from '@countersign/testkit';

export interface World {
  readonly gateway: Gateway;
  readonly issuer: Issuer;
  readonly fixture: RunningProcess;
  readonly payments: RunningProcess;
  readonly ledger: string;
  readonly setup: GatewaySetup;
  /** A token for one of the agents (`worker`, `clerk`, `stranger`), for an endpoint such as `/mcp/fixture`. */
  token(agent: string, endpoint: string, more?: { readonly subject?: string }): Promise<string>;
  /** GET on the admin API; fails the test on anything but 200. */
  admin<T>(path: string): Promise<T>;
  /** Issues a reviewer's token and reviews an approval request with it. */
  review(approval: string, verdict: 'approve' | 'reject', reason: string, email?: string): Promise<Response>;
  close(): Promise<void>;
}

const POLICIES = `
@id("workers-use-the-fixture")
permit (principal is Agent, action in Action::"mcp", resource is Tool)
when { principal.capabilities.contains("fixture") && resource.server.team == Team::"platform" };

@id("workers-read-the-fixture")
permit (principal is Agent, action in [Action::"mcp:prompts/get", Action::"mcp:resources/read"], resource)
when { principal.capabilities.contains("fixture") };

@id("nobody-fails")
forbid (principal, action == Action::"fixture/fail", resource);

@id("clerks-pay")
permit (principal is Agent, action in [Action::"payments/pay", Action::"payments/list_payments"], resource is Tool)
when { principal.capabilities.contains("payments") };

@id("known-vendors-only")
forbid (principal, action == Action::"payments/pay", resource)
unless { ["acme", "globex"].contains(context.input.vendor) };

@id("large-payments-need-finance")
@approve("finance")
@expires("10m")
@reason("required")
forbid (principal, action == Action::"payments/pay", resource)
when { context.input.amount_cents > 100000 };
`;

export async function startWorld(
  options: {
    readonly config?: GatewaySetup['config'];
    readonly latencyMs?: number;
    /** Instead of the world's own. */
    readonly policies?: string;
    /** Another build of the gateway's command line. */
    readonly program?: string;
    /** Of the gateway, and of the command line that talks to it. */
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-world-'));
  const ledger = join(folder, 'ledger.jsonl');
  const issuer = await startIssuer();
  const latency = options.latencyMs === undefined ? {} : { latencyMs: options.latencyMs };
  const fixture = await startMcpServer('fixture', latency);
  const payments = await startMcpServer('payments', { ledger, ...latency });
  const setup: GatewaySetup = {
    manifests: { 'world.yaml': manifests(issuer, fixture.url, payments.url) },
    policies: { 'world.cedar': options.policies ?? POLICIES },
    config: { hold: { maxSeconds: 0 }, ...options.config },
  };
  const dataDir = join(folder, 'data');
  const build = options.program === undefined ? {} : { program: options.program };
  const env = options.env === undefined ? {} : { env: options.env };
  const gateway = await spawnGateway({ config: setup, dataDir, ...build, ...env });
  const admin = { authorization: `Bearer ${gateway.adminToken}` };

  return {
    gateway,
    issuer,
    fixture,
    payments,
    ledger,
    setup,
    token: (agent, endpoint, more) =>
      issuer.mint({ clientId: agent, resource: `${gateway.data}${endpoint}`, ...more }),
    async admin<T>(path: string) {
      const response = await fetch(`${gateway.admin}/api/v1${path}`, { headers: admin });
      if (response.status !== 200)
        throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    async review(approval, verdict, reason, email = 'fiona@example.com') {
      const issued = await gateway.cli('users', 'token', email, '--json');
      if (issued.code !== 0) throw new Error(`users token: ${issued.stderr}`);
      const { token } = JSON.parse(issued.stdout) as { token: string };
      return fetch(`${gateway.admin}/api/v1/approvals/${approval}/reviews`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ verdict, reason }),
      });
    },
    async close() {
      await gateway.dispose();
      await Promise.all([fixture.stop(), payments.stop(), issuer.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function manifests(issuer: Issuer, fixture: string, payments: string): string {
  const agent = (name: string, capabilities: string[]) =>
    manifest('Agent', name, {
      owner: 'olive',
      team: 'platform',
      purpose: `the ${name} of the tests`,
      capabilities,
      risk: 'medium',
      environment: 'production',
      identities: [
        { issuer: 'corp', claim: 'client_id', value: name },
        { issuer: 'corp', claim: 'act.sub', value: name },
      ],
    });
  return [
    manifest('Group', 'finance', {}),
    manifest('Team', 'platform', {}),
    manifest('User', 'olive', { email: 'olive@example.com', groups: ['finance'] }),
    manifest('User', 'fiona', { email: 'fiona@example.com', groups: ['finance'] }),
    manifest('User', 'victor', { email: 'victor@example.com', groups: [] }),
    manifest('Issuer', 'corp', { issuer: issuer.url, jwksUri: issuer.jwksUri, kind: 'mixed' }),
    agent('worker', ['fixture']),
    agent('clerk', ['payments']),
    manifest('MCPServer', 'fixture', {
      url: fixture,
      team: 'platform',
      environment: 'production',
      risk: 'low',
    }),
    manifest('MCPServer', 'payments', {
      url: payments,
      team: 'platform',
      environment: 'production',
      risk: 'high',
    }),
  ].join('\n');
}
