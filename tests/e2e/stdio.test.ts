// Servers that the gateway runs itself, by official clients on one side and official SDKs on the other: a client cannot tell
// them from servers on HTTP, and what a server does to its streams, or dies of, stays its own matter.
import { fileURLToPath } from 'node:url';
import { connectV1, connectV2, manifest, spawnGateway, stdioServers } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tryApply } from './apply.ts';
import { entriesOf } from './entries.ts';
import { callModern } from './modern-call.ts';
import { SOON } from './soon.ts';
import { startTransportsWorld, type TransportsWorld } from './transports-world.ts';

const byHand = {
  command: process.execPath,
  args: [
    fileURLToPath(
      new URL('../../apps/gateway/src/upstreams/testing/hand-written-server.ts', import.meta.url),
    ),
  ],
};
const journaled = (stdio: object) => ({ stdio: { env: { JOURNAL: '$JOURNAL' }, ...stdio } });

let world: TransportsWorld;
beforeAll(async () => {
  world = await startTransportsWorld(
    {
      v1: journaled(stdioServers.v1),
      v2: journaled(stdioServers.v2),
      everything: { stdio: stdioServers.everything },
      shared: journaled({ ...stdioServers.v1, processes: 'shared' }),
      modern: journaled({ ...stdioServers.v2, processes: 'shared' }),
      hand: journaled({ ...byHand, env: { JOURNAL: '$JOURNAL', SECRET_TOKEN: { env: 'HAND_TOKEN' } } }),
    },
    { env: { HAND_TOKEN: 'tok-0123456789', GATEWAYS_OWN_SECRET: 'nobody must see this' } },
  );
});
afterAll(() => world.close());

type Client = Awaited<ReturnType<typeof connectV1>>;
type Said = Readonly<Record<string, unknown>>;
const textOf = (result: Said): string => (result['content'] as { text: string }[])[0]?.text ?? '';
const v1 = async (server: string, agent = 'worker'): Promise<Client> =>
  connectV1(world.url(server), { token: await world.token(server, agent) });
const asked = async (server: string) =>
  connectV2(world.url(server), {
    token: await world.token(server),
    client: { capabilities: { elicitation: {} } },
  });
const call = async (client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> =>
  textOf(await client.callTool({ name, arguments: args }));

describe('a server that the gateway runs', () => {
  test.each(['v1', 'v2', 'shared'])('%s: the official client of SDK 1.x', async (server) => {
    const client = await v1(server);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('echo');
    expect(await call(client, 'echo', { text: 'hello\nworld' })).toBe('hello\nworld');
    const progress: number[] = [];
    const done = await client.callTool({ name: 'steps', arguments: { steps: 3 } }, undefined, {
      onprogress: (step) => void progress.push(step.progress),
    });
    expect([textOf(done), progress]).toEqual(['done', [1, 2, 3]]);
    const { body } = (await entriesOf(world.gateway, 'call.completed')).at(-1) ?? {};
    expect(body?.['firstByteUs']).toBeLessThanOrEqual(Number(body?.['durationUs']));
    expect(await world.newest()).toMatchObject({ upstream: server, outcome: 'ok', decision: 'allow' });
    await client.close();
  });

  test.each([
    ['v1', 'legacy'],
    ['v1', 'auto'],
    ['v2', 'legacy'],
    ['v2', 'auto'],
    ['v2', '2026-07-28'],
    ['shared', 'auto'],
    ['modern', 'auto'],
    ['modern', '2026-07-28'],
  ] as const)('%s: the official client of SDK 2.x, era %s', async (server, era) => {
    const client = await connectV2(world.url(server), { token: await world.token(server), era });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('echo');
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((text) => client.callTool({ name: 'echo', arguments: { text } })),
    );
    expect(answers.map(textOf)).toEqual(['a', 'b', 'c']);
    const progress: number[] = [];
    await client.callTool(
      { name: 'steps', arguments: { steps: 2 } },
      { onprogress: (step) => void progress.push(step.progress) },
    );
    expect(progress).toEqual([1, 2]);
    await client.close();
  });

  test('everything as published: tools, prompts and resources', async () => {
    const client = await v1('everything');
    expect(await call(client, 'echo', { message: 'hi' })).toBe('Echo: hi');
    expect((await client.listPrompts()).prompts.length).toBeGreaterThan(0);
    const { resources } = await client.listResources();
    const read = await client.readResource({ uri: resources[0]?.uri ?? '' });
    expect(read.contents.length).toBeGreaterThan(0);
    await client.close();
  });

  test('is not sent what policy forbids', async () => {
    const client = await v1('v1');
    const before = (await world.journal('v1')).length;
    const refused = await client.callTool({ name: 'echo', arguments: { text: 'forbidden' } });
    expect(refused.isError).toBe(true);
    expect(await world.journal('v1')).toHaveLength(before);
    await client.close();
  });

  test('may ask its client’s user, and gets the answer; both are on record', async () => {
    const client = await asked('v1');
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { colour: 'blue' } }));
    expect(textOf(await client.callTool({ name: 'ask', arguments: {} }))).toBe('{"colour":"blue"}');
    const { calls } = await world.admin<{
      calls: { operation: string; outcome: string; parent: string | null }[];
    }>('/calls?limit=3');
    expect(calls.map(({ operation, outcome }) => [operation, outcome])).toEqual([
      ['mcp:elicitation/answer', 'ok'],
      ['mcp:elicitation', 'ok'],
      ['mcp:tools/call', 'ok'],
    ]);
    await client.close();
  });

  test('is refused what it asks where several principals use its process', async () => {
    const client = await asked('shared');
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: {} }));
    const answer = await client.callTool({ name: 'ask', arguments: {} });
    expect(answer.isError).toBe(true);
    await client.close();
  });
});

