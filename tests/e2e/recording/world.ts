// The gateway that the walk goes through: for every operation an upstream registered under a name of its own, so that what is
// counted can be told apart, and for every decided one an agent to which policy denies just that.
import { join } from 'node:path';
import {
  type Gateway,
  type Issuer,
  manifest,
  spawnGateway,
  startConformanceFixture,
  startFixtureAgent,
  startIssuer,
  startMcpServer,
} from '@countersign/testkit';
import Database from 'better-sqlite3';
import { type AskingServer, startAskingServer } from '../asking-server.ts';
import { type Gate, startGate } from './gate.ts';
import type { Place, Procedure, UpstreamName } from './procedure.ts';
import { isAskedByServer } from './questions.ts';
import type { Row } from './table.ts';

export interface CallRow {
  readonly id: string;
  readonly operation: string;
  readonly decision: string;
  readonly state: string;
  readonly outcome: string | null;
}

export interface WalkWorld {
  readonly gateway: Gateway;
  place(row: Row, upstream: UpstreamName, caller: 'permitted' | 'denied'): Place;
  /** GET on the admin API; fails the test on anything but 200. */
  admin<T>(path: string): Promise<T>;
  /** Recorded calls of an operation at the upstream of its row. */
  calls(row: Row): Promise<readonly CallRow[]>;
  /** Recorded calls at the upstream of a row, of whatever operation. */
  callsAt(row: Row): Promise<readonly CallRow[]>;
  /** Nothing becomes durable meanwhile, and `during` has let the gateway do much else before it ends. */
  whileUnwritable(during: () => void): Promise<void>;
  /** The id that the upstream of each row has in the log. */
  uids(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

/** So many answers of the gateway are longer than it takes to carry out any operation; its writer waits longer. */
const TURNS = 30;

/** What the upstream of an operation is registered as. */
export const nameOf = ({ operation }: Row): string => operation.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase();

export async function startWalkWorld(
  rows: readonly Row[],
  procedures: Readonly<Record<string, Procedure>>,
): Promise<WalkWorld> {
  const issuer = await startIssuer();
  const asking: AskingServer = await startAskingServer();
  // Where no official client opens a stream beside that of the walk.
  const streaming: AskingServer = await startAskingServer();
  const started = await Promise.all([
    startConformanceFixture(),
    startMcpServer('tasks'),
    startMcpServer('tasks-2025'),
    startFixtureAgent(),
  ]);
  const [fixture, tasks, tasks2025, agent] = started;
  const gates: Readonly<Record<UpstreamName, Gate>> = {
    fixture: await startGate(fixture.url),
    tasks: await startGate(tasks.url),
    'tasks-2025': await startGate(tasks2025.url),
    asking: await startGate(asking.url),
    streaming: await startGate(streaming.url),
    agent: await startGate(agent.url),
  };
  const gateway = await spawnGateway({
    config: {
      manifests: { 'walk.yaml': manifests(rows, procedures, gates, issuer) },
      policies: { 'walk.cedar': policies(rows) },
      config: { push: { development: true } },
    },
  });
  const admin = async <T>(path: string) => {
    const headers = { authorization: `Bearer ${gateway.adminToken}` };
    const response = await fetch(`${gateway.admin}/api/v1${path}`, { headers });
    if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const callsAt = async (row: Row) => {
    const { calls } = await admin<{ calls: readonly CallRow[] }>(`/calls?limit=100&upstream=${nameOf(row)}`);
    return calls;
  };

  return {
    gateway,
    admin,
    callsAt,
    calls: async (row) => (await callsAt(row)).filter(({ operation }) => operation === row.operation),
    place(row, upstream, caller) {
      const url = `${gateway.data}/${upstream === 'agent' ? 'a2a' : 'mcp'}/${nameOf(row)}`;
      const clientId = caller === 'permitted' ? 'worker' : deniedTo(row);
      return {
        url,
        token: () => issuer.mint({ clientId, resource: url }),
        gate: gates[upstream],
        asking: upstream === 'streaming' ? streaming : asking,
      };
    },
    async whileUnwritable(during) {
      const db = new Database(join(gateway.dataDir, 'countersign.db'));
      db.exec('BEGIN IMMEDIATE');
      try {
        during();
        for (let asked = 0; asked < TURNS; asked += 1) await admin('/upstreams');
      } finally {
        db.exec('ROLLBACK');
        db.close();
      }
    },
    async uids() {
      const { upstreams } = await admin<{ upstreams: readonly { uid: string; name: string }[] }>(
        '/upstreams',
      );
      return new Map(upstreams.map(({ uid, name }) => [name, uid]));
    },
    async close() {
      await gateway.dispose();
      await Promise.all(Object.values(gates).map((gate) => gate.close()));
      await Promise.all([
        ...started.map((process) => process.stop()),
        asking.close(),
        streaming.close(),
        issuer.close(),
      ]);
    },
  };
}

const deniedTo = (row: Row): string => `not-${nameOf(row)}`;

function policies(rows: readonly Row[]): string {
  const denials = rows
    .filter(({ rule }) => rule === 'decided')
    .map((row) => {
      const [types, agent] = isAskedByServer(row.operation)
        ? ['principal is Server', 'resource']
        : ['principal is Agent', 'principal'];
      return `@id("${deniedTo(row)}") forbid (${types}, action in Action::"${row.operation}", resource) when { ${agent}.purpose == "${deniedTo(row)}" };`;
    });
  return ['@id("all") permit (principal, action, resource);', ...denials].join('\n');
}

function manifests(
  rows: readonly Row[],
  procedures: Readonly<Record<string, Procedure>>,
  gates: Readonly<Record<UpstreamName, Gate>>,
  issuer: Issuer,
): string {
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  const agent = (name: string) =>
    manifest('Agent', name, {
      ...place,
      owner: 'olive',
      purpose: name,
      capabilities: [],
      identities: [{ issuer: 'corp', claim: 'client_id', value: name }],
    });
  return [
    manifest('Team', 'platform', {}),
    manifest('User', 'olive', { email: 'olive@example.com' }),
    manifest('Issuer', 'corp', { issuer: issuer.url, jwksUri: issuer.jwksUri, kind: 'mixed' }),
    agent('worker'),
    ...rows.filter(({ rule }) => rule === 'decided').map((row) => agent(deniedTo(row))),
    ...rows.flatMap((row) => {
      const upstream = procedures[row.operation]?.upstream;
      const name = nameOf(row);
      if (upstream === undefined) return [];
      const { url } = gates[upstream];
      return upstream === 'agent'
        ? [agent(name), manifest('A2AAgent', name, { url })]
        : [manifest('MCPServer', name, { ...place, url })];
    }),
  ].join('\n');
}
