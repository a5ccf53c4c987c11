// A stream does not outlive the right to it: another policy, another registry, a stopped agent or a token whose time is over
// end it, with a word to its client, and the record says why (DESIGN section 7).
import { manifest } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { type AskingServer, startAskingServer } from './asking-server.ts';
import { eventsOf } from './event-reader.ts';
import { type Heard, type ListeningServer, startListeningServer } from './listening-server.ts';
import { type PolicyFiles, policyFiles } from './policy-files.ts';
import { type CallRow, type RawWorld, startRawWorld } from './raw-world.ts';

let world: RawWorld;
let server: ListeningServer;
let asking: AskingServer;
let policies: PolicyFiles;
let url: string;
beforeAll(async () => {
  world = await startRawWorld();
  [server, asking] = await Promise.all([startListeningServer(), startAskingServer()]);
  policies = policyFiles(world.gateway, world.gateway.adminToken ?? '');
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  await apply(
    world.gateway,
    manifest('MCPServer', 'listening', { ...place, url: server.url }),
    manifest('MCPServer', 'asking', { ...place, url: asking.url }),
  );
  url = `${world.gateway.data}/mcp/listening`;
});
afterAll(async () => {
  await world.close();
  await Promise.all([server.close(), asking.close()]);
});

function worker(name: string, status = 'active'): string {
  return manifest('Agent', name, {
    status,
    owner: 'olive',
    team: 'platform',
    purpose: 'tests',
    capabilities: [],
    risk: 'low',
    environment: 'production',
    identities: [{ issuer: 'corp', claim: 'client_id', value: name }],
  });
}

async function listen(
  notifications: object,
  {
    agent = 'worker',
    lifetimeSeconds = 300,
  }: { readonly agent?: string; readonly lifetimeSeconds?: number } = {},
) {
  const token = await world.issuer.mint({ clientId: agent, resource: url, lifetimeSeconds });
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const answering = fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 'l',
      method: 'subscriptions/listen',
      params: { _meta, notifications },
    }),
  });
  const heard: Heard = await server.heard();
  heard.acknowledge();
  const response = await answering;
  const calls = response.headers.get('countersign-call')?.split(', ') ?? [];
  const events = eventsOf(response);
  expect(await events.next()).toMatchObject({ method: 'notifications/subscriptions/acknowledged' });
  return { heard, events, calls };
}

async function outcomes(calls: readonly string[]): Promise<unknown[]> {
  return Promise.all(
    calls.map(async (id) => (await world.admin<{ call: CallRow }>(`/calls/${id}`)).call.outcome),
  );
}

const ended = (reason: string, more: object = {}) => ({
  id: 'l',
  result: { resultType: 'complete', _meta: { 'dev.countersign/refusal': { reason, ...more } } },
});

test('a policy that no longer permits a resource ends the stream, though nothing comes on it', async () => {
  const { heard, events, calls } = await listen({ resourceSubscriptions: ['test://a', 'test://b'] });
  await policies.publish(
    'more.cedar',
    '@id("no-a") forbid (principal, action == Action::"mcp:resources/subscribe", resource) when { resource.uri == "test://a" };',
  );
  expect(await events.rest()).toMatchObject([ended('forbidden', { uri: 'test://a' })]);
  await heard.closed;
  expect(await outcomes(calls)).toEqual(['aborted', 'ok']);
  await policies.publish('more.cedar', '');
});

