// What an auditor can rest on besides the log's own word, as they meet it: two of three witnesses, an anchor file and a timestamp
// authority, each asked of a bundle with nothing but keys that came another way (issue 4, items 4, 7 and 8).
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningProcess, runCli, startProcess } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Authority, startAuthority } from '../../apps/gateway/src/publication/testing/authority.ts';
import { callModern } from './modern-call.ts';
import { startWorld, type World } from './world.ts';

const CLI = fileURLToPath(new URL('../../apps/gateway/src/cli/main.ts', import.meta.url));
const NAMES = ['one', 'two', 'three'] as const;
/** The last entry that is exported. */
const LAST = 3;

let folder: string;
let world: World;
let authority: Authority;
let bundle: string;
let log: string;
const witnesses: RunningProcess[] = [];
const keys: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-holders-'));
  authority = await startAuthority();
  await writeFile(join(folder, 'root.pem'), authority.root);
  const ports: number[] = [];
  for (const name of NAMES) {
    ports.push(await freePort());
    const shown = await runCli(['witness', ...at(name), '--name', `witness.example/${name}`, '--show-key']);
    keys.push(shown.stdout.trim());
  }
  world = await startWorld({
    config: {
      log: {
        witnesses: keys.map((key, i) => ({ key, url: `http://127.0.0.1:${ports[i]}` })),
        quorum: 2,
        anchors: [{ file: join(folder, 'anchors.jsonl') }],
        timestamps: [{ url: authority.url, ca: join(folder, 'root.pem') }],
        publishSeconds: 1,
      },
    },
  });
  log = (await world.gateway.cli('log', 'key')).stdout.trim();
  // The third is never there.
  for (const [i, name] of NAMES.slice(0, 2).entries())
    witnesses.push(
      await startProcess({
        script: CLI,
        args: ['witness', ...at(name), '--listen', `127.0.0.1:${ports[i]}`, '--log', log],
      }),
    );
  const url = `${world.gateway.data}/mcp/fixture`;
  const token = await world.token('worker', '/mcp/fixture');
  await (await callModern({ url, token, tool: 'echo', args: { text: 'x' } })).text();
  await vi.waitUntil(async () => (await accepted()).length === 3, { interval: 500, timeout: 90_000 });
  bundle = join(folder, 'bundle');
  const made = await world.gateway.cli(
    'export',
    '--from',
    '0',
    '--to',
    `${LAST}`,
    '--reason',
    'audit',
    '--out',
    bundle,
  );
  if (made.code !== 0) throw new Error(made.stderr);
});
afterAll(async () => {
  await world?.close();
  for (const witness of witnesses) await witness.stop();
  await authority?.close();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string): string[] => ['--data', join(folder, name)];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** By whom a checkpoint of all that is exported was taken: of witnesses once there were enough. */
async function accepted(): Promise<readonly string[]> {
  const { stdout } = await world.gateway.cli('log', 'tail', '--json', '-n', '200');
  const to = stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { header: { kind: string; body: Record<string, unknown> } }).header)
    .filter(({ kind, body }) => kind === 'checkpoint.published' && body['result'] === 'accepted')
    // The first checkpoints are of a log that has less.
    .filter(({ body }) => Number(body['size']) > LAST)
    .map(({ body }) => String(body['to']));
  return [...new Set(to)].toSorted();
}

interface Report {
  readonly verdict: string;
  readonly firstFailure: { readonly code: string } | null;
  readonly notProven: readonly string[];
}

/** @param quorum of the trust policy: its last lines. */
async function audited(quorum: string, ...more: string[]): Promise<{ code: number; report: Report }> {
  const trust = join(folder, 'trust');
  const named = NAMES.map((name, i) => `witness ${name} ${keys[i] ?? ''}`);
  await writeFile(trust, [`log ${log}`, ...named, quorum, ''].join('\n'));
  const { code, stdout } = await runCli(['verify', bundle, '--trust', trust, '--json', ...more]);
  return { code, report: JSON.parse(stdout) as Report };
}

test('two of three are enough where two are asked for, and not where all are', async () => {
  const two = await audited('group k 2 one two three\nquorum k');
  expect(two, JSON.stringify(two.report)).toMatchObject({
    code: 0,
    report: { verdict: 'consistent', firstFailure: null },
  });
  const all = await audited('group k all one two three\nquorum k');
  expect(all).toMatchObject({ code: 1, report: { firstFailure: { code: 'quorum_unmet' } } });
  const third = await audited('quorum three');
  expect(third).toMatchObject({ code: 1, report: { firstFailure: { code: 'quorum_unmet' } } });
});

test('without a quorum nothing is said to be witnessed, unless that is required', async () => {
  const none = await audited('quorum none');
  expect(none.code).toBe(0);
  expect(none.report.notProven.join('\n')).toMatch(/witness/);
  const required = await audited('quorum none', '--require-witness');
  expect(required.code).toBe(1);
});

test('timestamps count by the authority’s root that the auditor has, and by no other', async () => {
  const root = join(folder, 'root.pem');
  const counted = await audited('quorum none', '--timestamp-ca', root);
  expect(counted.code, JSON.stringify(counted.report)).toBe(0);
  expect(counted.report.notProven.join('\n')).not.toMatch(/no time stamp/);
  expect((await audited('quorum none')).report.notProven.join('\n')).toMatch(/no time stamp was checked/);
  const other = await startAuthority();
  await writeFile(join(folder, 'other.pem'), other.root);
  await other.close();
  const wrong = await audited('quorum none', '--timestamp-ca', join(folder, 'other.pem'));
  expect([wrong.code, wrong.report.firstFailure?.code]).toEqual([1, expect.stringMatching(/timestamp/)]);
});

test('a line of the anchor file is a checkpoint that the log is held to', async () => {
  const lines = (await readFile(join(folder, 'anchors.jsonl'), 'utf8')).trim().split('\n');
  const { note } = JSON.parse(lines.at(-1) ?? '{}') as { note: string };
  const held = join(folder, 'held');
  await writeFile(held, note);
  const { code } = await world.gateway.cli('verify', '--checkpoint', held, '--json');
  expect(code).toBe(0);
  // As if it had come to more than there is.
  await writeFile(held, note.replace(/^(.*\n)\d+\n/, '$1999999\n'));
  expect((await world.gateway.cli('verify', '--checkpoint', held, '--json')).code).toBe(1);
});
