// The official A2A client with each of its transports, for one agent behind the gateway, and that agent under three names:
// spoken to over JSON-RPC, over HTTP+JSON and over gRPC.
import {
  type AgentCard,
  SendMessageRequest,
  type Message,
  type StreamResponse,
  type Task,
} from '@a2a-js/sdk';
import {
  type Client,
  ClientFactory,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
} from '@a2a-js/sdk/client';
import { GrpcTransportFactory } from '@a2a-js/sdk/client/grpc';
import { InterceptingCall, type Interceptor, type Metadata } from '@grpc/grpc-js';
import { manifest } from '@countersign/testkit';
import { randomUUID } from 'node:crypto';
import { type A2aWorld, startA2aWorld } from './a2a-world.ts';

export const BINDINGS = ['JSONRPC', 'HTTP+JSON', 'GRPC'] as const;
export type Binding = (typeof BINDINGS)[number];

/** The name that the agent is registered under which is spoken to in that binding; and the guarded and the closed one. */
export const CALLEES: Readonly<Record<Binding, { readonly open: string; readonly held: string }>> = {
  JSONRPC: { open: 'helper', held: 'vault' },
  'HTTP+JSON': { open: 'rest-helper', held: 'rest-vault' },
  GRPC: { open: 'grpc-helper', held: 'grpc-vault' },
};

export interface BindingsWorld extends A2aWorld {
  /** @param told what the gateway says beside its answers, as it comes. */
  over(
    binding: Binding,
    agent: string,
    callee: string,
    more?: { readonly token?: string; readonly told?: Told },
  ): Promise<Client>;
}

/** Headers and trailers of the answers to a client, the newest last. */
export type Told = Record<string, string>[];

/** @param config further configuration of the gateway. */
export async function startBindingsWorld(config: object = {}): Promise<BindingsWorld> {
  const world = await startA2aWorld({
    config: { dataPlane: { port: 0, grpc: { port: 0 } }, ...config },
  });
  const card = (await (await fetch(`${world.helper.url}/.well-known/agent-card.json`)).json()) as AgentCard;
  const grpc = card.supportedInterfaces.find(({ protocolBinding }) => protocolBinding === 'GRPC')?.url ?? '';
  const rest = { url: world.helper.url, binding: 'HTTP+JSON' };
  const overGrpc = { cardUrl: world.helper.url, url: `http://${grpc}`, binding: 'GRPC' };
  await world.apply(
    [
      ...registered('rest-helper', [], rest),
      ...registered('rest-vault', ['sensitive'], rest),
      ...registered('grpc-helper', [], overGrpc),
      ...registered('grpc-vault', ['sensitive'], overGrpc),
    ].join('\n'),
  );
  return {
    ...world,
    async over(binding, agent, callee, { token: given, told = [] } = {}) {
      const token = given ?? (await world.token(agent, `/a2a/${callee}`));
      const fetchImpl: typeof fetch = async (input, init) => {
        const headers = new Headers(init?.headers);
        if (token !== '') headers.set('authorization', `Bearer ${token}`);
        const response = await fetch(input, { ...init, headers });
        told.push(Object.fromEntries(response.headers));
        return response;
      };
      const grpcCallOptions = { interceptors: [authorized(token, told)] };
      const transports = {
        JSONRPC: new JsonRpcTransportFactory({ fetchImpl }),
        'HTTP+JSON': new RestTransportFactory({ fetchImpl }),
        GRPC: new GrpcTransportFactory({ grpcCallOptions }),
      };
      const factory = new ClientFactory({
        transports: [transports[binding]],
        cardResolver: new DefaultAgentCardResolver(),
      });
      return factory.createFromUrl(`${world.gateway().data}/a2a/${callee}/.well-known/agent-card.json`, '');
    },
  };
}

export function registered(
  name: string,
  labels: readonly string[],
  at: Readonly<Record<string, string>>,
): string[] {
  const spec = {
    owner: 'olive',
    team: 'platform',
    purpose: `${name} of the tests`,
    capabilities: ['errands'],
    risk: 'medium',
    environment: 'production',
    labels,
    identities: [{ issuer: 'corp', claim: 'client_id', value: name }],
  };
  return [manifest('Agent', name, spec), manifest('A2AAgent', name, at)];
}

function authorized(token: string, told: Told): Interceptor {
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start(metadata, _listener, next) {
        if (token !== '') metadata.set('authorization', `Bearer ${token}`);
        next(metadata, {
          onReceiveStatus(status, pass) {
            told.push(plain(status.metadata));
            pass(status);
          },
        });
      },
    });
}

function plain(metadata: Metadata): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata.getMap()).map(([name, value]) => [name, String(value)]));
}

export function message(text: string, more: Readonly<Record<string, unknown>> = {}): SendMessageRequest {
  const { configuration, ...rest } = more;
  return SendMessageRequest.fromJSON({
    message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }], ...rest },
    ...(configuration === undefined ? {} : { configuration }),
  });
}

export function textOf(answer: Message | Task): string {
  const parts = 'messageId' in answer ? answer.parts : answer.artifacts.flatMap((each) => each.parts);
  return parts.flatMap(({ content }) => (content?.$case === 'text' ? [content.value] : [])).join('\n');
}

export async function all(stream: AsyncIterable<StreamResponse>): Promise<StreamResponse[]> {
  const events: StreamResponse[] = [];
  for await (const event of stream) events.push(event);
  return events;
}
