// Old entries moved out of a real gateway's log, as an operator lives through it: refused while nobody else holds the log,
// killed in the middle, finished, served on without them, and everything still shown by whoever has the archive.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { type Gateway, runCli, spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entriesOf } from './entries.ts';
import { callModern } from './modern-call.ts';
import { receiptKeysOf } from './receipt-keys.ts';
import { SOON } from './soon.ts';
import { startWorld, type World } from './world.ts';

const CLI = fileURLToPath(new URL('../../apps/gateway/src/cli/main.ts', import.meta.url));

let folder: string;
let cold: string;
let world: World;
let gateway: Gateway;
/** Of the first call, as its caller got it. */
let receipt: string;
let firstCall: string;
let key: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-archive-'));
  cold = join(folder, 'cold');
  world = await startWorld();
  ({ gateway } = world);
  writeFileSync(join(folder, 'trust'), (await receiptKeysOf(gateway)).trust);
  const first = await call();
  receipt = first.headers.get('countersign-receipt') ?? '';
  for (let i = 0; i < 15; i += 1) await Promise.all(Array.from({ length: 20 }, () => call()));
  const decided = (await entriesOf(gateway, 'call.decided')) as unknown as readonly {
    readonly call: string;
  }[];
  firstCall = decided[0]?.call ?? '';
  key = (await gateway.cli('log', 'key')).stdout.trim();
  await gateway.stop();
});
afterAll(async () => {
  await gateway.dispose();
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

async function call(): Promise<Response> {
  const url = `${gateway.data}/mcp/fixture`;
  const token = await world.issuer.mint({ clientId: 'worker', resource: url });
  const answer = await callModern({ url, token, tool: 'echo', args: { text: 'x' } });
  await answer.text();
  return answer;
}

async function start(log: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const config = { ...world.setup, config: { ...world.setup.config, log } };
  gateway = await spawnGateway({ config, dataDir: world.gateway.dataDir });
}

const archiveArgs = (...more: string[]): string[] => [
  'log',
  'archive',
  '--data',
  world.gateway.dataDir,
  '--to',
  cold,
  '--before',
  '512',
  '--yes',
  '--json',
  ...more,
];

interface Report {
  readonly verdict: string;
  readonly size: number;
  readonly read: { readonly from: number; readonly to: number };
  readonly firstFailure: { readonly code: string; readonly index: number | null } | null;
  readonly notProven: readonly string[];
  readonly decisions: { readonly replayed: number; readonly mismatched: number };
}
async function verified(...args: string[]): Promise<{ code: number; report: Report }> {
  const { code, stdout } = await runCli(['verify', ...args, '--key', key, '--json']);
  return { code, report: JSON.parse(stdout) as Report };
}

/** Ends the command without a word once something is on disk. */
async function killedAt(path: string): Promise<void> {
  const child = spawn(process.execPath, [CLI, ...archiveArgs()], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  while (!existsSync(path) && child.exitCode === null) await wait(1);
  child.kill('SIGKILL');
  await ended;
}

test('nothing is moved while nobody else holds the log, nor while a gateway runs', async () => {
  const alone = await runCli(archiveArgs());
  expect([alone.code, alone.stderr]).toEqual([1, expect.stringContaining('nobody else holds a checkpoint')]);
  await start({ anchors: [{ file: join(folder, 'anchors.jsonl') }], publishSeconds: 1 });
  const running = await runCli(archiveArgs());
  expect([running.code, running.stderr]).toEqual([2, expect.stringContaining('needs the gateway stopped')]);
  const taken = async () => (await entriesOf(gateway, 'checkpoint.published')).length;
  await expect.poll(taken, SOON).toBeGreaterThan(0);
  await gateway.stop();
  const beyond = await runCli(archiveArgs('--before', '9999999'));
  expect([beyond.code, beyond.stderr]).toEqual([1, expect.stringContaining('and the log has')]);
});

test('a command that is killed is finished by another one', async () => {
  await killedAt(join(cold, 'tile/entries/000'));
  expect((await verified('--data', world.gateway.dataDir)).report.firstFailure).toBeNull();
  const again = await runCli(archiveArgs());
  expect(`${again.stdout}${again.stderr}`).toMatch(/"to":512|nothing to archive/);
  const sound = await runCli(['log', 'fsck', '--data', world.gateway.dataDir]);
  expect([sound.code, sound.stdout]).toEqual([0, expect.stringContaining('is sound')]);
});

test('the gateway goes on, and says of what is archived that it is', async () => {
  await start();
  expect((await call()).status).toBe(200);
  const get = (path: string) =>
    fetch(`${gateway.admin}${path}`, { headers: { authorization: `Bearer ${world.gateway.adminToken}` } });
  const bundle = await get('/log/tile/entries/000');
  expect([bundle.status, await bundle.text()]).toEqual([200, expect.stringContaining('"kind":"log.opened"')]);
  const part = await (await get('/log/tile/entries/000.p/3')).text();
  expect([...part.matchAll(/"kind":/g)]).toHaveLength(3);
  expect((await get('/log/tile/entries/002.p/1')).status).toBe(200);
  expect((await get('/log/tile/0/000')).status).toBe(200);
  expect((await get('/api/v1/log/proof/inclusion?index=7')).status).toBe(200);
  const altered = join(cold, 'tile/entries/001');
  const headers = await readFile(altered);
  await chmod(altered, 0o640);
  await writeFile(altered, Buffer.from(headers.toString('latin1').replace('"kind":"', '"kinD":"'), 'latin1'));
  const changed = await get('/log/tile/entries/001');
  expect([changed.status, await changed.text()]).toEqual([410, expect.stringContaining('was changed')]);
  await writeFile(altered, headers);
  expect((await get('/log/tile/entries/001')).status).toBe(200);
  const none = await gateway.cli('calls', 'list', '--to', '2020-01-01T00:00:00Z');
  expect([none.code, none.stdout]).toEqual([0, expect.stringContaining('no calls')]);
  expect(none.stderr).toMatch(
    /^calls that began before .* are in archives and not shown \(entries before 512\)/,
  );
  const today = await gateway.cli('calls', 'list', '--from', new Date(Date.now() - 1).toISOString());
  expect(today.stderr).not.toContain('archives');
  const shown = await gateway.cli('calls', 'show', firstCall);
  expect([shown.code, shown.stderr]).toEqual([1, expect.stringContaining('or is archived: this log begins')]);
  const log = (await (await get('/api/v1/log')).json()) as { archivedTo: number };
  expect(log.archivedTo).toBe(512);
  const entries = await gateway.cli('log', 'entries', '--kind', 'log.opened');
  expect(entries.stderr).toContain('entries before 512 are in archives');
  const pruned = await gateway.cli('log', 'entries', '--kind', 'log.pruned', '--json');
  expect(pruned.stdout).toContain('"to":512');
  const bundle3 = join(folder, 'bundle');
  const exportArgs = ['export', '--from', '3', '--to', '40', '--reason', 'audit', '--out'];
  const exported = await gateway.cli(...exportArgs, bundle3);
  expect([exported.code, exported.stderr]).toEqual([0, expect.any(String)]);
  expect(await runCli(['verify', bundle3, '--key', key, '--no-replay'])).toMatchObject({ code: 0 });
  const byAgent = ['export', '--agent', 'worker', '--reason', 'audit', '--out'];
  const ofAgent = await gateway.cli(...byAgent, `${bundle3}-agent`);
  expect([ofAgent.code, ofAgent.stderr]).toEqual([0, expect.any(String)]);
  const held = await readFile(`${bundle3}-agent`, 'utf8');
  expect(held).toContain(firstCall);
  // Every call that was ever made: decided and completed each.
  expect(held.match(/"selected":true/g)).toHaveLength(2 * 302);
  expect(await runCli(['verify', `${bundle3}-agent`, '--key', key, '--json'])).toMatchObject({ code: 0 });
  const since = ['export', '--from', '2020-01-01T00:00:00Z', '--to', '40', '--reason', 'audit', '--out'];
  expect((await gateway.cli(...since, `${bundle3}-since`)).code).toBe(0);
  expect(await readFile(`${bundle3}-since`, 'utf8')).toContain('log.opened');
  renameSync(cold, `${cold}-away`);
  const unlooked = await gateway.cli(...byAgent, `${bundle3}-4`);
  expect([unlooked.code, unlooked.stderr]).toEqual([1, expect.stringContaining('cannot be read')]);
  const refused = await gateway.cli(...exportArgs, `${bundle3}-2`);
  const away = await get('/log/tile/entries/001');
  expect([away.status, await away.text()]).toEqual([410, expect.stringContaining('cannot be read')]);
  renameSync(`${cold}-away`, cold);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('cannot be read')]);
  const status = async () =>
    ((await (await get('/api/v1/log')).json()) as { verification: { state: string } }).verification;
  await expect.poll(async () => (await status()).state, SOON).toBe('verified');
  await gateway.stop();
});

test('the log verifies with the archive as a whole, without it as what it is, and the archive by itself', async () => {
  const { dataDir } = world.gateway;
  const whole = await verified('--data', dataDir, '--archive', cold);
  expect(whole).toMatchObject({ code: 0, report: { verdict: 'consistent', read: { from: 0 } } });
  expect(whole.report.decisions).toMatchObject({ mismatched: 0 });
  expect(whole.report.decisions.replayed).toBeGreaterThan(300);

  const rest = await verified('--data', dataDir);
  expect(rest).toMatchObject({ code: 0, report: { verdict: 'consistent', read: { from: 512 } } });
  expect(rest.report.notProven[0]).toMatch(/entries 0 to 511 were archived \(`log.pruned` at entry \d+\)/);
  expect(rest.report.decisions).toMatchObject({ mismatched: 0 });
  expect(rest.report.decisions.replayed).toBeGreaterThan(0);

  const part = await verified(cold);
  expect(part).toMatchObject({ code: 0, report: { read: { from: 0, to: 512 } } });
});

test('tiles that were made anew while it was stopped are on record once it runs', async () => {
  const rebuilt = await runCli(['log', 'rebuild', '--tiles', '--data', world.gateway.dataDir]);
  expect([rebuilt.code, rebuilt.stdout]).toEqual([0, expect.stringContaining('records it when it starts')]);
  await start();
  const actions = await entriesOf(gateway, 'admin.action');
  expect(actions.map(({ body }) => body)).toContainEqual(
    expect.objectContaining({ action: 'index_rebuilt', user: null }),
  );
  await gateway.stop();
  expect(await verified('--data', world.gateway.dataDir)).toMatchObject({ code: 0 });
});

test('whoever holds a receipt of an archived call finds that it was kept', async () => {
  const { code, stdout } = await runCli([
    'verify',
    'receipt',
    receipt,
    '--log',
    world.gateway.dataDir,
    '--trust',
    join(folder, 'trust'),
    '--json',
  ]);
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ verdict: 'kept' })]);
});

test('an archive that was changed is found', async () => {
  const copy = join(folder, 'copy');
  await cp(cold, copy, { recursive: true });
  const path = join(copy, 'tile/entries/001');
  const bytes = readFileSync(path);
  bytes[300] = (bytes[300] ?? 0) ^ 1;
  rmSync(path);
  writeFileSync(path, bytes);
  for (const args of [[copy], ['--data', world.gateway.dataDir, '--archive', copy]])
    expect(await verified(...args)).toMatchObject({ code: 1, report: { firstFailure: { index: 256 } } });
});
