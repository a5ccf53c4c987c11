// The customer-support agent: asked over A2A which customers an incident affects, it looks them up in the CRM, through
// the gateway, with a token of its own. It passes the inbound call token on: so its calls hang in the caller's chain.
import { TaskState } from '@a2a-js/sdk';
import type { AgentExecutor, ExecutionEventBus, RequestContext } from '@a2a-js/sdk/server';

import { numberOption, requiredOption } from '../args.ts';
import { announceReady, dieWithParent } from '../ready.ts';
import { addArtifact, openTask, textOf, updateStatus } from './events.ts';
import { inboundCallToken } from './inbound.ts';
import { connectMcp } from './mcp-caller.ts';
import { serveAgent } from './serve-agent.ts';

const gateway = requiredOption('gateway', 'GATEWAY');
const credentials = {
  clientId: requiredOption('client-id', 'CLIENT_ID'),
  tokenEndpoint: requiredOption('token-endpoint', 'TOKEN_ENDPOINT'),
};

type Account = { readonly id: string; readonly account: string };

const executor: AgentExecutor = {
  execute: async (context, bus) => {
    openTask(bus, context, TaskState.TASK_STATE_SUBMITTED);
    try {
      await lookUp(context, bus);
    } catch (error) {
      updateStatus(
        bus,
        context,
        TaskState.TASK_STATE_FAILED,
        `the customers could not be read: ${String(error)}`,
      );
    }
    bus.finished();
  },
  cancelTask: async () => undefined,
};

async function lookUp(context: RequestContext, bus: ExecutionEventBus): Promise<void> {
  const incident = /\bINC-\d+\b/.exec(textOf(context.userMessage))?.[0];
  if (incident === undefined) {
    updateStatus(bus, context, TaskState.TASK_STATE_INPUT_REQUIRED, 'which incident? (for example INC-4711)');
    return;
  }
  updateStatus(bus, context, TaskState.TASK_STATE_WORKING, `looking for customers affected by ${incident}`);
  const callToken = inboundCallToken(context);
  const crm = await connectMcp({
    gateway,
    server: 'crm',
    credentials,
    era: '2026-07-28',
    ...(callToken === undefined ? {} : { callToken }),
  });
  try {
    const found = await crm.call('list_accounts', { incident });
    if (found.isError) throw new Error(found.text);
    const { accounts } = found.structured as { accounts: readonly Account[] };
    const contacts: unknown[] = [];
    for (const { id } of accounts) {
      const record = await crm.call('get_customer', { customer_id: id });
      if (record.isError) throw new Error(record.text);
      contacts.push((record.structured as { customer: unknown }).customer);
    }
    const names = accounts.map((each) => each.account).join(', ');
    addArtifact(bus, context, 'affected-customers', `${incident} affects ${names}`, { contacts });
    updateStatus(bus, context, TaskState.TASK_STATE_COMPLETED);
  } finally {
    await crm.close();
  }
}

dieWithParent();
const agent = await serveAgent(
  {
    name: 'customer-support',
    description: 'Knows which customers are affected by an incident',
    skills: [
      {
        id: 'affected-customers',
        name: 'Affected customers',
        description: 'Finds the customers that an incident affects, with their contacts',
        tags: ['customers', 'incidents'],
        examples: ['Which customers does INC-4711 affect?'],
      },
    ],
  },
  executor,
  numberOption('port', 'PORT', 0),
);
announceReady({ url: agent.url });
