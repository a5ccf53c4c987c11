// Continuous sinks against real receivers: everything arrives, in order, whatever the receiver or the gateway goes through.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { callAs } from '../modern-call.ts';
import { SOON } from '../soon.ts';
import { startWorld, type World } from '../world.ts';
import { type Authority, makeAuthority } from './authority.ts';
import { httpReceiver, nativeIndices, otlpIndices, type Receiver, syslogReceiver } from './receivers.ts';

let folder: string;
let authority: Authority;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-sinks-'));
  authority = await makeAuthority(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function withWorld(sinks: readonly object[], work: (world: World) => Promise<void>): Promise<void> {
  const world = await startWorld({ config: { sinks } });
  try {
    await work(world);
  } finally {
    await world.close();
  }
}

async function makeCalls(world: Pick<World, 'gateway' | 'token'>, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await callAs(world, 'worker', 'fixture', 'echo', { text: `hello ${i}` });
}

async function sizeOf(world: Pick<World, 'admin'>): Promise<number> {
  return (await world.admin<{ size: number }>('/log')).size;
}

/** Waits until a receiver has everything up to `size`, and checks that each entry came once and in order. */
async function hasAll(receiver: Pick<Receiver, 'indices'>, size: number): Promise<void> {
  await vi.waitUntil(() => receiver.indices.length >= size, SOON);
  expect(receiver.indices.slice(0, size)).toEqual(Array.from({ length: size }, (_, index) => index));
}

interface SinkStatus {
  readonly name: string;
  readonly next: number;
  readonly lag: number;
  readonly state: string;
  readonly error: string | null;
}

async function sinkOf(world: Pick<World, 'admin'>, name: string): Promise<SinkStatus | undefined> {
  const { sinks } = await world.admin<{ sinks: SinkStatus[] }>('/sinks');
  return sinks.find((sink) => sink.name === name);
}

test('syslog over TCP and TLS, OTLP, a webhook and a file all get every entry once, in order', async () => {
  const tcp = await syslogReceiver();
  const tls = await syslogReceiver({ tls: authority });
  const hook = await httpReceiver(nativeIndices);
  const collector = await httpReceiver(otlpIndices);
  const file = join(folder, 'entries.jsonl');
  await withWorld(
    [
      { name: 'tcp', kind: 'syslog-cef', host: '127.0.0.1', port: tcp.port, transport: 'tcp' },
      { name: 'tls', kind: 'syslog-cef', host: 'localhost', port: tls.port, ca: authority.ca },
      { name: 'hook', kind: 'webhook-jsonl', url: `http://127.0.0.1:${hook.port}/in` },
      { name: 'otel', kind: 'otlp', url: `http://127.0.0.1:${collector.port}/v1/logs` },
      { name: 'file', kind: 'file-jsonl', path: file },
    ],
    async (world) => {
      await makeCalls(world, 10);
      const size = await sizeOf(world);
      for (const receiver of [tcp, tls, hook, collector]) await hasAll(receiver, size);
      await vi.waitUntil(async () => (await linesOf(file)).length >= size, SOON);
      expect((await linesOf(file)).slice(0, size)).toEqual(hook.indices.slice(0, size));
      // Nothing that a person, an agent or a tool is called left, since no detail was named.
      for (const receiver of [tcp, tls, hook, collector]) {
        expect(receiver.texts.join('\n')).not.toMatch(/worker|olive|hello|echo/);
      }
      expect(hook.requests[0]?.headers['countersign-first']).toBe('0');
      await vi.waitUntil(async () => (await sinkOf(world, 'hook'))?.lag === 0, SOON);
      const metrics = await (await fetch(`${world.gateway.admin}/metrics`)).text();
      expect(metrics).toContain('countersign_sink_lag_entries{sink="hook",kind="webhook-jsonl"} 0');
      const listed = await world.gateway.cli('sinks', 'list');
      expect(listed.code).toBe(0);
      expect(listed.stdout).toMatch(/hook +webhook-jsonl +\d+ +0 +– +ok/);
    },
  );
  await Promise.all([tcp.close(), tls.close(), hook.close(), collector.close()]);
});

test('a receiver that fails for a while gets everything afterwards, and no call waits for it', async () => {
  const hook = await httpReceiver(nativeIndices);
  hook.answer(503);
  await withWorld(
    [{ name: 'hook', kind: 'webhook-jsonl', url: `http://127.0.0.1:${hook.port}/`, details: ['sentence'] }],
    async (world) => {
      await vi.waitUntil(() => hook.refused() > 0, SOON);
      await makeCalls(world, 5);
      expect(await sinkOf(world, 'hook')).toMatchObject({
        next: 0,
        state: 'failing',
        error: 'the receiver answered 503',
      });
      hook.answer(204);
      await hasAll(hook, await sizeOf(world));
      expect(hook.texts.join('')).toContain('called tool fixture/echo');
      expect(hook.texts.join('')).not.toContain('hello 1');
    },
  );
  await hook.close();
});

test('a syslog receiver that drops connections with what was written to them loses nothing', async () => {
  // The first connections are read from and reset, as by a receiver that is killed; the next is closed in order, too early.
  const receiver = await syslogReceiver({
    spoil: (socket, connection) => {
      if (connection <= 2) socket.once('data', () => socket.resetAndDestroy());
      else if (connection === 3) socket.once('data', () => socket.end());
      return connection <= 3;
    },
  });
  await withWorld(
    [{ name: 'tcp', kind: 'syslog-cef', host: '127.0.0.1', port: receiver.port, transport: 'tcp' }],
    async (world) => {
      await makeCalls(world, 5);
      await hasAll(receiver, await sizeOf(world));
      expect(receiver.connections()).toBeGreaterThan(3);
    },
  );
  await receiver.close();
});

test('a receiver with a certificate of somebody else is sent nothing', async () => {
  const receiver = await syslogReceiver({ tls: authority });
  await withWorld(
    [{ name: 'tls', kind: 'syslog-cef', host: 'localhost', port: receiver.port }],
    async (world) => {
      await vi.waitUntil(async () => (await sinkOf(world, 'tls'))?.state === 'failing', SOON);
      expect((await sinkOf(world, 'tls'))?.error).toMatch(/certificate/);
      expect(receiver.indices).toEqual([]);
    },
  );
  await receiver.close();
});

test('killed with kill -9 at any moment, the gateway goes on where receivers were, and repeats only around the crash', async () => {
  const hook = await httpReceiver(nativeIndices);
  const file = join(folder, 'crashed.jsonl');
  const sinks = [
    { name: 'hook', kind: 'webhook-jsonl', url: `http://127.0.0.1:${hook.port}/` },
    { name: 'file', kind: 'file-jsonl', path: file },
  ];
  const world = await startWorld({ config: { sinks } });
  try {
    let { gateway } = world;
    for (const round of [1, 2, 3]) {
      const current = onward(world, gateway);
      const calls = makeCalls(current, 20).catch(() => {});
      await vi.waitUntil(() => hook.indices.length > round * 10, SOON);
      await gateway.kill('SIGKILL');
      await calls;
      gateway = await spawnGateway({ config: gateway.config, dataDir: gateway.dataDir });
    }
    const after = adminOf(gateway.admin, world.gateway.adminToken ?? '');
    const size = await sizeOf(after);
    await vi.waitUntil(async () => ((await sinkOf(after, 'hook'))?.next ?? 0) >= size, SOON);
    await vi.waitUntil(async () => ((await sinkOf(after, 'file'))?.next ?? 0) >= size, SOON);
    for (const indices of [hook.indices, await linesOf(file)]) {
      expect(missing(indices, size)).toEqual([]);
      // Order is kept but for the point where a crash goes back.
      expect(steps(indices).filter((step) => step !== 1 && step > 0)).toEqual([]);
      expect(steps(indices).filter((step) => step <= 0).length).toBeLessThanOrEqual(3);
    }
    await gateway.stop();
  } finally {
    await world.close();
    await hook.close();
  }
});

test('entries that were recorded before a sink was configured are sent too, or left out where it says so', async () => {
  const all = await httpReceiver(nativeIndices);
  const denials = await httpReceiver(nativeIndices);
  const world = await startWorld();
  try {
    await makeCalls(world, 3);
    await world.gateway.stop();
    const config = JSON.parse(await readFile(world.gateway.config, 'utf8')) as object;
    const sinks = [
      { name: 'all', kind: 'webhook-jsonl', url: `http://127.0.0.1:${all.port}/` },
      {
        name: 'denials',
        kind: 'webhook-jsonl',
        url: `http://127.0.0.1:${denials.port}/`,
        from: 'now',
        entries: { kinds: ['call.decided'], decisions: ['deny'] },
      },
    ];
    await writeFile(world.gateway.config, JSON.stringify({ ...config, sinks }));
    const gateway = await spawnGateway({ config: world.gateway.config, dataDir: world.gateway.dataDir });
    const again = onward(world, gateway);
    await makeCalls(again, 2);
    await callAs(again, 'worker', 'fixture', 'fail', {});
    await hasAll(all, await sizeOf(adminOf(gateway.admin, world.gateway.adminToken ?? '')));
    await vi.waitUntil(() => denials.indices.length > 0, SOON);
    expect(denials.indices).toHaveLength(1);
    await gateway.stop();
  } finally {
    await world.close();
    await Promise.all([all.close(), denials.close()]);
  }
});

/** The same world around a gateway that was started again, on other ports. */
function onward(world: World, gateway: Gateway): Pick<World, 'gateway' | 'token'> {
  return {
    gateway,
    token: (agent, endpoint) =>
      world.issuer.mint({ clientId: agent, resource: `${gateway.data}${endpoint}` }),
  };
}

async function linesOf(file: string): Promise<number[]> {
  return nativeIndices(await readFile(file, 'utf8').catch(() => ''));
}

function missing(indices: readonly number[], size: number): number[] {
  const seen = new Set(indices);
  return Array.from({ length: size }, (_, index) => index).filter((index) => !seen.has(index));
}

function steps(indices: readonly number[]): number[] {
  return indices.slice(1).map((index, at) => index - (indices[at] ?? 0));
}

function adminOf(admin: string, token: string): Pick<World, 'admin'> {
  return {
    async admin<T>(path: string) {
      const response = await fetch(`${admin}/api/v1${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      if (response.status !== 200) throw new Error(`GET ${path}: ${response.status}`);
      return (await response.json()) as T;
    },
  };
}
