// A server on the old HTTP+SSE transport, on the official SDK 1.x, behind the gateway: its clients speak streamable HTTP.
import { connectV1, connectV2, type RunningProcess, startSseServer } from '@countersign/testkit';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTransportsWorld, type TransportsWorld } from './transports-world.ts';

let world: TransportsWorld;
let server: RunningProcess;
let folder: string;
let journal: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-sse-'));
  journal = join(folder, 'journal');
  server = await startSseServer({ journal });
  world = await startTransportsWorld({ old: { url: server.url, transport: 'sse' } });
});
afterAll(async () => {
  await world.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

type Client = Awaited<ReturnType<typeof connectV1>>;
type Said = Readonly<Record<string, unknown>>;
const textOf = (result: Said): string => (result['content'] as { text: string }[])[0]?.text ?? '';
const v1 = async (): Promise<Client> => connectV1(world.url('old'), { token: await world.token('old') });
const reached = async (what: string): Promise<number> =>
  (await readFile(journal, 'utf8').catch(() => '')).split('\n').filter((line) => line.startsWith(what))
    .length;

test('the official client of SDK 1.x cannot tell the difference', async () => {
  const client = await v1();
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain('echo');
  expect(textOf(await client.callTool({ name: 'echo', arguments: { text: 'hello' } }))).toBe('hello');
  const progress: number[] = [];
  await client.callTool({ name: 'steps', arguments: { steps: 3 } }, undefined, {
    onprogress: (step) => void progress.push(step.progress),
  });
  expect(progress).toEqual([1, 2, 3]);
  expect((await client.listResources()).resources).toHaveLength(1);
  expect(await world.newest()).toMatchObject({ upstream: 'old', outcome: 'ok' });
  await client.close();
});

test.each(['legacy', 'auto'] as const)('the official client of SDK 2.x, era %s', async (era) => {
  const client = await connectV2(world.url('old'), { token: await world.token('old'), era });
  const answers = await Promise.all(
    ['a', 'b'].map((text) => client.callTool({ name: 'echo', arguments: { text } })),
  );
  expect(answers.map(textOf)).toEqual(['a', 'b']);
  await client.close();
});

test('is not sent what policy forbids', async () => {
  const client = await v1();
  const before = await reached('echo');
  expect((await client.callTool({ name: 'echo', arguments: { text: 'forbidden' } })).isError).toBe(true);
  expect(await reached('echo')).toBe(before);
  await client.close();
});

test('its server may ask the user, and gets the answer', async () => {
  const client = await connectV2(world.url('old'), {
    token: await world.token('old'),
    client: { capabilities: { elicitation: {} } },
  });
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { colour: 'green' } }));
  expect(textOf(await client.callTool({ name: 'ask', arguments: {} }))).toBe('{"colour":"green"}');
  await client.close();
});

test('a server that dies in the middle of a call leaves it as may have happened, and it is sent once', async () => {
  const client = await v1();
  const died = client.callTool({ name: 'die', arguments: {} });
  await expect(died).rejects.toThrow('may have been carried out');
  expect(await world.newest()).toMatchObject({ outcome: 'upstream_error' });
  expect(await reached('die')).toBe(1);
});
