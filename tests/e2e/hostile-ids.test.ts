// Ids that several clients use at the same time, or that one uses twice: whoever asked gets the answer to what it asked, and
// nobody else's; nobody cancels or hears of what is not its own (audit-log D2).
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { answers, manifest } from '@countersign/testkit';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { apply } from './apply.ts';
import { type Ask, type AskingServer, startAskingServer } from './asking-server.ts';
import { eventsOf } from './event-reader.ts';
import { type HostileWorld, startHostileWorld } from './hostile-fronts.ts';
import { openLegacySession } from './legacy-call.ts';
import { modernRequest } from './modern-call.ts';
import { SOON } from './soon.ts';

let world: HostileWorld;
let asking: AskingServer;
beforeAll(async () => {
  [world, asking] = await Promise.all([startHostileWorld(), startAskingServer()]);
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  await apply(
    world.gateway,
    manifest('MCPServer', 'asking', { ...place, url: asking.url }),
    manifest('Agent', 'other', {
      ...place,
      owner: 'olive',
      purpose: 'tests',
      capabilities: [],
      identities: [{ issuer: 'corp', claim: 'client_id', value: 'other' }],
    }),
  );
});
afterAll(async () => {
  await world.close();
  await asking.close();
});
beforeEach(() => {
  world.upstream.answerWith(answers.echo);
});

const AGENTS = ['worker', 'other'] as const;
const at = (path: string) => `${world.gateway.data}${path}`;
const tokenOf = (agent: string, path: string) => world.issuer.mint({ clientId: agent, resource: at(path) });

/** An upstream that answers calls only once so many have come, the last first. */
function answeringBackwards(count: number): void {
  const waiting: [ServerResponse, string][] = [];
  world.upstream.answerWith((response, { body }) => {
    const { id, params } = JSON.parse(String(body)) as { id: unknown; params: { arguments: object } };
    const text = JSON.stringify(params.arguments);
    const result = { content: [{ type: 'text', text }] };
    waiting.push([response, JSON.stringify({ jsonrpc: '2.0', id, result })]);
    if (waiting.length < count) return;
    for (const [each, answer] of waiting.reverse())
      each.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  });
}

test('calls of 2026-07-28 with one id, of two agents and of one twice, are each answered for themselves', async () => {
  answeringBackwards(6);
  const said = ['worker', 'worker', 'worker', 'other', 'other', 'worker'].map((agent) => ({
    agent,
    secret: randomUUID(),
  }));
  const all = await Promise.all(
    said.map(async ({ agent, secret }) => {
      const token = await tokenOf(agent, '/mcp/raw');
      const response = await fetch(
        world.url,
        modernRequest({ token, tool: 'call', args: { secret }, id: 7 }),
      );
      return response.text();
    }),
  );
  for (const [index, { secret }] of said.entries()) {
    expect(said.filter((other) => all[index]?.includes(other.secret))).toHaveLength(1);
    expect(all[index]).toContain(secret);
  }
});

async function openBoth(path: string) {
  return Promise.all(AGENTS.map((agent) => openLegacySession(at(path), () => tokenOf(agent, path))));
}

test('sessions of two agents with one id and one progress token hear each of their own call alone', async () => {
  const sessions = await openBoth('/mcp/asking');
  const streams: Ask[] = [];
  const responses = [];
  for (const session of sessions) {
    const called = asking.called();
    const params = { name: 'work', arguments: {}, _meta: { progressToken: 'p' } };
    responses.push(session.post({ id: 7, method: 'tools/call', params }));
    streams.push(await called);
  }
  const texts = ['for worker', 'for other'];
  const progress = (message: string) => ({
    method: 'notifications/progress',
    params: { progressToken: 'p', progress: 1, message },
  });
  for (const index of [1, 0]) {
    const text = texts[index] ?? '';
    streams[index]?.say(progress(text));
    streams[index]?.end({ id: 7, result: { content: [{ type: 'text', text }] } });
  }
  for (const [index, response] of (await Promise.all(responses)).entries()) {
    const heard = JSON.stringify(await eventsOf(response).rest());
    expect(heard).toContain(`"${texts[index]}"`);
    expect(heard).not.toContain(texts[1 - index]);
  }
  for (const session of sessions) await session.end();
});

