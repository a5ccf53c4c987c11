// A gateway whose log somebody else watches, as they meet: a real witness, an anchor file, and what follows when nobody holds
// what was recorded.
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkQuorum, parseCheckpoint, parseTrust } from '@countersign/audit';
import { type RunningProcess, runCli, spawnGateway, startProcess } from '@countersign/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callModern } from './modern-call.ts';
import { SOON } from './soon.ts';
import { startWorld, type World } from './world.ts';

const CLI = fileURLToPath(new URL('../../apps/gateway/src/cli/main.ts', import.meta.url));
const PATIENT = { ...SOON, timeout: 40_000 };

let folder: string;
let port: number;
let key: string;
let world: World | null;
let witness: RunningProcess | null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-witnesses-'));
  port = await freePort();
  [world, witness] = [null, null];
  const data = join(folder, 'witness');
  const shown = await runCli(['witness', '--data', data, '--name', 'witness.example/one', '--show-key']);
  key = shown.stdout.trim();
});
afterEach(async () => {
  await world?.close();
  await witness?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}

async function startWitness(vkey: string): Promise<RunningProcess> {
  const args = ['witness', '--data', join(folder, 'witness'), '--listen', `127.0.0.1:${port}`, '--log', vkey];
  return startProcess({ script: CLI, args });
}

async function call(at: World): Promise<number> {
  const url = `${at.gateway.data}/mcp/fixture`;
  const token = await at.token('worker', '/mcp/fixture');
  return (await callModern({ url, token, tool: 'echo', args: { text: 'x' } })).status;
}

test('calls stop while nobody holds what was recorded, and go on once a witness does', async () => {
  const anchors = join(folder, 'anchors.jsonl');
  world = await startWorld({
    config: {
      log: {
        witnesses: [{ key, url: `http://127.0.0.1:${port}` }],
        anchors: [{ file: anchors }],
        publishSeconds: 1,
        maxUnwitnessed: 3,
        stopWhenUnwitnessed: true,
      },
    },
  });
  const { gateway } = world;
  const ready = async () => (await fetch(`${gateway.admin}/health/ready`)).status;
  await expect.poll(ready, PATIENT).toBe(503);
  expect(await call(world)).toBe(503);
  const failing = await gateway.cli('log', 'witnesses');
  expect([failing.code, failing.stdout]).toEqual([1, expect.stringContaining('unreachable')]);

  const vkey = (await gateway.cli('log', 'key')).stdout.trim();
  witness = await startWitness(vkey);
  await expect.poll(ready, PATIENT).toBe(200);
  expect(await call(world)).toBe(200);

  const trust = await parseTrust(`log ${vkey}\nwitness w ${key}\nquorum w\n`);
  if (!trust.ok) throw new Error(trust.error.message);
  const note = await (await fetch(`${gateway.admin}/api/v1/log/checkpoint`)).text();
  expect(await checkQuorum(note, trust.value)).toMatchObject({ ok: true });
  const metrics = async () => (await fetch(`${gateway.admin}/metrics`)).text();
  await expect.poll(metrics, PATIENT).toContain('countersign_log_unheld_seconds 0\n');
  expect(await metrics()).toContain(
    `countersign_publication_failures{kind="witness",target="witness.example/one"} 0`,
  );
  expect((await gateway.cli('log', 'witnesses', '--json')).code).toBe(0);

  // The end of the log is told before it ends: the witness holds the entry that says so.
  await gateway.stop();
  const origin = note.split('\n')[0] ?? '';
  const hash = createHash('sha256').update(origin).digest('hex');
  const last = await (await fetch(`http://127.0.0.1:${port}/${hash}/checkpoint`)).text();
  const held = parseCheckpoint(last);
  const tail = await gateway.cli('log', 'tail', '--json', '-n', '50');
  const stopped = tail.stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { header: { kind: string; index: number } }).header)
    .find(({ kind }) => kind === 'node.stopped');
  expect(held.ok && stopped !== undefined && held.value.size > stopped.index).toBe(true);
  const lines = (await readFile(anchors, 'utf8')).trim().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ note: expect.stringContaining(origin) });
  const verified = await gateway.cli('verify', '--json');
  expect(verified.code, verified.stdout).toBe(0);
});

test('a machine that was put back from an older copy is told so by the witness, and leaves service', async () => {
  const config = { log: { witnesses: [{ key, url: `http://127.0.0.1:${port}` }], publishSeconds: 1 } };
  world = await startWorld({ config });
  const { gateway, setup } = world;
  const { dataDir } = gateway;
  witness = await startWitness((await gateway.cli('log', 'key')).stdout.trim());
  await gateway.stop();
  const copy = join(folder, 'copy');
  await cp(dataDir, copy, { recursive: true });

  const second = await spawnGateway({ config: setup, dataDir });
  const taken = async () => (await second.cli('log', 'witnesses')).code;
  await expect.poll(taken, PATIENT).toBe(0);
  await second.stop();

  // Everything on the machine: nothing that is left on it knows better.
  await rm(dataDir, { recursive: true });
  await cp(copy, dataDir, { recursive: true });
  const restored = await spawnGateway({ config: setup, dataDir });
  try {
    const ready = async () => (await fetch(`${restored.admin}/health/ready`)).status;
    await expect.poll(ready, PATIENT).toBe(503);
    expect(restored.stderr()).toMatch(
      /it was put back from an older copy|it was rewritten, or continued twice/,
    );
    expect(await call({ ...world, gateway: restored })).toBe(503);
  } finally {
    await restored.dispose();
    await second.dispose();
  }
});

test('how old the newest checkpoint is that somebody holds is a figure and an alarm, and stops nothing unless it is told to', async () => {
  const witnesses = [{ key, url: `http://127.0.0.1:${port}` }];
  world = await startWorld({ config: { log: { witnesses, publishSeconds: 1, maxUnwitnessed: 2 } } });
  const { gateway } = world;
  const status = async () => {
    const response = await fetch(`${gateway.admin}/health/ready`);
    return [response.status, ((await response.json()) as { status: string }).status];
  };
  const figure = async (name: string) => {
    const text = await (await fetch(`${gateway.admin}/metrics`)).text();
    const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1];
    return value === undefined ? null : Number(value);
  };
  await expect.poll(status, PATIENT).toEqual([200, 'degraded']);
  expect(await figure('countersign_log_unheld_seconds')).toBeGreaterThan(2);
  expect(await figure('countersign_log_held_entries')).toBe(0);
  expect(await figure('countersign_log_held_age_seconds')).toBeNull();
  await expect
    .poll(() => gateway.stderr(), PATIENT)
    .toContain('degraded: nobody else holds what was recorded');
  expect(await call(world)).toBe(200);

  witness = await startWitness((await gateway.cli('log', 'key')).stdout.trim());
  await expect.poll(status, PATIENT).toEqual([200, 'ok']);
  await expect.poll(() => gateway.stderr(), PATIENT).toContain('held elsewhere again');
  await expect.poll(() => figure('countersign_log_unheld_seconds'), PATIENT).toBe(0);
  expect(await figure('countersign_log_held_entries')).toBeGreaterThan(0);
  const age = (await figure('countersign_log_held_age_seconds')) ?? 0;
  // A log at rest has nothing to publish: the figure grows all the same, and there is no alarm.
  await expect.poll(() => figure('countersign_log_held_age_seconds'), PATIENT).toBeGreaterThan(age);
  expect(await status()).toEqual([200, 'ok']);
});