describe('processes', () => {
  test('are never shared by two principals, in either era', async () => {
    const [worker, other] = [await v1('v1', 'worker'), await v1('v1', 'other')];
    const pids = [await call(worker, 'whoami'), await call(other, 'whoami')];
    expect(new Set(pids).size).toBe(2);
    await Promise.all([worker.close(), other.close()]);
    const modern = async (agent: string): Promise<string> => {
      const client = await connectV2(world.url('v2'), {
        token: await world.token('v2', agent),
        era: '2026-07-28',
      });
      const pid = textOf(await client.callTool({ name: 'whoami', arguments: {} }));
      await client.close();
      return pid;
    };
    const [first, second, third] = [await modern('worker'), await modern('other'), await modern('worker')];
    expect(first).not.toBe(second);
    expect(third).toBe(first);
  });

  test('are one for all where the manifest says so', async () => {
    const [worker, other] = [await v1('shared', 'worker'), await v1('shared', 'other')];
    expect(await call(worker, 'whoami')).toBe(await call(other, 'whoami'));
    const { upstreams } = await world.admin<{ upstreams: object[] }>('/upstreams');
    expect(upstreams).toContainEqual(
      expect.objectContaining({
        name: 'shared',
        transport: 'stdio',
        url: `stdio:${process.execPath}`,
        connections: expect.objectContaining({ trouble: null }),
      }),
    );
    expect((await world.gateway.cli('upstreams', 'list')).stdout).toContain('CONNECTIONS');
    await Promise.all([worker.close(), other.close()]);
  });

  test('hold nothing of the gateway’s environment', async () => {
    const client = await v1('hand');
    const { env } = JSON.parse(await call(client, 'do', { what: 'environment' })) as { env: object };
    expect(Object.keys(env).toSorted()).toEqual(['JOURNAL', 'PATH', 'SECRET_TOKEN']);
    await client.close();
  });

  test('that are killed in the middle of a call leave it as may have happened; the next session works', async () => {
    const client = await v1('v1');
    const before = (await world.journal('v1')).filter((line) => line.startsWith('die')).length;
    await expect(client.callTool({ name: 'die', arguments: {} })).rejects.toThrow(
      'may have been carried out',
    );
    expect(await world.newest()).toMatchObject({ outcome: 'upstream_error', state: 'completed' });
    expect((await world.journal('v1')).filter((line) => line.startsWith('die'))).toHaveLength(before + 1);
    await expect(client.callTool({ name: 'echo', arguments: { text: 'x' } })).rejects.toThrow(
      'Session not found',
    );
    const again = await v1('v1');
    expect(await call(again, 'echo', { text: 'again' })).toBe('again');
    await again.close();
  });

  test('may say anything on their streams: what is no message is left out, what is too long fails its call alone', async () => {
    const client = await v1('hand');
    expect(await call(client, 'do', { what: 'garbage' })).toBe('"after garbage"');
    expect(await call(client, 'do', { what: 'stderr' })).toBe('"complained"');
    await expect(
      client.callTool({ name: 'do', arguments: { what: 'long', size: 20 * 1024 * 1024 } }),
    ).rejects.toThrow('cannot be relayed');
    expect(await world.newest()).toMatchObject({ outcome: 'upstream_error' });
    expect(await call(client, 'do', { fine: true })).toBe('{"fine":true}');
    const told = world.gateway.stderr();
    expect(told).toContain('server `hand` says: the token is (secret)');
    expect(told).not.toContain('tok-0123456789');
    expect(told.match(/server `hand` says: line/g)?.length).toBeLessThan(25);
    await client.close();
  });

  test('are told when a caller of 2026-07-28 goes away', async () => {
    const gone = new AbortController();
    const waiting = callModern({
      url: world.url('v2'),
      token: await world.token('v2'),
      tool: 'wait',
      args: {},
      signal: gone.signal,
    });
    await expect.poll(() => world.journal('v2'), SOON).toContainEqual(expect.stringMatching(/^wait /));
    gone.abort();
    await expect(waiting).rejects.toThrow('aborted');
    await expect.poll(() => world.journal('v2'), SOON).toContainEqual(expect.stringMatching(/^cancelled /));
  });
});

