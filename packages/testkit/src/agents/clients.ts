// The example agents that only call: each is a function from its errand to what came of it. They are ordinary clients on
// the official SDKs and hold no secret of any upstream.
import { setTimeout as delay } from 'node:timers/promises';

import { type AgentAnswer, connectA2a } from './a2a-caller.ts';
import type { Credentials } from './credentials.ts';
import { connectMcp, type ToolAnswer } from './mcp-caller.ts';

export type AgentEnvironment = {
  /** Base address of the gateway's data plane. */
  readonly gateway: string;
  readonly tokenEndpoint: string;
};

/** Asks the customer-support agent which customers an incident affects, on behalf of a person. */
export async function triageIncident(
  environment: AgentEnvironment,
  errand: { readonly incident: string; readonly subject: string },
): Promise<AgentAnswer> {
  const support = await connectA2a({
    gateway: environment.gateway,
    agent: 'customer-support',
    credentials: credentialsOf(environment, 'incident-triage', errand.subject),
  });
  return support.send(`Which customers does ${errand.incident} affect?`);
}

export type Payment = { readonly vendor: string; readonly amountCents: number; readonly invoice: string };

export type PayOptions = {
  /** Told of the approval request whenever the answer is "pending"; the payment is tried again when it resolves. */
  readonly onPending?: (approval: string) => Promise<void>;
  /** Gives up waiting; default: it keeps trying until there is an answer. */
  readonly signal?: AbortSignal;
};

const RETRY_MS = 1000;

/** Pays an invoice; a payment that waits for a person is tried again, unchanged, until there is an answer. */
export async function payInvoice(
  environment: AgentEnvironment,
  payment: Payment,
  options: PayOptions = {},
): Promise<ToolAnswer> {
  const payments = await connectMcp({
    gateway: environment.gateway,
    server: 'payments',
    credentials: credentialsOf(environment, 'invoice'),
  });
  const args = { vendor: payment.vendor, amount_cents: payment.amountCents, invoice: payment.invoice };
  try {
    for (;;) {
      const answer = await payments.call('pay', args, options.signal);
      if (answer.pending === null) return answer;
      await (options.onPending?.(answer.pending) ?? delay(RETRY_MS));
      options.signal?.throwIfAborted();
    }
  } finally {
    await payments.close();
  }
}

/** Reads customer records of a segment: personal data, which stays with whoever has seen it. */
export async function readCustomers(environment: AgentEnvironment, segment: string): Promise<ToolAnswer> {
  return once(environment, 'marketing', 'warehouse', 'query_customers', { segment });
}

/** Sends a campaign mail to somebody outside; a new connection, and so a new chain, each time. */
export async function sendCampaign(
  environment: AgentEnvironment,
  mail: { readonly to: string; readonly subject: string; readonly body: string },
): Promise<ToolAnswer> {
  return once(environment, 'marketing', 'mailer', 'send_email', mail);
}

/**
 * Calls one tool as the agent with this client id, whoever that is: also one that nobody registered.
 * `auto` is for servers that may not speak the current revision.
 */
export async function callAs(
  environment: AgentEnvironment,
  clientId: string,
  server: string,
  tool: string,
  args: Readonly<Record<string, unknown>>,
  era?: 'auto',
): Promise<ToolAnswer> {
  return once(environment, clientId, server, tool, args, era);
}

async function once(
  environment: AgentEnvironment,
  clientId: string,
  server: string,
  tool: string,
  args: Readonly<Record<string, unknown>>,
  era: 'auto' | '2026-07-28' = '2026-07-28',
): Promise<ToolAnswer> {
  const caller = await connectMcp({
    gateway: environment.gateway,
    server,
    credentials: credentialsOf(environment, clientId),
    era,
  });
  try {
    return await caller.call(tool, args);
  } finally {
    await caller.close();
  }
}

function credentialsOf({ tokenEndpoint }: AgentEnvironment, clientId: string, subject?: string): Credentials {
  return { clientId, tokenEndpoint, ...(subject === undefined ? {} : { subject }) };
}
