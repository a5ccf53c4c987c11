// MCP 2024-11-05, which the oldest servers and clients still negotiate: through the gateway as without it.
import { manifest, type RunningProcess, startMcpServer } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';

const OLDEST = '2024-11-05';

let world: RawWorld;
let fixture: RunningProcess;
let url: string;
beforeAll(async () => {
  [world, fixture] = await Promise.all([startRawWorld(), startMcpServer('fixture')]);
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  await apply(world.gateway, manifest('MCPServer', 'old', { ...place, url: fixture.url }));
  url = `${world.gateway.data}/mcp/old`;
});
afterAll(async () => {
  await world.close();
  await fixture.stop();
});

async function post(message: object, session?: string): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await world.issuer.mint({ clientId: 'worker', resource: url })}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session === undefined ? {} : { 'mcp-session-id': session, 'mcp-protocol-version': OLDEST }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  });
}

test('a client that asks for it gets a session of it, and its calls are recorded under it', async () => {
  const clientInfo = { name: 'old', version: '1' };
  const params = { protocolVersion: OLDEST, capabilities: {}, clientInfo };
  const opened = await post({ id: 0, method: 'initialize', params });
  expect(await opened.text()).toContain(`"protocolVersion":"${OLDEST}"`);
  const session = opened.headers.get('mcp-session-id') ?? '';
  await (await post({ method: 'notifications/initialized' }, session)).text();
  const called = await post(
    { id: 1, method: 'tools/call', params: { name: 'echo', arguments: { text: 'hi' } } },
    session,
  );
  expect(await called.text()).toContain('"text":"hi"');
  const { calls } = await world.admin<{ calls: { id: string }[] }>('/calls?limit=1');
  const [call] = calls;
  expect(JSON.stringify(await world.admin(`/calls/${call?.id}`))).toContain(OLDEST);
});

test('a list of messages is none of it', async () => {
  const clientInfo = { name: 'old', version: '1' };
  const params = { protocolVersion: OLDEST, capabilities: {}, clientInfo };
  const opened = await post({ id: 0, method: 'initialize', params });
  await opened.text();
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await world.issuer.mint({ clientId: 'worker', resource: url })}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': opened.headers.get('mcp-session-id') ?? '',
      'mcp-protocol-version': OLDEST,
    },
    body: '[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]',
  });
  expect(response.status).toBe(400);
});