describe('commands', () => {
  const PLACE = { team: 'platform', environment: 'production', risk: 'low' };

  test('are taken from the folder of manifests, and from nobody who applies one', async () => {
    const refused = await tryApply(
      world.gateway,
      manifest('MCPServer', 'evil', {
        ...PLACE,
        stdio: { command: '/bin/sh', args: ['-c', 'true'], cwd: '/' },
      }),
    );
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('its folder of manifests');
    const changed = await tryApply(
      world.gateway,
      manifest('MCPServer', 'hand', { ...PLACE, stdio: { ...byHand, cwd: '/tmp', args: ['-e', '1'] } }),
    );
    expect(changed.stderr).toContain('spec.stdio');
    expect((await world.admin<{ upstreams: { name: string }[] }>('/upstreams')).upstreams).not.toContainEqual(
      expect.objectContaining({ name: 'evil' }),
    );
  });

  test('are refused beside an address, a credential, or what no pipe can carry', async () => {
    const stdio = { command: 'node', cwd: '/' };
    const said = async (more: object) =>
      (await tryApply(world.gateway, manifest('MCPServer', 'bad', { ...PLACE, ...more }))).stderr;
    expect(await said({ stdio, url: 'https://x.example/' })).toContain('`spec.url` is `https://x.example/`');
    expect(await said({ stdio, credential: { kind: 'bearer', env: 'PATH' } })).toContain(
      '`spec.credential.kind`',
    );
    expect(await said({ stdio, callToken: 'token' })).toContain('`spec.callToken`');
    expect(await said({})).toContain('`url`');
    expect(await said({ stdio: { ...stdio, shell: true } })).toContain('unknown key `spec.stdio.shell`');
    expect(await said({ stdio: { ...stdio, env: { A: 1 } } })).toContain('`spec.stdio.env.A` is `1`');
  });
});

test('the gateway takes its processes with it, also when it is killed', async () => {
  const own = await startTransportsWorld({ hand: journaled(byHand) });
  try {
    const client = await connectV1(own.url('hand'), { token: await own.token('hand') });
    const { pid } = JSON.parse(await call(client, 'do', { what: 'pid' })) as { pid: number };
    await own.gateway.kill('SIGKILL');
    await expect.poll(() => own.journal('hand'), SOON).toContainEqual(JSON.stringify({ pid, ended: true }));
  } finally {
    await own.close();
  }
});

test('a process that does not heed that its gateway was killed is ended by the next one on that folder', async () => {
  const own = await startTransportsWorld({ hand: journaled(byHand) });
  try {
    const client = await connectV1(own.url('hand'), { token: await own.token('hand') });
    const { pid } = JSON.parse(await call(client, 'do', { what: 'stay' })) as { pid: number };
    const { config, dataDir } = own.gateway;
    await own.gateway.kill('SIGKILL');
    expect(process.kill(pid, 0)).toBe(true);
    const next = await spawnGateway({ config, dataDir });
    try {
      await expect.poll(() => isAlive(pid), SOON).toBe(false);
    } finally {
      await next.stop();
    }
  } finally {
    await own.close();
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
