// Callers that never finish what they send: each is cut off with an error that says so, at every endpoint, and nothing of it
// reaches a server (audit-log D3; what they cost others meanwhile: `slow.test.ts`).
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goodMessage, type HostileWorld, startHostileWorld } from './hostile-fronts.ts';

let world: HostileWorld;
beforeAll(async () => {
  world = await startHostileWorld();
});
afterAll(async () => {
  await world.close();
});

const PATHS = ['/mcp/raw', '/mcp', '/a2a/agent', '/a2a/agent/message:send'];
const HEAD =
  'Accept: application/json, text/event-stream\r\nContent-Type: application/json\r\nA2A-Version: 1.0\r\n';

/** Sends the start at once and then a byte now and then, until the gateway has had enough; then what it said. */
function dripping(start: string, next: string): Promise<string> {
  const { port, hostname } = new URL(world.gateway.data);
  const socket: Socket = connect(Number(port), hostname);
  const { promise, resolve } = Promise.withResolvers<string>();
  let answer = '';
  const drip = setInterval(() => socket.writable && socket.write(next), 400);
  socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    clearInterval(drip);
    resolve(answer);
  });
  socket.write(start);
  return promise;
}

test('heads, bodies and chunks that never end are answered with a time-out, and nothing of them arrives', async () => {
  const { host } = new URL(world.gateway.data);
  const before = [world.upstream.requests.length, world.agent.requests.length];
  const answers = await Promise.all(
    PATHS.flatMap(async (path) => {
      const token = await world.issuer.mint({
        clientId: 'worker',
        resource: `${world.gateway.data}${path.replace('/message:send', '')}`,
      });
      const line = `POST ${path} HTTP/1.1\r\nHost: ${host}\r\n`;
      const authorized = `${line}Authorization: Bearer ${token}\r\n${HEAD}`;
      return Promise.all([
        dripping(`${line}X-Slow: `, 'x'),
        dripping(`${authorized}Content-Length: 100000\r\n\r\n{"jsonrpc":"2.0"`, ' '),
        dripping(`${authorized}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'),
      ]);
    }),
  );
  for (const [index, [head, body, chunks]] of answers.entries()) {
    const path = PATHS[index];
    expect([path, head]).toEqual([path, expect.stringMatching(/^HTTP\/1\.1 408 /)]);
    expect([path, body]).toEqual([path, expect.stringMatching(/^HTTP\/1\.1 408 /)]);
    expect([path, chunks]).toEqual([path, expect.stringMatching(/^HTTP\/1\.1 408 /)]);
  }
  expect([world.upstream.requests.length, world.agent.requests.length]).toEqual(before);
  for (const front of world.fronts) expect((await front.post(goodMessage(front))).status).toBe(200);
});
