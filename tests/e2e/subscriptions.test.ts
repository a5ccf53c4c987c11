// Official clients that subscribe to changes at an official server, through the gateway: nothing of them is changed, and what
// policy denies is not among what they are told (protocols.md 1.2 and 1.3).
import {
  connectV1,
  connectV2,
  manifest,
  type RunningProcess,
  startConformanceFixture,
} from '@countersign/testkit';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';
import { SOON } from './soon.ts';

const POLICIES = `
@id("calls") permit (principal is Agent, action in Action::"mcp", resource);
@id("no-pictures") forbid (principal, action == Action::"mcp:resources/subscribe", resource)
when { resource.uri like "*binary*" };
`;
const WATCHED = 'test://watched-resource';
const PICTURE = 'test://static-binary';

let world: RawWorld;
let fixture: RunningProcess;
let url: string;
beforeAll(async () => {
  world = await startRawWorld({}, { 'all.cedar': POLICIES });
  fixture = await startConformanceFixture();
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  await apply(world.gateway, manifest('MCPServer', 'fixture', { ...place, url: fixture.url }));
  url = `${world.gateway.data}/mcp/fixture`;
});
afterAll(async () => {
  await world.close();
  await fixture.stop();
});

const token = () => world.issuer.mint({ clientId: 'worker', resource: url });
const change = { name: 'test_trigger_resource_update', arguments: {} };

describe('client 2.x, 2026-07-28', () => {
  async function listening() {
    const client = await connectV2(url, { token: await token(), era: '2026-07-28' });
    const told: string[] = [];
    client.setNotificationHandler(
      'notifications/resources/updated',
      ({ params }) => void told.push(params.uri),
    );
    return { client, told };
  }

  test('hears of the resource that it subscribed to, until it closes', async () => {
    const { client, told } = await listening();
    const subscription = await client.listen({ resourceSubscriptions: [WATCHED] });
    expect(subscription.honoredFilter).toEqual({ resourceSubscriptions: [WATCHED] });
    await client.callTool(change);
    await expect.poll(() => told, SOON).toEqual([WATCHED]);
    await subscription.close();
    expect(await subscription.closed).toBe('local');
    await client.callTool(change);
    await client.callTool(change);
    expect(told).toEqual([WATCHED]);
    await client.close();
  });

  test('has several subscriptions at once, each with what it asked for', async () => {
    const { client, told } = await listening();
    const resources = await client.listen({ resourceSubscriptions: [WATCHED] });
    const lists = await client.listen({ toolsListChanged: true, promptsListChanged: true });
    expect(lists.honoredFilter).toEqual({ toolsListChanged: true, promptsListChanged: true });
    await lists.close();
    await client.callTool(change);
    await expect.poll(() => told, SOON).toEqual([WATCHED]);
    await resources.close();
    await client.close();
  });

  test('is told what of it is honoured, and refused where nothing is', async () => {
    const { client } = await listening();
    const some = await client.listen({ toolsListChanged: true, resourceSubscriptions: [PICTURE, WATCHED] });
    expect(some.honoredFilter).toEqual({ toolsListChanged: true, resourceSubscriptions: [WATCHED] });
    await some.close();
    await expect(client.listen({ resourceSubscriptions: [PICTURE] })).rejects.toMatchObject({ code: -31403 });
    await client.close();
  });
});

describe('clients of the older revisions', () => {
  test('sdk 1.x hears of what it subscribed to, until it unsubscribes', async () => {
    const client = await connectV1(url, { token: await token() });
    const told: string[] = [];
    client.setNotificationHandler(
      ResourceUpdatedNotificationSchema,
      ({ params }) => void told.push(params.uri),
    );
    await client.subscribeResource({ uri: WATCHED });
    await client.callTool(change);
    await expect.poll(() => told, SOON).toEqual([WATCHED]);
    await client.unsubscribeResource({ uri: WATCHED });
    await client.callTool(change);
    await client.callTool(change);
    expect(told).toEqual([WATCHED]);
    await expect(client.subscribeResource({ uri: PICTURE })).rejects.toMatchObject({ code: -31403 });
    await client.close();
  });

  test('client 2.x hears of it likewise', async () => {
    const client = await connectV2(url, { token: await token() });
    const told: string[] = [];
    client.setNotificationHandler(
      'notifications/resources/updated',
      ({ params }) => void told.push(params.uri),
    );
    await client.subscribeResource({ uri: WATCHED });
    await client.callTool(change);
    await expect.poll(() => told, SOON).toEqual([WATCHED]);
    await client.close();
  });
});
