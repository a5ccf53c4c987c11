// Callers that send slowly, and callers that read slowly or not at all (audit-log D3): each holds up only itself, and what is
// held for them is bounded.
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { answers } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modernRequest } from './modern-call.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';

const MANY = 100;
const FILLING = Buffer.alloc(64 * 1024, 'x');

let world: RawWorld;
let sockets: Socket[] = [];
beforeAll(async () => {
  world = await startRawWorld();
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await world.close();
});

function open(): Socket {
  const { port, hostname } = new URL(world.gateway.data);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

/** Sends the head of a request and then its body, a byte at a time. */
function drip(socket: Socket, start: string): NodeJS.Timeout {
  socket.write(start);
  return setInterval(() => socket.writable && socket.write('x'), 500);
}

function residentMb(): number {
  const status = readFileSync(`/proc/${world.gateway.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

async function goodCalls(count: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const response = await world.call({ n });
    statuses.push(response.status);
    await response.text();
  }
  return statuses;
}

test('a hundred heads and a hundred bodies that never end: good calls are served meanwhile, and the heads are cut off', async () => {
  await goodCalls(5);
  const before = residentMb();
  const { host } = new URL(world.gateway.data);
  const token = await world.token();
  const line = `POST /mcp/raw HTTP/1.1\r\nHost: ${host}\r\n`;
  const heads = Array.from({ length: MANY }, () => open());
  const bodies = Array.from({ length: MANY }, () => open());
  const type = 'Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{';
  const drips = [
    ...heads.map((socket) => drip(socket, `${line}X-Slow: `)),
    ...bodies.map((socket) => drip(socket, `${line}Authorization: Bearer ${token}\r\n${type}`)),
  ];
  expect(new Set(await goodCalls(50))).toEqual(new Set([200]));
  expect(residentMb() - before).toBeLessThan(64);
  await expect
    .poll(() => heads.every(({ closed, readableEnded }) => closed || readableEnded), { timeout: 40_000 })
    .toBe(true);
  for (const each of drips) clearInterval(each);
  for (const socket of [...heads, ...bodies]) socket.destroy();
  sockets = [];
  expect(new Set(await goodCalls(5))).toEqual(new Set([200]));
  expect(world.received()).toBe(60);
});

test('forty readers that read nothing of a large result: good calls are served meanwhile, and what is held is bounded', async () => {
  world.upstream.answerWith((response, request) => {
    const { id, params } = JSON.parse(String(request.body)) as {
      id: number;
      params: { arguments: { large?: true } };
    };
    if (params.arguments.large === undefined) {
      answers.echo(response, request);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(`{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"`);
    const more = (): void => {
      while (response.write(FILLING)) if (response.destroyed) return;
      response.once('drain', more);
    };
    more();
  });
  const before = residentMb();
  const { host } = new URL(world.gateway.data);
  const { headers, body } = modernRequest({
    token: await world.token(),
    tool: 'call',
    args: { large: true },
  });
  const head = Object.entries(headers as Record<string, string>).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const readers = Array.from({ length: 40 }, () => {
    const socket = open();
    // Without anybody who takes data, the socket is not read beyond what the system holds.
    socket.pause();
    socket.write(
      `POST /mcp/raw HTTP/1.1\r\nHost: ${host}\r\n${head.join('')}Content-Length: ${body.length}\r\n\r\n${body}`,
    );
    return socket;
  });
  const calls = world.received();
  await expect.poll(() => world.received() - calls, { timeout: 30_000 }).toBe(readers.length);
  expect(new Set(await goodCalls(50))).toEqual(new Set([200]));
  // What each may hold: what is read before an answer is let go, and what waits for its reader.
  expect(residentMb() - before).toBeLessThan(readers.length * 8);
  for (const socket of readers) socket.destroy();
  const settled = async () => {
    const { calls: open } = await world.admin<{ calls: unknown[] }>('/calls?state=open');
    return open.length;
  };
  await expect.poll(settled, { timeout: 30_000 }).toBe(0);
});
