// Serves one A2A agent over JSON-RPC, in 1.0 (there in the other bindings, too), 0.3 or both: the official SDK's request handler behind its Express adapter.
import { createServer } from 'node:http';

import { AgentCard } from '@a2a-js/sdk';
import { type AgentExecutor, DefaultRequestHandler, InMemoryTaskStore } from '@a2a-js/sdk/server';
import { agentCardHandler, jsonRpcHandler, UserBuilder } from '@a2a-js/sdk/server/express';
import express from 'express';

import { closeServer, listenOnLoopback } from '../listen.ts';
import { serveOtherBindings } from './other-bindings.ts';

export type AgentDescription = {
  readonly name: string;
  readonly description: string;
  readonly skills: readonly {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly tags: readonly string[];
    readonly examples?: readonly string[];
  }[];
};

/** Which versions of A2A an agent takes. */
export type AgentVersions = '1.0' | '0.3' | 'both';

export type ServingAgent = {
  /** Base address: the card is at `<url>/.well-known/agent-card.json`. */
  readonly url: string;
  close(): Promise<void>;
};

/** Serves an agent on 127.0.0.1; its JSON-RPC endpoint is `<url>/rpc`. */
export async function serveAgent(
  description: AgentDescription,
  executor: AgentExecutor,
  port = 0,
  versions: AgentVersions = '1.0',
): Promise<ServingAgent> {
  const app = express();
  app.disable('x-powered-by');
  const server = createServer(app);
  const url = await listenOnLoopback(server, port);
  const card = cardOf(description, url, versions);
  // Made when it is asked for: what else the agent speaks is in the card by then.
  const extended = (): AgentCard =>
    AgentCard.fromJSON({
      ...(AgentCard.toJSON(card) as object),
      description: `${description.description}, also for those whom it knows`,
    });
  const handler = new DefaultRequestHandler(
    card,
    new InMemoryTaskStore(),
    executor,
    undefined,
    undefined,
    undefined,
    () => Promise.resolve(extended()),
  );
  const legacyCompat = { enabled: versions !== '1.0' };
  if (versions === '0.3')
    app.get('/.well-known/agent-card.json', (_request, response) => response.json(earlierCard(card, url)));
  app.use('/.well-known/agent-card.json', agentCardHandler({ agentCardProvider: handler, legacyCompat }));
  app.use(
    '/rpc',
    jsonRpcHandler({ requestHandler: handler, userBuilder: UserBuilder.noAuthentication, legacyCompat }),
  );
  const others = versions === '0.3' ? null : await serveOtherBindings(app, url, card, handler);
  return {
    url,
    close: () => {
      others?.close();
      return closeServer(server);
    },
  };
}

/** As an agent that was built before 1.0 writes it. */
function earlierCard({ name, description, version, provider, skills }: AgentCard, url: string): object {
  return {
    protocolVersion: '0.3.0',
    name,
    description,
    version,
    provider,
    url: `${url}/rpc`,
    preferredTransport: 'JSONRPC',
    additionalInterfaces: [{ url: `${url}/rpc`, transport: 'JSONRPC' }],
    capabilities: { streaming: true, pushNotifications: true, stateTransitionHistory: false },
    securitySchemes: { own: { type: 'apiKey', in: 'header', name: 'X-Api-Key' } },
    security: [{ own: [] }],
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain', 'application/json'],
    skills: skills.map((skill) => ({
      id: skill.id,
      name: skill.name,
      description: skill.description,
      tags: skill.tags,
      security: [{ own: [] }],
    })),
    supportsAuthenticatedExtendedCard: true,
  };
}

function cardOf(description: AgentDescription, url: string, versions: AgentVersions): AgentCard {
  return AgentCard.fromJSON({
    name: description.name,
    description: description.description,
    version: '1.0.0',
    provider: { organization: 'Example Corp', url: 'https://example.com' },
    supportedInterfaces: (versions === 'both' ? ['1.0', '0.3'] : [versions]).map((protocolVersion) => ({
      url: `${url}/rpc`,
      protocolBinding: 'JSONRPC',
      protocolVersion,
    })),
    capabilities: { streaming: true, pushNotifications: true, extendedAgentCard: true },
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain', 'application/json'],
    skills: description.skills,
  });
}
