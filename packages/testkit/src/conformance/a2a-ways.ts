// One A2A agent that is reached in two ways, in each binding and version: as its own card says, and by way of a gateway that permits
// everything. The client is the official one both times; it adds a token where it goes by the gateway.
import type { AgentCard } from '@a2a-js/sdk';
import {
  type Client,
  ClientFactory,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
} from '@a2a-js/sdk/client';
import { GrpcTransportFactory } from '@a2a-js/sdk/client/grpc';
import { InterceptingCall, type Interceptor } from '@grpc/grpc-js';

import { startFixtureAgent } from '../agents/start.ts';
import { manifest } from '../gateway-setup.ts';
import { type Issuer, startIssuer } from '../issuer/issuer.ts';
import { spawnGateway } from '../spawn-gateway.ts';

export const WAYS = ['JSONRPC 1.0', 'HTTP+JSON 1.0', 'GRPC 1.0', 'JSONRPC 0.3'] as const;
export type Way = (typeof WAYS)[number];

const CALLER = 'suite';
const TOKEN_SECONDS = 900;
/** The name under which the agent is registered that is spoken to in the binding of the way, too. */
const CALLEES: Readonly<Record<Way, string>> = {
  'JSONRPC 1.0': 'rpc',
  'HTTP+JSON 1.0': 'rest',
  'GRPC 1.0': 'grpc',
  'JSONRPC 0.3': 'elder',
};

/** One answer of HTTP, as far as it is the same from run to run. */
export type Exchange = { readonly status: number; readonly type: string };

export type Connected = {
  readonly client: Client;
  /** What HTTP said to this client, in order; nothing for gRPC. Cards are not among it. */
  readonly exchanges: Exchange[];
};

export type BothWays = {
  direct(way: Way): Promise<Connected>;
  through(way: Way): Promise<Connected>;
  close(): Promise<void>;
};

export async function startBothWays(): Promise<BothWays> {
  const issuer = await startIssuer();
  const [agent, elder] = await Promise.all([startFixtureAgent('1.0'), startFixtureAgent('0.3')]);
  const card = (await (await fetch(`${agent.url}/.well-known/agent-card.json`)).json()) as AgentCard;
  const grpc = card.supportedInterfaces.find(({ protocolBinding }) => protocolBinding === 'GRPC')?.url ?? '';
  const gateway = await spawnGateway({
    config: {
      config: { dataPlane: { port: 0, grpc: { port: 0 } }, push: { development: true } },
      manifests: {
        'world.yaml': [
          people(issuer),
          ...registered('rpc', { url: agent.url }),
          ...registered('rest', { url: agent.url, binding: 'HTTP+JSON' }),
          ...registered('grpc', { cardUrl: agent.url, url: `http://${grpc}`, binding: 'GRPC' }),
          ...registered('elder', { url: elder.url }),
        ].join(''),
      },
      policies: { 'everything.cedar': '@id("everything")\npermit (principal, action, resource);\n' },
    },
  });
  return {
    direct: (way) => connect(way, way === 'JSONRPC 0.3' ? elder.url : agent.url),
    through: async (way) => {
      const url = `${gateway.data}/a2a/${CALLEES[way]}`;
      const token = await issuer.mint({ clientId: CALLER, resource: url, lifetimeSeconds: TOKEN_SECONDS });
      return connect(way, url, token);
    },
    close: async () => {
      await gateway.dispose();
      await Promise.all([agent.stop(), elder.stop(), issuer.close()]);
    },
  };
}

async function connect(way: Way, url: string, token?: string): Promise<Connected> {
  const exchanges: Exchange[] = [];
  const fetchImpl: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    const response = await fetch(input, { ...init, headers });
    // Where there is no body, its type says nothing.
    const type = response.status === 204 ? '' : (response.headers.get('content-type')?.split(';')[0] ?? '');
    exchanges.push({ status: response.status, type });
    return response;
  };
  const legacyCompat = { enabled: way === 'JSONRPC 0.3' };
  const transports = {
    'JSONRPC 1.0': () => new JsonRpcTransportFactory({ fetchImpl }),
    'HTTP+JSON 1.0': () => new RestTransportFactory({ fetchImpl }),
    'GRPC 1.0': () => new GrpcTransportFactory({ grpcCallOptions: { interceptors: [authorized(token)] } }),
    'JSONRPC 0.3': () => new JsonRpcTransportFactory({ fetchImpl, legacyCompat }),
  };
  const factory = new ClientFactory({
    transports: [transports[way]()],
    cardResolver: new DefaultAgentCardResolver({ legacyCompat }),
  });
  const client = await factory.createFromUrl(`${url}/.well-known/agent-card.json`, '');
  return { client, exchanges };
}

function authorized(token: string | undefined): Interceptor {
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start(metadata, listener, next) {
        if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
        next(metadata, listener);
      },
    });
}

const environment = { risk: 'low', environment: 'test' };

function people(issuer: Issuer): string {
  return [
    manifest('Team', 'suite', {}),
    manifest('User', 'olive', { email: 'olive@example.com' }),
    manifest('Issuer', 'suite', { issuer: issuer.url, jwksUri: issuer.jwksUri, kind: 'agents' }),
    agentManifest(CALLER),
  ].join('');
}

function agentManifest(name: string): string {
  return manifest('Agent', name, {
    owner: 'olive',
    team: 'suite',
    purpose: `${name} of the conformance runs`,
    ...environment,
    identities: [{ issuer: 'suite', claim: 'client_id', value: name }],
  });
}

function registered(name: string, at: Readonly<Record<string, string>>): string[] {
  return [agentManifest(name), manifest('A2AAgent', name, at)];
}
