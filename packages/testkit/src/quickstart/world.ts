// Everything that the scenario runs on, each part a process of its own: a token issuer, five MCP servers, the gateway
// and an agent that can be called. Ports are free ones, state is in one folder.
import { join } from 'node:path';

import type { AgentEnvironment } from '../agents/clients.ts';
import { startSupportAgent } from '../agents/start.ts';
import { writeFiles, writeSetup } from '../gateway-setup.ts';
import { type RunningProcess, startProcess, stopAll } from '../process.ts';
import { startEverythingServer, startMcpServer } from '../servers/start.ts';
import { type Gateway, spawnGateway } from '../spawn-gateway.ts';
import { type Admin, adminClient } from './admin.ts';
import { fleetManifests } from './fleet.ts';
import { renderFolder } from './template.ts';

export type World = {
  readonly gateway: Gateway;
  readonly admin: Admin;
  readonly environment: AgentEnvironment;
  /** JSON lines of what was really paid, and really mailed. */
  readonly payments: string;
  readonly outbox: string;
  /** Registers what a file of the folder `later` describes, by the command line. */
  apply(file: 'customer-support.yaml' | 'agent-101.yaml'): Promise<void>;
  /** Issues a reviewer's token to a person, by the command line. */
  reviewerToken(email: string): Promise<string>;
  stop(): Promise<void>;
};

const REGISTERED_BEFORE = 100;
const NAMED_AGENTS = 4;

/** Starts all of it below `folder`; `progress` hears what is being done. Errors: stops what runs, then rejects. */
export async function startWorld(folder: string, progress: (doing: string) => void): Promise<World> {
  const running: Pick<RunningProcess, 'stop'>[] = [];
  const keep = async <T extends RunningProcess>(starting: Promise<T>): Promise<T> => {
    const started = await starting;
    running.push(started);
    return started;
  };
  const stop = (): Promise<void> => stopAll(running);
  try {
    const payments = join(folder, 'payments.jsonl');
    const outbox = join(folder, 'outbox.jsonl');
    progress('starting a token issuer and five MCP servers');
    const [issuer, crm, pay, warehouse, mailer, everything] = await Promise.all([
      keep(startProcess({ script: new URL('../issuer/main.ts', import.meta.url) })),
      keep(startMcpServer('crm')),
      keep(startMcpServer('payments', { ledger: payments })),
      keep(startMcpServer('warehouse')),
      keep(startMcpServer('mailer', { ledger: outbox })),
      keep(startEverythingServer()),
    ]);
    const values = {
      issuer: issuer.url,
      jwksUri: String(issuer.ready['jwksUri']),
      crm: crm.url,
      payments: pay.url,
      warehouse: warehouse.url,
      mailer: mailer.url,
      everything: everything.url,
    };
    progress('starting the gateway');
    const gateway = await keep(
      spawnGateway({ config: await writeConfig(folder, values), dataDir: join(folder, 'data') }),
    );
    if (gateway.adminToken === undefined) throw new Error(`\`${folder}\` was used before; give a new folder`);
    const environment = { gateway: gateway.data, tokenEndpoint: String(issuer.ready['tokenEndpoint']) };
    const world: World = {
      gateway,
      admin: adminClient(gateway.admin, gateway.adminToken),
      environment,
      payments,
      outbox,
      apply: (file) => apply(gateway, join(folder, 'later', file)),
      reviewerToken: (email) => reviewerToken(gateway, email),
      stop,
    };
    progress('starting the customer-support agent');
    const support = await keep(startSupportAgent(environment));
    await writeLater(folder, { ...values, support: support.url });
    await world.apply('customer-support.yaml');
    return world;
  } catch (error) {
    await stop();
    throw error;
  }
}

async function writeConfig(folder: string, values: Readonly<Record<string, string>>): Promise<string> {
  return writeSetup(folder, {
    manifests: {
      ...(await renderFolder('manifests', values)),
      'fleet.yaml': fleetManifests(NAMED_AGENTS + 1, REGISTERED_BEFORE),
    },
    policies: await renderFolder('policies', values),
    // A held call answers "pending" after a second; the agent then tries again.
    config: { hold: { maxSeconds: 1 } },
  });
}

async function writeLater(folder: string, values: Readonly<Record<string, string>>): Promise<void> {
  await writeFiles(join(folder, 'later'), await renderFolder('later', values));
}

async function apply(gateway: Gateway, file: string): Promise<void> {
  const { code, stdout, stderr } = await gateway.cli('apply', '-f', file);
  if (code !== 0) throw new Error(`\`countersign apply -f ${file}\` ended with ${code}: ${stderr}${stdout}`);
}

async function reviewerToken(gateway: Gateway, email: string): Promise<string> {
  const { code, stdout, stderr } = await gateway.cli('users', 'token', email, '--json');
  if (code !== 0)
    throw new Error(`\`countersign users token ${email}\` ended with ${code}: ${stderr}${stdout}`);
  return (JSON.parse(stdout) as { token: string }).token;
}
