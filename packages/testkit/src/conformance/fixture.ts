// The server that the official conformance suite is run against: every primitive that its scenarios ask for, in both eras, on
// the official SDK. Each run starts it twice: alone, and behind the gateway.
import { randomBytes } from 'node:crypto';

import { createRequestStateCodec, McpServer } from '@modelcontextprotocol/server';

import { runMcpServer, type Serving } from '../servers/serve.ts';
import { eventMemory } from './event-memory.ts';
import { registerActivity } from './fixture-activity.ts';
import { registerChanges } from './fixture-changes.ts';
import { registerContent } from './fixture-content.ts';
import { registerPrompts } from './fixture-prompts.ts';
import { registerQuestions } from './fixture-questions.ts';
import { registerResources } from './fixture-resources.ts';
import { registerRounds, type RoundState } from './fixture-rounds.ts';
import { registerSchemas } from './fixture-schemas.ts';
import { withTasks } from './fixture-tasks.ts';

const RETRY_MS = 50;

// One process serves every round of a call, so the key may live and die with it.
const rounds = createRequestStateCodec<RoundState>({
  key: randomBytes(32),
  bind: (context) => context.mcpReq.method,
});

let serving: Serving | undefined;

const define = (): McpServer => {
  const server = new McpServer(
    { name: 'conformance-fixture', version: '1.0.0' },
    {
      capabilities: {
        logging: {},
        completions: {},
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
      },
      requestState: { verify: (state, context) => rounds.verify(state, context) },
    },
  );
  registerContent(server);
  registerActivity(server);
  registerQuestions(server);
  registerRounds(server, rounds);
  registerSchemas(server);
  registerPrompts(server);
  registerResources(server);
  registerChanges(server, () => serving);
  return server;
};

serving = await runMcpServer(
  define,
  {},
  {
    resumable: () => ({ eventStore: eventMemory(), retryInterval: RETRY_MS }),
    around: withTasks,
  },
);
