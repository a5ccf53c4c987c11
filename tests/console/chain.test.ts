// A chain in the console, with a real gateway and agents that really call each other: a list and a picture that say the
// same, replayed call by call.
import { SendMessageRequest } from '@a2a-js/sdk';
import type { Browser } from 'playwright-core';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type A2aWorld, startA2aWorld } from '../e2e/a2a-world.ts';
import { accessibilityFaults, launchBrowser, type Visit, type VisitOptions } from './browser.ts';
import { openAt, sideways } from './console-world.ts';

let world: A2aWorld;
let browser: Browser;
let folder: string;
let chain: string;

/** The planner asks the support agent, which reads customers at the CRM. */
beforeAll(async () => {
  world = await startA2aWorld();
  browser = await launchBrowser();
  folder = await mkdtemp(join(tmpdir(), 'countersign-chain-'));
  const planner = await world.connect('planner', 'customer-support');
  const parts = [{ text: 'Which customers does INC-4711 affect?' }];
  await planner.sendMessage(
    SendMessageRequest.fromJSON({ message: { messageId: randomUUID(), role: 'ROLE_USER', parts } }),
  );
  const calls = await world.calls();
  const read = calls.find(({ agent, link }) => agent === 'customer-support' && link === 'verified');
  if (read === undefined) throw new Error('the support agent called nothing');
  ({ chain } = read);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function open(search = '', options: VisitOptions = {}): Promise<Visit> {
  const token = world.gateway().adminToken ?? '';
  const visit = await openAt(browser, world.gateway(), `/chains/${chain}${search}`, { token, ...options });
  await visit.page.getByRole('group', { name: 'Agent planner' }).waitFor();
  return visit;
}

async function clean({ context, errors, strayed }: Visit): Promise<void> {
  await context.close();
  expect(errors).toEqual([]);
  expect(strayed).toEqual([]);
}

const hops = (page: Visit['page']) =>
  page.getByRole('region', { name: 'The calls under each other' }).getByRole('listitem');

test('the list and the picture name the same agents, targets, decisions and labels', async () => {
  const visit = await open();
  const { page } = visit;
  const first = await hops(page).first().innerText();
  expect(first).toMatch(/planner → customer-support[^]*Allowed/);
  const last = await hops(page).last().innerText();
  expect(last).toMatch(/customer-support → crm\/get_customer[^]*Allowed[^]*pii/);
  for (const name of ['Agent planner', 'Agent customer-support', 'Target crm/get_customer'])
    expect(await page.getByRole('group', { name, exact: true }).count()).toBe(1);
  const edge = page.getByRole('group', {
    name: /^customer-support to crm\/get_customer: \d+ allowed; labels pii/,
  });
  expect(await edge.count()).toBe(1);
  await clean(visit);
});

test('is replayed by hand: the list and the picture move together, and the picture stays where it is', async () => {
  const visit = await open();
  const { page } = visit;
  const count = await hops(page).count();
  const where = (): Promise<unknown> =>
    page.evaluate('document.querySelector(".react-flow__viewport").style.transform');
  const before = await where();
  await page.getByRole('slider', { name: 'Call' }).focus();
  await page.keyboard.press('Home');
  await expect.poll(() => new URL(page.url()).search).toBe('?at=1');
  await page.getByText(`Call 1 of ${count}: planner → customer-support, allowed`).waitFor();
  expect(await hops(page).filter({ hasText: 'comes later' }).count()).toBe(count - 1);
  await page.getByText('No labelled data was touched so far.').waitFor();
  await page.getByRole('group', { name: 'Target crm/get_customer, not yet reached' }).waitFor();
  await page.getByRole('button', { name: 'Next call' }).click();
  await expect.poll(() => new URL(page.url()).search).toBe('?at=2');
  expect(await page.locator('[aria-current="step"]').innerText()).toContain('customer-support →');
  await page.getByRole('button', { name: 'The whole chain' }).click();
  await page.getByText('Data touched so far:').waitFor();
  expect(await hops(page).filter({ hasText: 'comes later' }).count()).toBe(0);
  expect(await where()).toBe(before);
  // A link to a step shows that step.
  await page.goto(`${world.gateway().admin}/chains/${chain}?at=1`);
  await page.getByText(`Call 1 of ${count}:`).waitFor();
  await clean(visit);
});

test('plays by itself to its end, and can be paused', async () => {
  const visit = await open();
  const { page } = visit;
  await page.getByRole('button', { name: 'Play' }).click();
  await page.getByText(/^Call 1 of/).waitFor();
  await page.getByText(/^Call 2 of/).waitFor();
  expect(await hops(page).filter({ hasText: 'comes later' }).count()).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Play' }).click();
  const count = await hops(page).count();
  await page.getByText(`Call ${count} of ${count}:`).waitFor();
  await page.getByRole('button', { name: 'Play' }).waitFor();
  await clean(visit);
});

test('everything in the picture is reached by keyboard, and each call is a link', async () => {
  const visit = await open();
  const { page } = visit;
  await page.getByRole('button', { name: 'The whole chain' }).focus();
  const reached: unknown[] = [];
  for (let press = 0; press < 12; press += 1) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate('document.activeElement.getAttribute("aria-label")'));
  }
  expect(reached).toEqual(
    expect.arrayContaining(['Agent planner', 'Agent customer-support', 'Target crm/get_customer']),
  );
  await hops(page).last().getByRole('link').click();
  await page.getByRole('heading', { name: /customer-support.*get_customer/ }).waitFor();
  await page.getByRole('tab', { name: 'Delegation' }).click();
  await page.getByText('link proven by the gateway’s own token').waitFor();
  await page.getByRole('link', { name: 'See it as a graph' }).click();
  await page.getByRole('group', { name: 'Agent planner' }).waitFor();
  await clean(visit);
});

test('is taken away as one bundle, which verifies, and does not with one bit changed', async () => {
  const visit = await open();
  const { page } = visit;
  await page.getByLabel('Why you take it').fill('for the auditor');
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the proof bundle' }).click();
  const file = join(folder, (await saving).suggestedFilename());
  await (await saving).saveAs(file);
  const verified = await world.gateway().cli('verify', file);
  expect(verified.stdout).toMatch(/chains\s+passed/);
  expect(verified.code).toBe(0);
  await clean(visit);

  // One byte of it, inside of an entry, and it is no proof any more.
  const bytes = await readFile(file);
  const at = bytes.indexOf('call.decided');
  expect(at).toBeGreaterThan(0);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await writeFile(`${file}-flipped`, bytes);
  const flipped = await world.gateway().cli('verify', `${file}-flipped`);
  expect(flipped.code).not.toBe(0);
  expect(`${flipped.stdout}${flipped.stderr}`).toMatch(/broken at|failed|is not/);
});

test.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
] as const)('axe finds nothing wrong with it in %s at %i pixels', async (colorScheme, width) => {
  const visit = await open('?at=2', { colorScheme, width });
  expect(await accessibilityFaults(visit.page)).toEqual([]);
  expect(await sideways(visit.page)).toBe(0);
  await clean(visit);
});
