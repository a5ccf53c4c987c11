// A client that listens is told when what it may list has changed: because its server says so, or because policy, registry
// or a person made it so; and not because something changed that is not its own (protocols.md 1.3).
import { connectV1, connectV2, manifest } from '@countersign/testkit';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { type PolicyFiles, policyFiles } from './policy-files.ts';
import { SOON } from './soon.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let policies: PolicyFiles;
beforeAll(async () => {
  world = await startWorld();
  policies = policyFiles(world.gateway, world.gateway.adminToken ?? '');
});
afterAll(async () => {
  await world.close();
});

const endpoint = () => `${world.gateway.data}/mcp/fixture`;

/** What each client does to hear of changed tools, and how it looks at them. */
interface Listener {
  readonly told: () => number;
  tools(): Promise<readonly string[]>;
  call(name: string, args: Readonly<Record<string, unknown>>): Promise<unknown>;
  close(): Promise<void>;
}

async function listenV1(): Promise<Listener> {
  let told = 0;
  const client = await connectV1(endpoint(), { token: await world.token('worker', '/mcp/fixture') });
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => void (told += 1));
  return {
    told: () => told,
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, args) => client.callTool({ name, arguments: args }),
    close: () => client.close(),
  };
}

async function listenV2(era: 'legacy' | '2026-07-28'): Promise<Listener> {
  let told = 0;
  const token = await world.token('worker', '/mcp/fixture');
  const client = await connectV2(endpoint(), { token, era });
  client.setNotificationHandler('notifications/tools/list_changed', () => void (told += 1));
  if (era !== 'legacy') await client.listen({ toolsListChanged: true });
  return {
    told: () => told,
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, args) => client.callTool({ name, arguments: args }),
    close: () => client.close(),
  };
}

const clients = [
  ['sdk 1.x', listenV1],
  ['client 2.x, legacy era', () => listenV2('legacy')],
  ['client 2.x, 2026-07-28', () => listenV2('2026-07-28')],
] as const;

let extra: 'absent' | 'present' = 'absent';

/** The server tells its clients, and the gateway, once it knows the tool, tells them again: before that, it showed none. */
async function changeTools(client: Listener): Promise<typeof extra> {
  extra = extra === 'absent' ? 'present' : 'absent';
  await client.call('change_tools', { extra });
  await expect.poll(client.told, SOON).toBe(2);
  return extra;
}

const NO_ECHO = '@id("no-echo") forbid (principal, action == Action::"fixture/echo", resource);';

describe.each(clients)('%s', (_name, listen) => {
  let client: Listener;
  beforeEach(async () => {
    client = await listen();
    return async () => client.close();
  });

  test('is told when another policy set goes live, and then lists what that permits', async () => {
    expect(await client.tools()).toContain('echo');
    await changeTools(client);
    const before = client.told();
    await policies.publish('more.cedar', NO_ECHO);
    await expect.poll(client.told, SOON).toBe(before + 1);
    expect(await client.tools()).not.toContain('echo');
    await policies.publish('more.cedar', '');
    await expect.poll(client.told, SOON).toBe(before + 2);
    expect(await client.tools()).toContain('echo');
  });

  test('is told by its server as ever', async () => {
    const extra = await changeTools(client);
    const tools = await client.tools();
    expect(tools.includes('extra')).toBe(extra === 'present');
  });
});

describe('a change of the registry', () => {
  const agent = (name: string, purpose: string, capabilities: readonly string[]) =>
    manifest('Agent', name, {
      owner: 'olive',
      team: 'platform',
      purpose,
      capabilities,
      risk: 'medium',
      environment: 'production',
      identities: [
        { issuer: 'corp', claim: 'client_id', value: name },
        { issuer: 'corp', claim: 'act.sub', value: name },
      ],
    });

  test('is told to whom it concerns, and to nobody else', async () => {
    const client = await listenV2('2026-07-28');
    await apply(world.gateway, agent('clerk', 'another purpose of another agent', ['payments']));
    await apply(world.gateway, agent('worker', 'the worker of the tests', ['fixture', 'more']));
    await expect.poll(client.told, SOON).toBe(1);
    await apply(world.gateway, agent('clerk', 'the clerk of the tests', ['payments']));
    await apply(world.gateway, agent('worker', 'the worker of the tests', ['fixture']));
    await expect.poll(client.told, SOON).toBe(2);
    await client.close();
  });
});
