// An agent's hand on another agent through the gateway: the official A2A client, the caller's own token, and the call
// token of the work it acts for. The card that the gateway serves is verified before it is used.
import { randomUUID } from 'node:crypto';

import { Message, SendMessageRequest, Task, TaskState, verifyAgentCardSignature } from '@a2a-js/sdk';
import {
  type Client,
  ClientFactory,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
} from '@a2a-js/sdk/client';
import type { JWK } from 'jose';

import { type Credentials, tokenSource } from './credentials.ts';
import { textOf } from './events.ts';
import { receiptHeaders, type Receipt } from './receipts.ts';

export type A2aTarget = {
  readonly gateway: string;
  /** The name under which the agent is registered. */
  readonly agent: string;
  readonly credentials: Credentials;
  readonly callToken?: string;
};

export type AgentAnswer = {
  /** The state of the task, or `message` for a bare message. */
  readonly state: keyof typeof TaskState | 'message';
  readonly text: string;
  readonly task: Task | null;
} & Receipt;

export type A2aCaller = {
  readonly client: Client;
  send(text: string, signal?: AbortSignal): Promise<AgentAnswer>;
  getTask(id: string): Promise<AgentAnswer>;
};

/** Fetches and verifies the agent's card, and connects. */
export async function connectA2a(target: A2aTarget): Promise<A2aCaller> {
  const url = `${target.gateway}/a2a/${target.agent}`;
  const token = tokenSource(target.credentials, url);
  const receipts = receiptHeaders(async (address, init) => {
    const headers = new Headers(init?.headers);
    headers.set('Authorization', `Bearer ${await token()}`);
    if (target.callToken !== undefined) headers.set('Countersign-Call-Token', target.callToken);
    return fetch(address, { ...init, headers });
  });
  const fetchImpl = receipts.fetch as typeof fetch;
  const factory = new ClientFactory({
    transports: [new JsonRpcTransportFactory({ fetchImpl })],
    cardResolver: new DefaultAgentCardResolver({ fetchImpl }),
  });
  const client = await factory.createFromUrl(`${url}/.well-known/agent-card.json`, '');
  await client.getAgentCard(undefined, verifyAgentCardSignature(signingKeys(target.gateway)));
  return {
    client,
    send: async (text, signal) => {
      const request = SendMessageRequest.fromJSON({
        message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }] },
      });
      const answer = await client.sendMessage(request, signal === undefined ? undefined : { signal });
      return { ...answerOf(answer), ...receipts.last() };
    },
    getTask: async (id) => ({ ...answerOf(await client.getTask({ tenant: '', id })), ...receipts.last() }),
  };
}

function answerOf(answer: Message | Task): Omit<AgentAnswer, keyof Receipt> {
  if ('messageId' in answer) return { state: 'message', text: textOf(answer), task: null };
  const pieces = answer.artifacts.flatMap(({ parts }) => parts);
  const text = [...pieces, ...(answer.status?.message?.parts ?? [])]
    .flatMap(({ content }) => (content?.$case === 'text' ? [content.value] : []))
    .join('\n');
  const state = TaskState[answer.status?.state ?? TaskState.UNRECOGNIZED] as keyof typeof TaskState;
  return { state, text, task: answer };
}

/**
 * Finds a key by its id in the gateway's own key set. SECURITY: the `jku` of the card is not followed; whoever forged
 * the card would also choose where its keys are.
 */
function signingKeys(gateway: string): (kid: string) => Promise<JWK> {
  return async (kid) => {
    const response = await fetch(`${gateway}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: JWK[] };
    const key = keys.find((each) => each.kid === kid);
    if (key === undefined) throw new Error(`the gateway publishes no key \`${kid}\``);
    return key;
  };
}