test.each(['/mcp/asking', '/mcp'])(
  'at %s, a cancellation by the same id is of the own call alone',
  async (path) => {
    const [mine, theirs] = await openBoth(path);
    if (mine === undefined || theirs === undefined) throw new Error('no sessions');
    const tool = path === '/mcp' ? 'asking__work' : 'work';
    const called = asking.called();
    const call = mine.call(9, tool, {});
    const stream = await called;
    const cancelled = () => asking.answers.filter(({ method }) => method === 'notifications/cancelled');
    const before = cancelled().length;
    await (await theirs.post({ method: 'notifications/cancelled', params: { requestId: 9 } })).text();
    const ofTheirs = cancelled().slice(before);
    stream.end({ id: stream.id, result: { content: [{ type: 'text', text: 'finished' }] } });
    expect(await (await call).text()).toContain('finished');

    const calledAgain = asking.called();
    const again = mine.call(10, tool, {});
    const second = await calledAgain;
    await (await mine.post({ method: 'notifications/cancelled', params: { requestId: 10 } })).text();
    await vi.waitUntil(() => cancelled().length > before + ofTheirs.length, SOON);
    const own = cancelled().at(-1);
    expect(own?.session).not.toBe('');
    // Whatever the server heard of the other's, it heard in the other's session.
    for (const { session } of ofTheirs) expect(session).not.toBe(own?.session);
    second.end({ id: second.id, result: { content: [] } });
    await (await again).text();
    await Promise.all([mine.end(), theirs.end()]);
  },
);

test('the session of another, with whatever id, is not found, and nothing reaches the server', async () => {
  const [mine, theirs] = await openBoth('/mcp/asking');
  if (mine === undefined || theirs === undefined) throw new Error('no sessions');
  const before = asking.answers.length;
  const token = await tokenOf('other', '/mcp/asking');
  for (const message of [
    { id: 7, method: 'tools/call', params: { name: 'work', arguments: {} } },
    { method: 'notifications/cancelled', params: { requestId: 7 } },
  ]) {
    const response = await fetch(at('/mcp/asking'), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-11-25',
        'mcp-session-id': mine.id,
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    });
    expect(response.status).toBe(404);
    expect(await response.text()).toMatch(/[Ss]ession/);
  }
  expect(asking.answers).toHaveLength(before);
  await Promise.all([mine.end(), theirs.end()]);
});

test('messages of A2A with one id and one message id are each answered for themselves', async () => {
  const waiting: (() => void)[] = [];
  world.agent.answerWith((response, { rpc }) => {
    const { parts } = rpc.params.message as { parts: object[] };
    const message = { messageId: 'r', role: 'ROLE_AGENT', parts };
    waiting.push(() =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id: rpc.id, result: { message } })),
    );
    if (waiting.length === 4) for (const answer of waiting.reverse()) answer();
  });
  const secrets = Array.from({ length: 4 }, () => randomUUID());
  const all = await Promise.all(
    secrets.map(async (text, index) => {
      const message = { messageId: 'm', role: 'ROLE_USER', parts: [{ text }] };
      const response = await fetch(at('/a2a/agent'), {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await tokenOf(AGENTS[index % 2] ?? 'worker', '/a2a/agent')}`,
          'content-type': 'application/json',
          'a2a-version': '1.0',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params: { message } }),
      });
      return response.text();
    }),
  );
  for (const [index, secret] of secrets.entries()) {
    expect(secrets.filter((other) => all[index]?.includes(other))).toEqual([secret]);
  }
});
