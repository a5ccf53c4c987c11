// A client of C2SP tlog-tiles in another language follows the log of a running gateway: it shares no code with it, only the
// published format (A3; issue 4: the tree is served so that any such client can follow it).
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { connectV1 } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startWorld, type World } from './world.ts';

const CLIENT = 'packages/audit/testdata/second-verifier/follow_log.py';
/** Of both of a call: more than a full tile of them, and so a second level. */
const CALLS = 140;

let world: World;
let vkey: string;
let spoiling: Server;
/** The path of which one byte is another on its way. */
let spoilt: string | null = null;
beforeAll(async () => {
  world = await startWorld();
  const token = await world.token('worker', '/mcp/fixture');
  const client = await connectV1(`${world.gateway.data}/mcp/fixture`, { token });
  for (let call = 0; call < CALLS; call += 1)
    await client.callTool({ name: 'echo', arguments: { text: `${call}` } });
  await client.close();
  // What was committed in the last second is not signed yet.
  await vi.waitUntil(async () => (await signedSize()) > 2 * CALLS, { timeout: 30_000, interval: 100 });
  vkey = (await world.gateway.cli('log', 'key')).stdout.trim();
  spoiling = createServer((request, response) => void spoil(request.url ?? '', response));
  spoiling.listen(0, '127.0.0.1');
  await once(spoiling, 'listening');
}, 120_000);
afterAll(async () => {
  spoiling?.close();
  await world?.close();
});

const served = (path: string): Promise<Response> =>
  fetch(`${world.gateway.admin}${path}`, {
    headers: { authorization: `Bearer ${world.gateway.adminToken}` },
  });

const signedSize = async (): Promise<number> =>
  Number((await (await served('/log/checkpoint')).text()).split('\n')[1]);

async function spoil(path: string, response: ServerResponse): Promise<void> {
  const answer = await served(path);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (spoilt !== null && path.endsWith(spoilt)) bytes[20] = (bytes[20] ?? 0) ^ 1;
  response.writeHead(answer.status).end(bytes);
}

interface Followed {
  readonly code: number;
  readonly told: string;
  readonly said: { size: number; levels: number; fetched: string[] } | null;
}

async function follow(of: string): Promise<Followed> {
  const child = spawn('python3', ['-B', CLIENT, `${of}/log`, vkey], {
    env: { ...process.env, COUNTERSIGN_TOKEN: world.gateway.adminToken ?? '' },
  });
  const [out, told, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return {
    code: Number(code),
    told: told.trim(),
    said: out === '' ? null : (JSON.parse(out) as Followed['said']),
  };
}

const hasPython = spawnSync('python3', ['--version']).status === 0;

test.skipIf(!hasPython)(
  'reads every tile and every entry, and all of it adds up to what is signed',
  async () => {
    const { code, told, said } = await follow(world.gateway.admin);
    expect([code, told]).toEqual([0, '']);
    expect(said?.size).toBeGreaterThan(2 * CALLS);
    expect(said?.levels).toBe(2);
    expect(said?.fetched).toEqual(
      expect.arrayContaining(['tile/0/000', 'tile/1/000.p/1', 'tile/entries/000']),
    );
  },
);

test.skipIf(!hasPython).each([
  ['tile/0/000', 'the leaves do not add up to the root of the checkpoint'],
  ['tile/1/000.p/1', 'hash 0 of level 1 is not the root of the tile below it'],
  ['tile/entries/000', 'entry 0 is not the one in its tile'],
  ['checkpoint', 'the checkpoint is not signed by this key'],
])('finds one byte that is another: %s', async (path, why) => {
  spoilt = path;
  const { port } = spoiling.address() as AddressInfo;
  expect(await follow(`http://127.0.0.1:${port}`)).toEqual({ code: 1, told: why, said: null });
});
