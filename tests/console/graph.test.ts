// Who calls whom in the console: the picture and the table say the same, and what policy makes of it today stands on every line.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callModern } from '../e2e/modern-call.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, visit, type VisitOptions } from './browser.ts';

let world: World;
let browser: Browser;
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
  const call = async (agent: string, server: string, tool: string, args: Record<string, unknown>) => {
    const token = await world.token(agent, `/mcp/${server}`);
    const url = `${world.gateway.data}/mcp/${server}`;
    await (await callModern({ url, token, tool, args })).text();
  };
  await call('worker', 'fixture', 'echo', { text: 'x' });
  await call('worker', 'fixture', 'echo', { text: 'x' });
  await call('clerk', 'fixture', 'echo', { text: 'x' });
  await call('clerk', 'payments', 'pay', { vendor: 'acme', amount_cents: 1, invoice: 'I' });
  await call('stranger', 'fixture', 'echo', { text: 'x' });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

async function open(options: VisitOptions = {}, path = '/graph') {
  const opened = await visit(browser, world.gateway.admin, options);
  await opened.page.goto(`${world.gateway.admin}${path}#token=${world.gateway.adminToken}`);
  await opened.page.locator('.react-flow__node').first().waitFor();
  return opened;
}

test('the table says who called whom, how that went, and what policy makes of it today', async () => {
  const { page, context, errors, strayed } = await open();
  const table = page.getByRole('table', { name: 'Who calls whom' });
  const line = (name: RegExp) => table.getByRole('row', { name }).innerText();
  expect(await line(/^worker fixture/)).toMatch(/2 calls: 2 done/);
  expect(await line(/^clerk fixture/)).toMatch(/Denied[\s\S]*1 call: 1 denied/);
  expect(await line(/^clerk payments/)).toMatch(/Depends[\s\S]*1 call: 1 done/);
  expect(await line(/^unregistered fixture/)).toMatch(/1 call: 1 denied/);
  expect([errors, strayed]).toEqual([[], []]);
  await context.close();
});

test('the picture has a name for everything in it, and says the same', async () => {
  const { page, context } = await open();
  await page.locator('[aria-label="Agent worker"]').waitFor();
  await page.locator('[aria-label="Server fixture"]').waitFor();
  const line = page.locator('[aria-label^="clerk calls fixture: 1 call: 1 denied; denied today"]');
  await line.waitFor({ state: 'attached' });
  expect(await line.count()).toBe(1);
  await context.close();
});

test('it can be about one agent, and leads to whom it shows', async () => {
  const { page, context } = await open({}, '/graph?agent=clerk');
  await page.getByText('Only calls of clerk.').waitFor();
  const table = page.getByRole('table', { name: 'Who calls whom' });
  expect(await table.getByRole('row', { name: /^worker/ }).count()).toBe(0);
  await table.getByRole('link', { name: 'payments' }).click();
  await page.getByRole('heading', { name: 'What it defines' }).waitFor();
  expect(page.url()).toBe(`${world.gateway.admin}/servers/payments`);
  await context.close();
});

describe.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
] as const)('in %s at %i pixels', (colorScheme, width) => {
  test('axe finds nothing wrong, and nothing stands out sideways', async () => {
    const { page, context, errors } = await open({ colorScheme, width });
    expect(await accessibilityFaults(page)).toEqual([]);
    const sideways: unknown = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(sideways).toBe(0);
    expect(errors).toEqual([]);
    await context.close();
  });
});
