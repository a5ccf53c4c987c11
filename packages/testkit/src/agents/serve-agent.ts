// Serves one A2A 1.0 agent over JSON-RPC: the official SDK's request handler behind its Express adapter.
import { createServer } from 'node:http';

import { AgentCard } from '@a2a-js/sdk';
import { type AgentExecutor, DefaultRequestHandler, InMemoryTaskStore } from '@a2a-js/sdk/server';
import { agentCardHandler, jsonRpcHandler, UserBuilder } from '@a2a-js/sdk/server/express';
import express from 'express';

import { closeServer, listenOnLoopback } from '../listen.ts';

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
): Promise<ServingAgent> {
  const app = express();
  app.disable('x-powered-by');
  const server = createServer(app);
  const url = await listenOnLoopback(server, port);
  const handler = new DefaultRequestHandler(cardOf(description, url), new InMemoryTaskStore(), executor);
  app.use('/.well-known/agent-card.json', agentCardHandler({ agentCardProvider: handler }));
  app.use('/rpc', jsonRpcHandler({ requestHandler: handler, userBuilder: UserBuilder.noAuthentication }));
  return { url, close: () => closeServer(server) };
}

function cardOf(description: AgentDescription, url: string): AgentCard {
  return AgentCard.fromJSON({
    name: description.name,
    description: description.description,
    version: '1.0.0',
    provider: { organization: 'Example Corp', url: 'https://example.com' },
    supportedInterfaces: [{ url: `${url}/rpc`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    capabilities: { streaming: true, pushNotifications: false },
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain', 'application/json'],
    skills: description.skills,
  });
}