test('a policy that permits it as before ends nothing, also where people had approved it', async () => {
  const guard =
    '@id("guard") @approve("finance") @expires("10m") forbid (principal, action == Action::"mcp:resources/subscribe", resource) when { resource.uri == "test://guarded" };';
  await policies.publish('guard.cedar', guard);
  const refused = await fetchRefusal('test://guarded');
  await approve(refused);
  const { heard, events } = await listen({
    toolsListChanged: true,
    resourceSubscriptions: ['test://guarded'],
  });
  await policies.publish(
    'more.cedar',
    '@id("other") forbid (principal, action == Action::"raw/call", resource);',
  );
  expect(await events.next()).toMatchObject({ method: 'notifications/tools/list_changed' });
  heard.notify('notifications/resources/updated', { uri: 'test://guarded' });
  expect(await events.next()).toMatchObject({ method: 'notifications/resources/updated' });
  await policies.publish('guard.cedar', guard.replace('@expires', '@quorum("2") @expires'));
  expect(await events.rest()).toMatchObject([ended('guarded', { uri: 'test://guarded' })]);
  await policies.publish('guard.cedar', '');
  await policies.publish('more.cedar', '');
});

async function fetchRefusal(uri: string): Promise<string> {
  const token = await world.issuer.mint({ clientId: 'worker', resource: url });
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 'l',
      method: 'subscriptions/listen',
      params: { _meta, notifications: { resourceSubscriptions: [uri] } },
    }),
  });
  const { error } = (await response.json()) as { error: { data: { approvalId: string } } };
  return error.data.approvalId;
}

async function approve(approval: string): Promise<void> {
  const issued = await world.gateway.cli('users', 'token', 'fiona@example.com', '--json');
  const { token } = JSON.parse(issued.stdout) as { token: string };
  const reviewed = await fetch(`${world.gateway.admin}/api/v1/approvals/${approval}/reviews`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ verdict: 'approve', reason: 'may watch' }),
  });
  expect(reviewed.status).toBe(200);
}

test('a token whose time is over ends the stream, though nothing comes on it', async () => {
  const { events, calls } = await listen({ resourceSubscriptions: ['test://a'] }, { lifetimeSeconds: 2 });
  expect(await events.rest()).toMatchObject([ended('unauthenticated')]);
  expect(await outcomes(calls)).toEqual(['aborted']);
});

describe('an agent that is stopped', () => {
  test('hears nothing more, and its streams are ended', async () => {
    await apply(world.gateway, worker('stopped'));
    const { heard, events, calls } = await listen(
      { resourceSubscriptions: ['test://a'] },
      { agent: 'stopped' },
    );
    const others = await listen({ resourceSubscriptions: ['test://a'] });
    await apply(world.gateway, worker('stopped', 'quarantined'));
    heard.notify('notifications/resources/updated', { uri: 'test://a' });
    expect(await events.rest()).toMatchObject([ended('quarantined')]);
    expect(await outcomes(calls)).toEqual(['aborted']);

    others.heard.notify('notifications/resources/updated', { uri: 'test://a' });
    expect(await others.events.next()).toMatchObject({ params: { uri: 'test://a' } });
    others.heard.end();
    await apply(world.gateway, worker('stopped'));
  });

  test('loses the standalone stream of its session, too', async () => {
    await apply(world.gateway, worker('standing'));
    const to = `${world.gateway.data}/mcp/asking`;
    const headers = {
      authorization: `Bearer ${await world.issuer.mint({ clientId: 'standing', resource: to })}`,
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    };
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 't', version: '1' },
    };
    const opened = await fetch(to, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
    });
    await opened.text();
    const session = opened.headers.get('mcp-session-id') ?? '';
    const answering = fetch(to, {
      headers: { ...headers, accept: 'text/event-stream', 'mcp-session-id': session },
    });
    const stream = await asking.listened();
    const events = eventsOf(await answering);
    await apply(world.gateway, worker('standing', 'quarantined'));
    expect(await events.rest()).toEqual([]);
    await stream.closed;
  });
});

test('a gateway that stops ends its streams as streams end, with their outcomes on record', async () => {
  const { events } = await listen({ resourceSubscriptions: ['test://a'] });
  const [rest] = await Promise.all([events.rest(), world.gateway.stop()]);
  expect(rest).toMatchObject([{ id: 'l', result: { resultType: 'complete' } }]);
});
