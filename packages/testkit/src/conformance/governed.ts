// A gateway as the conformance suite meets it: everything is permitted, nothing is masked, every tool accepted, one registered
// agent, one server behind each endpoint. What differs then from a direct connection is what the gateway does by itself.
import { createServer } from 'node:http';

import { spawnGateway } from '../spawn-gateway.ts';
import { manifest } from '../gateway-setup.ts';
import { type Issuer, startIssuer } from '../issuer/issuer.ts';
import { closeServer, listenOnLoopback } from '../listen.ts';

export const AGENT = 'suite';
const TOKEN_SECONDS = 900;

/** Where another process finds it. */
export interface GovernedAddress {
  readonly data: string;
  readonly admin: string;
  readonly dataDir: string;
  readonly tokenEndpoint: string;
}

export interface Governed {
  readonly address: GovernedAddress;
  /** The address of a server's endpoint. */
  url(server: string): string;
  /** A token of the agent for it. */
  token(server: string): Promise<string>;
  close(): Promise<void>;
}

/** @param servers name → address of the MCP servers behind it. */
export async function startGoverned(servers: Readonly<Record<string, string>>): Promise<Governed> {
  const issuer = await startIssuer();
  const port = await freePort();
  const gateway = await spawnGateway({
    config: {
      // Pages from the address of the gateway itself may call it, as the suite expects of a server on this machine.
      config: { dataPlane: { port, allowedOrigins: [`http://127.0.0.1:${port}`] } },
      manifests: { 'world.yaml': [world(issuer), ...Object.entries(servers).map(serverManifest)].join('') },
      policies: { 'everything.cedar': '@id("everything")\npermit (principal, action, resource);\n' },
    },
  });
  const url = (server: string): string => `${gateway.data}/mcp/${server}`;
  const { data, admin, dataDir } = gateway;
  return {
    address: { data, admin, dataDir, tokenEndpoint: issuer.tokenEndpoint },
    url,
    token: (server) =>
      issuer.mint({ clientId: AGENT, resource: url(server), lifetimeSeconds: TOKEN_SECONDS }),
    close: async () => {
      await gateway.dispose();
      await issuer.close();
    },
  };
}

/** The port has to be known before the start, since it is part of an origin. */
async function freePort(): Promise<number> {
  const server = createServer();
  const address = await listenOnLoopback(server, 0);
  await closeServer(server);
  return Number(new URL(address).port);
}

export function serverManifest([name, url]: readonly [string, string]): string {
  return manifest('MCPServer', name, { url, team: 'suite', environment: 'test', risk: 'low' });
}

function world(issuer: Issuer): string {
  return [
    manifest('Team', 'suite', {}),
    manifest('User', 'olive', { email: 'olive@example.com' }),
    manifest('Issuer', 'suite', { issuer: issuer.url, jwksUri: issuer.jwksUri, kind: 'agents' }),
    manifest('Agent', AGENT, {
      owner: 'olive',
      team: 'suite',
      purpose: 'Runs the conformance suite',
      risk: 'low',
      environment: 'test',
      identities: [{ issuer: 'suite', claim: 'client_id', value: AGENT }],
    }),
  ].join('');
}
