// Two gateways whose logs hold each other's checkpoints, and what one of them notices when the other's is rewritten.
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateNoteKey, importNoteVerifier, openCheckpoint } from '@countersign/audit';
import { type Gateway, spawnGateway } from '@countersign/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SOON } from './soon.ts';

const PATIENT = { ...SOON, timeout: 40_000 };
const NAMES = ['alpha', 'beta'] as const;
type Name = (typeof NAMES)[number];

let folder: string;
let ports: Record<Name, number>;
const running = new Map<Name, Gateway>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-peers-'));
  ports = { alpha: await freePort(), beta: await freePort() };
});
afterEach(async () => {
  for (const gateway of running.values()) await gateway.dispose();
  running.clear();
  await rm(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const originOf = (name: Name): string => `${name}.example/log`;
const dataOf = (name: Name): string => join(folder, name);

/** Starts it, or starts it again, with these peers. */
async function start(name: Name, peers: readonly object[] = [], env: Record<string, string> = {}) {
  await running.get(name)?.dispose();
  const config = {
    adminPlane: { port: ports[name] },
    log: { origin: originOf(name), peers, peerSeconds: 1 },
  };
  const setup = { manifests: {}, policies: {}, config };
  const gateway = await spawnGateway({ config: setup, dataDir: dataOf(name), env });
  running.set(name, gateway);
  return gateway;
}

async function peer(name: Name, more: object = {}) {
  const key = (await running.get(name)?.cli('log', 'key'))?.stdout.trim();
  return { key, url: `http://127.0.0.1:${ports[name]}`, ...more };
}

interface Header {
  readonly kind: string;
  readonly index: number;
  readonly body: { readonly size: number };
}

async function received(gateway: Gateway): Promise<number[]> {
  const { stdout } = await gateway.cli('log', 'tail', '--json', '-n', '200');
  return stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { header: Header }).header)
    .filter(({ kind }) => kind === 'checkpoint.received')
    .map(({ body }) => body.size);
}

async function figure(gateway: Gateway, name: string): Promise<number | null> {
  const text = await (await fetch(`${gateway.admin}/metrics`)).text();
  const value = new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1];
  return value === undefined ? null : Number(value);
}

test('each keeps what the other hands out, by its key, as it grows', async () => {
  let beta = await start('beta');
  const key = (await peer('beta')).key ?? '';
  const alpha = await start('alpha', [await peer('beta', { tokenEnv: 'BETA_TOKEN' })], {
    BETA_TOKEN: beta.adminToken ?? '',
  });
  await expect.poll(async () => (await received(alpha)).length, PATIENT).toBeGreaterThan(0);
  const [first = 0] = await received(alpha);

  // What was taken is kept outside the database as well, whole and signed by the other.
  const [file = ''] = await readdir(join(dataOf('alpha'), 'peers'));
  const verifier = await importNoteVerifier(key);
  if (!verifier.ok) throw new Error(verifier.error.message);
  const kept = await readFile(join(dataOf('alpha'), 'peers', file), 'utf8');
  expect(await openCheckpoint(kept, [verifier.value])).toMatchObject({
    ok: true,
    value: { origin: originOf('beta') },
  });

  beta = await start('beta', [await peer('alpha')]);
  await expect.poll(async () => Math.max(...(await received(alpha))), PATIENT).toBeGreaterThan(first);
  await expect.poll(async () => (await received(beta)).length, PATIENT).toBeGreaterThan(0);
  expect(await figure(alpha, 'countersign_peer_entries')).toBeGreaterThan(first);
  expect(await figure(alpha, 'countersign_peer_misconduct')).toBe(0);
  expect(await figure(beta, 'countersign_peer_misconduct')).toBe(0);
  await beta.stop();
  await expect.poll(() => alpha.stderr(), PATIENT).toContain('no checkpoint of the log `beta.example/log`');
  await alpha.stop();
  for (const gateway of [alpha, beta]) {
    const verified = await gateway.cli('verify', '--json');
    expect(verified.code, verified.stdout).toBe(0);
  }
});

test('one that was put back from a copy and goes on otherwise is noticed by the other, which has the proof', async () => {
  const beta = await start('beta');
  const watching = [await peer('beta', { tokenEnv: 'BETA_TOKEN' })];
  const env = { BETA_TOKEN: beta.adminToken ?? '' };
  await beta.stop();
  const copy = join(folder, 'copy');
  await cp(dataOf('beta'), copy, { recursive: true });
  await start('beta');
  let alpha = await start('alpha', watching, env);
  await expect.poll(async () => (await received(alpha)).length, PATIENT).toBeGreaterThan(0);
  const held = Math.max(...(await received(alpha)));

  await running.get('beta')?.stop();
  await rm(dataOf('beta'), { recursive: true });
  await cp(copy, dataOf('beta'), { recursive: true });
  const before = (await received(alpha)).length;
  for (let size = 0; size <= held; ) {
    const again = await start('beta');
    const checkpoint = await (await fetch(`${again.admin}/log/checkpoint`)).text();
    size = Number(checkpoint.split('\n')[1]);
  }
  await expect.poll(() => alpha.stderr(), PATIENT).toContain('it shows two histories');
  expect(await figure(alpha, 'countersign_peer_misconduct')).toBe(1);
  const ready = async () => (await fetch(`${alpha.admin}/health/ready`)).json();
  expect(await ready()).toEqual({ status: 'degraded' });
  // The other's two signatures stand in this log.
  expect((await received(alpha)).length).toBeGreaterThan(before);

  alpha = await start('alpha', watching, env);
  expect(await ready()).toEqual({ status: 'degraded' });
  expect(alpha.stderr()).toContain('it shows two histories');
});

test('a peer that cannot be used stops the start, with what to do', async () => {
  const alpha = await start('alpha');
  const own = await peer('alpha');
  await alpha.stop();
  const refused = async (more: object) =>
    start('alpha', [{ ...own, ...more }]).then(
      () => '',
      (error: unknown) => String(error),
    );
  expect(await refused({})).toContain('this log: name another');
  const { vkey } = await generateNoteKey(originOf('beta'));
  expect(await refused({ key: vkey, tokenEnv: 'NOT_SET_HERE' })).toContain(
    '`NOT_SET_HERE`, which is not set',
  );
  expect(await refused({ url: 'http://peer.example', tokenEnv: 'NOT_SET_HERE' })).toContain('https');
});
