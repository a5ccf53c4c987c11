// Servers in the console: how each stands, how much of it is used, and a definition that changed, which is shown with its
// difference and accepted exactly as it was shown.
import { connectV1 } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { callModern } from '../e2e/modern-call.ts';
import { SOON } from '../e2e/soon.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, visit, type Visit, type VisitOptions } from './browser.ts';

let world: World;
let browser: Browser;
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
  await define('present');
  await vi.waitUntil(async () => (await extra()).includes('"text":"x"'), SOON);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const url = () => `${world.gateway.data}/mcp/fixture`;

/** Makes the server define `extra`, or define it otherwise. */
async function define(extra: 'present' | 'changed'): Promise<void> {
  const client = await connectV1(url(), { token: await world.token('worker', '/mcp/fixture') });
  await client.callTool({ name: 'change_tools', arguments: { extra } });
  await client.close();
}

async function extra(): Promise<string> {
  const token = await world.token('worker', '/mcp/fixture');
  return (await callModern({ url: url(), token, tool: 'extra', args: { text: 'x' } })).text();
}

async function open(token: string, options: VisitOptions = {}): Promise<Visit> {
  const opened = await visit(browser, world.gateway.admin, options);
  await opened.page.goto(`${world.gateway.admin}/servers#token=${token}`);
  await opened.page.getByRole('table', { name: 'Servers' }).waitFor();
  return opened;
}

const row = (page: Visit['page'], name: string) =>
  page.getByRole('table', { name: 'Servers' }).getByRole('row', { name: new RegExp(`^${name} `) });

test('what a server is used for is counted tool by tool', async () => {
  const { page, context, errors, strayed } = await open(world.gateway.adminToken ?? '');
  await row(page, 'fixture').getByRole('link').click();
  const use = page.getByRole('region', { name: 'Server' }).getByRole('table').first();
  expect(await use.getByRole('row', { name: /^extra/ }).innerText()).toMatch(/\d+ calls?: /);
  expect([errors, strayed]).toEqual([[], []]);
  await context.close();
});

test('what a server tells models of a tool is there to read, and to take away', async () => {
  const { page, context, errors } = await open(world.gateway.adminToken ?? '');
  await row(page, 'fixture').getByRole('link').click();
  await page.getByRole('heading', { name: 'What it defines' }).waitFor();
  await page
    .locator('summary')
    .filter({ hasText: /^extra/ })
    .click();
  const definition = page.getByRole('group', { name: 'the definition of extra' });
  await definition.getByText('"inputSchema"').waitFor();
  const { listed } = await world.admin<{ listed: { digest: string; text: string } }>(
    '/upstreams/fixture/definitions/text?name=extra',
  );
  const { description } = JSON.parse(listed.text) as { description: string };
  const item = page.getByRole('listitem').filter({ has: definition });
  await item.getByText(description, { exact: true }).first().waitFor();
  await item.getByText(listed.digest).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(errors).toEqual([]);
  await context.close();
});

test('a definition that changed is told from afar, shown with its difference, and accepted as it was shown', async () => {
  await define('changed');
  await expect.poll(extra, SOON).toContain('definition_not_accepted');
  const { page, context, errors } = await open(world.gateway.adminToken ?? '');
  await row(page, 'fixture').getByText('1 held back').waitFor();
  await row(page, 'fixture').getByRole('link').click();
  const difference = page.getByText('+  "description": "Answers with something else"');
  await difference.waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Accept this definition' }).click();
  await page.getByText('extra is accepted').waitFor();
  await difference.waitFor({ state: 'detached' });
  await row(page, 'fixture').getByText('As it should be').waitFor();
  await expect.poll(extra, SOON).not.toContain('definition_not_accepted');
  expect(errors).toEqual([]);
  await context.close();
});

describe.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
] as const)('in %s at %i pixels', (colorScheme, width) => {
  test('axe finds nothing wrong, and who may only read is told so', async () => {
    const issued = await world.gateway.cli('users', 'token', 'fiona@example.com');
    const { page, context, errors } = await open(issued.stdout.trim(), { colorScheme, width });
    expect(await accessibilityFaults(page)).toEqual([]);
    await row(page, 'fixture').getByRole('link').click();
    await page.getByRole('heading', { name: 'What it defines' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const sideways: unknown = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(sideways).toBe(0);
    expect(errors).toEqual([]);
    await context.close();
  });
});
