import { randomUUID } from 'node:crypto';

import { type Message, SendMessageRequest, type Task, TaskState } from '@a2a-js/sdk';
import type { Client } from '@a2a-js/sdk/client';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Issuer, startIssuer } from '../issuer/issuer.ts';
import { connectAgent } from '../official-clients.ts';
import { type RunningProcess, stopAll } from '../process.ts';
import { startRawUpstream } from '../raw-upstream.ts';
import { startMcpServer } from '../servers/start.ts';
import { tokenSource } from './credentials.ts';
import { textOf } from './events.ts';
import { pendingIn } from './mcp-caller.ts';
import { startFixtureAgent, startSupportAgent } from './start.ts';

const saying = (text: string): SendMessageRequest =>
  SendMessageRequest.fromJSON({ message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }] } });

describe('the fixture agent answers the official client', () => {
  let agent: RunningProcess;
  let client: Client;
  beforeAll(async () => {
    agent = await startFixtureAgent();
    client = await connectAgent(agent.url);
  });
  afterAll(() => stopAll([agent]));
  const send = (text: string) => client.sendMessage(saying(text));

  it('with a bare message', async () => {
    expect(textOf((await send('echo hello there')) as Message)).toBe('hello there');
  });

  it('with the HTTP headers that reached it', async () => {
    const options = { serviceParameters: { 'Countersign-Call-Token': 'abc' } };
    const answer = (await client.sendMessage(saying('headers'), options)) as Message;
    expect(answer.parts[0]?.content).toMatchObject({
      value: { headers: { 'countersign-call-token': 'abc' } },
    });
  });

  it.each([
    ['task one', TaskState.TASK_STATE_COMPLETED],
    ['fail', TaskState.TASK_STATE_FAILED],
    ['reject', TaskState.TASK_STATE_REJECTED],
    ['input', TaskState.TASK_STATE_INPUT_REQUIRED],
    ['crash', TaskState.TASK_STATE_FAILED],
    ['slow 20', TaskState.TASK_STATE_COMPLETED],
  ])('to `%s` with a task that ends in state %i', async (text, state) => {
    const task = (await send(text)) as Task;
    expect(task.status?.state).toBe(state);
    expect((await client.getTask({ tenant: '', id: task.id })).status?.state).toBe(state);
  });

  it('with a stream of several events', async () => {
    const kinds: (string | undefined)[] = [];
    for await (const event of client.sendMessageStream(saying('stream 3'))) kinds.push(event.payload?.$case);
    expect(kinds).toEqual([
      'task',
      'statusUpdate',
      'artifactUpdate',
      'artifactUpdate',
      'artifactUpdate',
      'statusUpdate',
    ]);
  });

  it('with a task that can be canceled', async () => {
    const states: (TaskState | undefined)[] = [];
    for await (const event of client.sendMessageStream(saying('hang'))) {
      if (event.payload?.$case === 'task') {
        states.push(event.payload.value.status?.state);
        await client.cancelTask({ tenant: '', id: event.payload.value.id, metadata: undefined });
      }
      if (event.payload?.$case === 'statusUpdate') states.push(event.payload.value.status?.state);
    }
    expect(states).toEqual([TaskState.TASK_STATE_WORKING, TaskState.TASK_STATE_CANCELED]);
  });
});

describe('the support agent', () => {
  let issuer: Issuer;
  beforeAll(async () => {
    issuer = await startIssuer();
  });
  afterAll(() => issuer.close());

  it('calls the CRM where it is told to, with its own token and the call token of its caller', async () => {
    const upstream = await startRawUpstream();
    const gateway = upstream.url.replace(/\/mcp$/, '');
    const agent = await startSupportAgent({ gateway, tokenEndpoint: issuer.tokenEndpoint });
    const client = await connectAgent(agent.url);
    const options = { serviceParameters: { 'Countersign-Call-Token': 'token-of-the-caller' } };
    const task = (await client.sendMessage(saying('Which customers does INC-4711 affect?'), options)) as Task;
    // This upstream is no CRM of the modern era, so the work fails; what counts here is how it was asked.
    expect(task.status?.state).toBe(TaskState.TASK_STATE_FAILED);
    const request = upstream.requests[0];
    expect(request?.path).toBe('/mcp/crm');
    expect(request?.headers['countersign-call-token']).toBe('token-of-the-caller');
    expect(decodeJwt(request?.headers.authorization?.replace('Bearer ', '') ?? '')).toMatchObject({
      client_id: 'customer-support',
      aud: `${gateway}/mcp/crm`,
    });
    await agent.stop();
    await upstream.close();
  });

  it('answers with the customers that the incident affects', async () => {
    const crm = await startMcpServer('crm');
    const gateway = crm.url.replace(/\/mcp$/, '');
    const agent = await startSupportAgent({ gateway, tokenEndpoint: issuer.tokenEndpoint });
    const client = await connectAgent(agent.url);
    const task = (await client.sendMessage(saying('Which customers does INC-4711 affect?'))) as Task;
    expect(task.status?.state).toBe(TaskState.TASK_STATE_COMPLETED);
    expect(task.artifacts[0]?.parts[0]?.content?.value).toBe(
      'INC-4711 affects Northwind Traders, Fabrikam Robotics',
    );
    await stopAll([crm, agent]);
  });

  it('asks back when the message names no incident', async () => {
    const agent = await startSupportAgent({
      gateway: 'http://127.0.0.1:1',
      tokenEndpoint: issuer.tokenEndpoint,
    });
    const client = await connectAgent(agent.url);
    expect(((await client.sendMessage(saying('hello'))) as Task).status?.state).toBe(
      TaskState.TASK_STATE_INPUT_REQUIRED,
    );
    await agent.stop();
  });
});

describe('credentials', () => {
  it('are asked for once and held until shortly before they expire', async () => {
    const issuer = await startIssuer();
    const token = tokenSource(
      { clientId: 'invoice', tokenEndpoint: issuer.tokenEndpoint },
      'http://127.0.0.1:1/mcp/x',
    );
    expect(await token()).toBe(await token());
    await issuer.close();
  });
});

describe('pendingIn', () => {
  const answer = (refusal: Record<string, unknown>) => ({
    content: [{ type: 'text' as const, text: 'pending' }],
    isError: true,
    _meta: { 'dev.countersign/refusal': refusal },
  });

  it('finds the approval request of a pending answer', () => {
    expect(pendingIn(answer({ reason: 'approval_pending', approvalId: 'apr_1' }))).toBe('apr_1');
  });

  it('finds none in an answer that is final', () => {
    expect(pendingIn(answer({ reason: 'approval_rejected', approvalId: 'apr_1' }))).toBeNull();
    expect(pendingIn({ content: [{ type: 'text', text: 'approval_pending apr_1' }] })).toBeNull();
  });
});
