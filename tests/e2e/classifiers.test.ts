// Classifiers in the running gateway: labels of what is said in a call decide that very call, follow its chain and its agent,
// and are on the record; labels of what comes back decide the next one.
import { randomUUID } from 'node:crypto';
import {
  connectV2,
  type Gateway,
  type Issuer,
  manifest,
  type RunningProcess,
  spawnGateway,
  startIssuer,
  startMcpServer,
} from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { json, type RawAgent, startRawAgent } from './a2a-raw-agent.ts';

const POLICIES = `
@id("all")
permit (principal is Agent, action, resource);

@id("card-numbers-stay-here")
forbid (principal is Agent, action in Action::"a2a:message", resource is Agent)
when { context.exposure.labels.contains("pci") || context.chain.labels.contains("pci") };

@id("addresses-stay-here")
forbid (principal is Agent, action in Action::"a2a:message", resource is Agent)
when { context.exposure.labels.contains("address") };
`;

const CLASSIFIERS = [
  { name: 'cards', labels: ['pci'], on: ['input'], shapes: ['card-numbers'] },
  { name: 'code-names', labels: ['confidential'], upstreams: ['helper'], words: ['Project Kestrel'] },
  {
    name: 'addresses',
    labels: ['address'],
    on: ['output'],
    patterns: ['[\\w.+-]{1,64}@[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,8}'],
  },
];
const CARD = '4111 1111 1111 1111';

let issuer: Issuer;
let crm: RunningProcess;
let helper: RawAgent;
let gateway: Gateway;
beforeAll(async () => {
  issuer = await startIssuer();
  crm = await startMcpServer('crm');
  helper = await startRawAgent();
  answerWith('ok');
  gateway = await spawnGateway({
    config: {
      manifests: { 'world.yaml': manifests() },
      policies: { 'world.cedar': POLICIES },
      config: { classifiers: CLASSIFIERS },
    },
  });
});
afterAll(async () => {
  await gateway.dispose();
  await Promise.all([helper.close(), crm.stop(), issuer.close()]);
});

function answerWith(text: string): void {
  helper.answerWith((response, { rpc }) =>
    json(response, {
      jsonrpc: '2.0',
      id: rpc.id,
      result:
        rpc.method === 'GetTask'
          ? task(rpc.params.id ?? '', text)
          : { message: { messageId: 'r', role: 'ROLE_AGENT', parts: [{ text }] } },
    }),
  );
}

const task = (id: string, text: string) => ({
  id,
  contextId: 'c',
  status: { state: 'TASK_STATE_WORKING' },
  artifacts: [{ artifactId: 'a', parts: [{ text }] }],
});

function manifests(): string {
  const agent = (name: string) =>
    manifest('Agent', name, {
      owner: 'olive',
      team: 'platform',
      purpose: `the ${name} of the tests`,
      capabilities: ['errands'],
      risk: 'medium',
      environment: 'production',
      identities: [{ issuer: 'corp', claim: 'client_id', value: name }],
    });
  return [
    manifest('Team', 'platform', {}),
    manifest('User', 'olive', { email: 'olive@example.com', groups: [] }),
    manifest('Issuer', 'corp', { issuer: issuer.url, jwksUri: issuer.jwksUri, kind: 'mixed' }),
    ...['one', 'two', 'three', 'four', 'five', 'helper'].map(agent),
    manifest('A2AAgent', 'helper', { url: helper.url }),
    manifest('MCPServer', 'crm', { url: crm.url, team: 'platform', environment: 'production', risk: 'low' }),
  ].join('\n');
}

interface Rpc {
  readonly error?: { readonly data: readonly { readonly metadata: { readonly policies?: string } }[] };
}

async function rpc(agent: string, method: string, params: object): Promise<Rpc> {
  const token = await issuer.mint({ clientId: agent, resource: `${gateway.data}/a2a/helper` });
  const response = await fetch(`${gateway.data}/a2a/helper`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'a2a-version': '1.0' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  return (await response.json()) as Rpc;
}

/** `allowed`, or the ids of the policies that denied it. */
async function say(agent: string, ...parts: readonly object[]): Promise<unknown> {
  const message = { messageId: randomUUID(), role: 'ROLE_USER', parts };
  const { error } = await rpc(agent, 'SendMessage', { message });
  return error === undefined ? 'allowed' : JSON.parse(error.data[0]?.metadata.policies ?? '[]');
}

interface Call {
  readonly agent: string;
  readonly labels: readonly string[];
}
async function latest(): Promise<Call | undefined> {
  const headers = { authorization: `Bearer ${gateway.adminToken ?? ''}` };
  const response = await fetch(`${gateway.admin}/api/v1/calls?limit=1`, { headers });
  return ((await response.json()) as { calls: readonly Call[] }).calls[0];
}

test('what a message says decides that very message, and nothing of it is sent', async () => {
  const before = helper.requests.length;
  expect(await say('one', { text: `charge ${CARD}` })).toEqual(['card-numbers-stay-here']);
  expect(await say('one', { data: { deep: [{ card: 4111111111111111 }] } })).toEqual([
    'card-numbers-stay-here',
  ]);
  expect(helper.requests.length).toBe(before);
  expect((await latest())?.labels).toEqual(['pci']);
  // What was denied went nowhere, and nobody is exposed to it.
  expect(await say('one', { text: 'charge 4111 1111 1111 1112' })).toBe('allowed');
});

test('words of a list label the calls of the upstreams that they are looked for at, and whoever made and got them', async () => {
  expect(await say('two', { text: 'ask about project-kestrel' })).toBe('allowed');
  expect(await latest()).toMatchObject({ agent: 'two', labels: ['confidential'] });
  const headers = { authorization: `Bearer ${gateway.adminToken ?? ''}` };
  const exposures = await (await fetch(`${gateway.admin}/api/v1/exposures`, { headers })).text();
  expect(exposures).toContain('confidential');
});

test('what a tool answers labels the agent that got it, before it can pass it on', async () => {
  expect(await say('three', { text: 'hello' })).toBe('allowed');
  const token = await issuer.mint({ clientId: 'three', resource: `${gateway.data}/mcp/crm` });
  const client = await connectV2(`${gateway.data}/mcp/crm`, { token });
  const result = await client.callTool({ name: 'get_customer', arguments: { customer_id: 'cus_1001' } });
  await client.close();
  expect(JSON.stringify(result)).toContain('@');
  expect(await say('three', { text: 'hello' })).toEqual(['addresses-stay-here']);
  expect(await say('four', { text: 'hello' })).toBe('allowed');
});

test('so does what an agent answers, at once or when its task is asked for', async () => {
  answerWith('write to ines@northwind.example');
  expect(await say('four', { text: 'hello' })).toBe('allowed');
  expect(await say('four', { text: 'hello' })).toEqual(['addresses-stay-here']);

  helper.answerWith((response, { rpc: { id } }) =>
    json(response, { jsonrpc: '2.0', id, result: { task: task('polled', 'nothing yet') } }),
  );
  expect(await say('five', { text: 'hello' })).toBe('allowed');
  expect(await say('five', { text: 'again' })).toBe('allowed');
  answerWith('write to ines@northwind.example');
  expect((await rpc('five', 'GetTask', { id: 'polled' })).error).toBeUndefined();
  expect(await say('five', { text: 'hello' })).toEqual(['addresses-stay-here']);
});
