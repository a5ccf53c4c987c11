// The parts of the log's page, of a real gateway that a real witness watches: who holds what, which keys speak for it, who took what
// away, and what people agreed to erase.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningProcess, runCli, startProcess } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { callModern } from '../e2e/modern-call.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, type Visit, type VisitOptions } from './browser.ts';
import { openAt, sideways, tokenOf } from './console-world.ts';

const CLI = fileURLToPath(new URL('../../apps/gateway/src/cli/main.ts', import.meta.url));

let folder: string;
let world: World;
let witness: RunningProcess;
let browser: Browser;
const tokens = { olive: '', fiona: '', victor: '' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-log-parts-'));
  const data = join(folder, 'witness');
  const shown = await runCli(['witness', '--data', data, '--name', 'witness.example/one', '--show-key']);
  const port = await freePort();
  world = await startWorld({
    config: {
      log: {
        witnesses: [{ key: shown.stdout.trim(), url: `http://127.0.0.1:${port}` }],
        anchors: [{ file: join(folder, 'anchors.jsonl') }],
        publishSeconds: 1,
        retention: [{ of: 'calls', agent: 'clerk', payloads: '30d' }],
      },
    },
  });
  const vkey = (await world.gateway.cli('log', 'key')).stdout.trim();
  const args = ['witness', '--data', data, '--listen', `127.0.0.1:${port}`, '--log', vkey];
  witness = await startProcess({ script: CLI, args });
  browser = await launchBrowser();
  for (let call = 0; call < 3; call += 1) await echo(`words ${call}`);
  tokens.olive = await tokenOf(world.gateway, 'olive@example.com', 'admin');
  tokens.fiona = await tokenOf(world.gateway, 'fiona@example.com', 'approver');
  tokens.victor = await tokenOf(world.gateway, 'victor@example.com', 'viewer');
  const held = async () => (await world.admin<{ log: { held: { by: string } } }>('/overview')).log.held.by;
  await vi.waitUntil(async () => (await held()) === 'witnesses', { interval: 200, timeout: 60_000 });
});
afterAll(async () => {
  await browser?.close();
  await witness?.stop();
  await world?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function echo(text: string): Promise<void> {
  const url = `${world.gateway.data}/mcp/fixture`;
  const token = await world.token('worker', '/mcp/fixture');
  await (await callModern({ url, token, tool: 'echo', args: { text } })).text();
}

const open = (path: string, options: VisitOptions = {}, token = tokens.olive): Promise<Visit> =>
  openAt(browser, world.gateway, path, { token, ...options });

async function clean({ context, errors, strayed }: Visit): Promise<void> {
  await context.close();
  expect([errors, strayed]).toEqual([[], []]);
}

test('a checkpoint says who signed it, and witnesses and anchors to where they hold the log', async () => {
  const visit = await open('/log');
  const { page } = visit;
  await page.getByRole('link', { name: 'Checkpoints' }).click();
  await page
    .getByRole('cell', { name: /the log \S+ [0-9a-f]{8}.*witness witness\.example\/one/s })
    .first()
    .waitFor();
  await page.getByText('Enough witnesses').first().waitFor();
  await page.getByText(/^1 of 1 witness: reached for the first \d+ entries$/).waitFor();
  await page.getByRole('link', { name: 'Witnesses and anchors' }).click();
  const card = page.getByRole('listitem').filter({ hasText: 'witness.example/one' });
  await card.getByText('Accepted').waitFor();
  expect(await card.innerText()).toMatch(/Last success\s+\d/);
  await page.getByRole('heading', { name: 'Anchor files' }).waitFor();
  await clean(visit);
});

test('the trust policy of the keys’ page verifies a bundle', async () => {
  const bundle = join(folder, 'all.bundle');
  // What a witness has cosigned by now: the newest entries wait for it.
  const exportArgs = ['export', '--from', '0', '--to', '20', '--reason', 'yearly audit'];
  const exported = await world.gateway.cli(...exportArgs, '--out', bundle);
  expect([exported.code, exported.stderr]).toEqual([0, expect.any(String)]);
  const visit = await open('/log/keys');
  const { page } = visit;
  await page.getByText('In use').first().waitFor();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the trust policy' }).click();
  const policy = join(await mkdtemp(join(folder, 'elsewhere-')), 'trust.policy');
  await (await saving).saveAs(policy);
  expect(await readFile(policy, 'utf8')).toContain('\nquorum witnesses\n');
  const verified = await runCli(['verify', bundle, '--trust', policy]);
  expect([verified.code, verified.stdout]).toEqual([0, expect.stringMatching(/checkpoints\s+passed/)]);
  expect(verified.stdout).toContain('seen by witness.example/one');
  await clean(visit);
});

test('an export is listed with who took it and why, and its entry is in the log', async () => {
  const visit = await open('/log/exports');
  const { page } = visit;
  const taken = page.getByRole('listitem').filter({ hasText: 'yearly audit' });
  await taken.getByText('admin').waitFor();
  await taken.getByRole('link', { name: /^entry \d+$/ }).click();
  await page.getByText('In the log', { exact: true }).waitFor();
  expect(await page.getByRole('group', { name: 'the entry' }).innerText()).toContain('log.exported');
  await clean(visit);
});

test('entries are listed by kind, at an address that says which', async () => {
  const visit = await open('/log/entries?kind=admin.action');
  const { page } = visit;
  await page.getByRole('cell', { name: 'admin.action' }).first().waitFor();
  await page.getByLabel('Kind').selectOption('call.decided');
  await page
    .getByRole('cell', { name: /call\.decided/ })
    .first()
    .waitFor();
  expect(new URL(page.url()).searchParams.get('kind')).toBe('call.decided');
  expect(await page.getByRole('cell', { name: 'admin.action' }).count()).toBe(0);
  await clean(visit);
});

test('what a legal hold keeps is not erased; lifted, it is, on the word of a second person', async () => {
  const copy = join(folder, 'parties.bundle');
  await world.gateway.cli('export', '--from', '0', '--reason', 'for the parties', '--out', copy);
  const admin = await open('/log/privacy');
  const { page } = admin;
  await page.getByText('Values of calls with agent clerk: 30d').waitFor();
  await page.getByRole('button', { name: 'Place a legal hold' }).click();
  const placing = page.getByRole('dialog');
  await placing.getByLabel('What it keeps').fill('agent:worker');
  await placing.getByLabel('Reason').fill('a dispute');
  await placing.getByRole('button', { name: 'Place a legal hold' }).click();
  const hold = page.getByRole('listitem').filter({ hasText: 'a dispute' });
  await hold.getByText('In force').waitFor();

  await page.getByRole('button', { name: 'Propose an erasure…' }).click();
  const proposing = page.getByRole('dialog');
  await proposing.getByLabel('The calls that a search finds').first().check();
  await proposing.getByRole('textbox', { name: 'The calls that a search finds' }).fill('agent:worker');
  await proposing.getByLabel('Legal basis').fill('Art. 17 GDPR');
  await proposing.getByRole('button', { name: 'Propose it' }).click();
  await proposing.getByText(/the legal hold `hold_.*keeps/).waitFor();
  await proposing.getByRole('button', { name: 'Cancel' }).click();

  await hold.getByRole('button', { name: 'Lift this hold' }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('it is settled');
  await page.getByRole('dialog').getByRole('button', { name: 'Lift this hold' }).click();
  await hold.getByText('Lifted', { exact: true }).first().waitFor();

  await page.getByRole('button', { name: 'Propose an erasure…' }).click();
  await proposing.getByLabel('The calls that a search finds').first().check();
  await proposing.getByRole('textbox', { name: 'The calls that a search finds' }).fill('agent:worker');
  await proposing.getByLabel('Legal basis').fill('Art. 17 GDPR');
  await proposing.getByRole('button', { name: 'Propose it' }).click();
  await page.getByText('You proposed this change').waitFor();
  expect(await page.getByRole('main').innerText()).toMatch(/Values\s+\d+, of \d+ entries and \d+ calls/);
  // The refusal above is told by the browser as well, as every answer of 409 is.
  expect(admin.errors.filter((error) => !error.includes('409'))).toEqual([]);

  const second = await open('/log/privacy', {}, tokens.fiona);
  await second.page.getByRole('link', { name: 'Art. 17 GDPR' }).click();
  await second.page.getByLabel('Approve').check();
  await second.page.getByLabel('Reason').fill('the request is theirs');
  await second.page.getByRole('button', { name: 'Agree to this erasure' }).click();
  await second.page.getByText('In effect').first().waitFor();
  await clean(second);

  await page.getByRole('link', { name: 'All erasures and holds' }).click();
  await page.reload();
  const erased = page.getByRole('listitem').filter({ hasText: 'proposed by olive, agreed to by fiona' });
  await erased.getByText('Art. 17 GDPR').waitFor();
  expect(await erased.innerText()).toMatch(/Copies in exports\s+exp_/);
  await admin.context.close();
});

test('who may not read entries is not led to them', async () => {
  const visit = await open('/log', {}, tokens.victor);
  const { page } = visit;
  await page.getByRole('link', { name: 'Checkpoints' }).waitFor();
  expect(await page.getByRole('link', { name: /^(Exports|Entries|Settings)$/ }).count()).toBe(0);
  await page.getByRole('link', { name: 'Privacy' }).click();
  await page.getByRole('heading', { name: 'Legal holds' }).waitFor();
  expect(await page.getByRole('button', { name: /hold|erasure/ }).count()).toBe(0);
  await clean(visit);
});

describe.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
] as const)('in %s at %i pixels', (colorScheme, width) => {
  test.each(['checkpoints', 'witnesses', 'keys', 'entries', 'entries/3', 'exports', 'privacy'])(
    'axe finds nothing wrong with %s, and nothing stands out sideways',
    async (part) => {
      const visit = await open(`/log/${part}`, { colorScheme, width });
      await visit.page.waitForLoadState('networkidle');
      await visit.page
        .getByRole('region', { name: 'Log' })
        .getByRole('heading', { level: 2 })
        .first()
        .waitFor();
      expect(await accessibilityFaults(visit.page)).toEqual([]);
      expect(await sideways(visit.page)).toBe(0);
      await clean(visit);
    },
  );
});
