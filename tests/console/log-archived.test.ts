// A log of which the first entries were archived, verified whole by the browser: from the archive while it lies where the log says.
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, runCli, spawnGateway } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { entriesOf } from '../e2e/entries.ts';
import { callModern } from '../e2e/modern-call.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { launchBrowser } from './browser.ts';
import { openAt } from './console-world.ts';

let folder: string;
let cold: string;
let world: World;
let gateway: Gateway;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-log-archived-'));
  cold = join(folder, 'cold');
  world = await startWorld({
    config: { log: { anchors: [{ file: join(folder, 'anchors.jsonl') }], publishSeconds: 1 } },
  });
  ({ gateway } = world);
  await call('clerk', 'payments', 'list_payments');
  for (let i = 0; i < 10; i += 1) await Promise.all(Array.from({ length: 20 }, echo));
  const taken = async () => (await entriesOf(gateway, 'checkpoint.published')).length;
  await vi.waitUntil(async () => (await taken()) > 0, { interval: 200, timeout: 30_000 });
  await gateway.stop();
  const args = ['log', 'archive', '--data', gateway.dataDir, '--to', cold, '--before', '256', '--yes'];
  const archived = await runCli(args);
  if (archived.code !== 0) throw new Error(`nothing was archived: ${archived.stderr}`);
  gateway = await spawnGateway({ config: world.setup, dataDir: gateway.dataDir });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await gateway?.dispose();
  await world?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const echo = () => call('worker', 'fixture', 'echo', { text: 'x' });

async function call(agent: string, server: string, tool: string, args = {}): Promise<void> {
  const url = `${gateway.data}/mcp/${server}`;
  const token = await world.issuer.mint({ clientId: agent, resource: url });
  await (await callModern({ url, token, tool, args })).text();
}

test('all of it is recomputed, and an archived entry is shown in the signed tree', async () => {
  const token = world.gateway.adminToken ?? '';
  const { page, context, errors } = await openAt(browser, gateway, '/log', { token });
  await page.getByRole('button', { name: 'Verify the whole log' }).click();
  await page.getByText(/^All \d+ entries hold together$/).waitFor();
  const leaves = await page.getByRole('row', { name: 'Leaf hashes' }).innerText();
  expect(Number(/(\d+) checked/.exec(leaves.replaceAll(',', ''))?.[1])).toBeGreaterThan(256);
  await page.goto(`${gateway.admin}/log/entries/0`);
  await page.getByText('In the log', { exact: true }).waitFor();
  expect(await page.getByRole('group', { name: 'the entry' }).innerText()).toContain('log.opened');
  expect(errors).toEqual([]);
  await context.close();
});

test('the list of calls says that older ones are in archives', async () => {
  const token = world.gateway.adminToken ?? '';
  const { page, context, errors } = await openAt(browser, gateway, '/calls?to=2020-01-01T00:00:00Z', {
    token,
  });
  const main = page.getByRole('main');
  await main.getByText('No call fits').waitFor();
  expect(await main.innerText()).toMatch(/Calls that began before .* are in archives: not listed here/);
  expect(errors).toEqual([]);
  await context.close();
});

test('of an agent whose calls were all archived nobody is told that it never called', async () => {
  const token = world.gateway.adminToken ?? '';
  const { page, context, errors } = await openAt(browser, gateway, '/agents/clerk', { token });
  const latest = page.locator('section', { has: page.getByRole('heading', { name: 'Latest calls' }) }).last();
  await latest.getByText(/^Calls that began before/).waitFor();
  expect(await latest.innerText()).toMatch(/No call of it is in the database\.[^]*are in archives/);
  const row = page.getByRole('row', { name: 'clerk' });
  expect(await row.getByRole('cell').allInnerTexts()).not.toContain('never');
  const { stdout, stderr } = await gateway.cli('agents', 'show', 'clerk', '--utc');
  expect(stdout).toMatch(/^no calls since 20\d\d-/m);
  expect(stderr).toContain('are in archives and not shown (entries before 256)');
  // Of one with as many as are listed there is nothing to say.
  await page.goto(`${gateway.admin}/agents/worker`);
  await latest.getByRole('listitem').first().waitFor();
  expect(await latest.innerText()).not.toContain('archives');
  expect(errors).toEqual([]);
  await context.close();
});

test('the overview says from when on it counts', async () => {
  const token = world.gateway.adminToken ?? '';
  const { page, context, errors } = await openAt(browser, gateway, '/', { token });
  const counts = page.getByRole('region', { name: 'What happened' });
  await counts.getByText(/^Calls that began before/).waitFor();
  expect(await counts.innerText()).toMatch(/are in archives: not listed here, and not counted/);
  expect(errors).toEqual([]);
  await context.close();
});

test('a simulation reads archived decisions, and says how many of the entries lie there', async () => {
  const token = world.gateway.adminToken ?? '';
  const { page, context, errors } = await openAt(browser, gateway, '/policies/draft?panel=history', {
    token,
  });
  await page.getByRole('button', { name: 'Simulate' }).click();
  const looked = page.getByText(/^Looked at \d+ entries, the first recorded/);
  await looked.waitFor();
  expect(await looked.innerText()).toMatch(/256 of them lie in archives\.$/);
  expect(await page.getByText(/^Of \d+ recorded decisions/).innerText()).toMatch(/^Of 201 recorded/);
  await rename(cold, `${cold}-away`);
  try {
    await page.getByRole('button', { name: 'Simulate' }).click();
    await page.getByRole('alert').filter({ hasText: 'nothing was decided again' }).waitFor();
  } finally {
    await rename(`${cold}-away`, cold);
  }
  expect(errors).toEqual([]);
  await context.close();
});

test('an archive that is away is named, with what to do', async () => {
  await rename(cold, `${cold}-away`);
  const token = world.gateway.adminToken ?? '';
  const { page, context } = await openAt(browser, gateway, '/log', { token });
  await page.getByRole('button', { name: 'Verify the whole log' }).click();
  const told = page.getByRole('alert').filter({ hasText: 'entries 0 to 255 were moved to an archive' });
  await told.waitFor();
  expect(await told.innerText()).toContain('countersign verify <data folder> --archive <folder>');
  await rename(`${cold}-away`, cold);
  await page.getByRole('button', { name: 'Verify the whole log' }).click();
  await page.getByText(/^All \d+ entries hold together$/).waitFor();
  await context.close();
});
