// The overview: what happened is counted, what waits leads to where it is decided, and the page is light.
import { connectV1 } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, visit, type VisitOptions } from './browser.ts';

const FIRST_PAGE_BYTES = 250 * 1024;

let world: World;
let browser: Browser;
let held: Promise<unknown>;
beforeAll(async () => {
  world = await startWorld({ config: { hold: { maxSeconds: 60 } } });
  browser = await launchBrowser();
  const call = async (agent: string, server: string, name: string, input: Record<string, unknown>) => {
    const token = await world.token(agent, `/mcp/${server}`);
    const client = await connectV1(`${world.gateway.data}/mcp/${server}`, { token });
    const answer = await client.callTool({ name, arguments: input });
    await client.close();
    return answer;
  };
  for (const text of ['one', 'two', 'three']) await call('worker', 'fixture', 'echo', { text });
  await call('clerk', 'fixture', 'echo', { text: 'not mine' });
  held = call('clerk', 'payments', 'pay', { vendor: 'acme', amount_cents: 250_000, invoice: 'INV-1' });
  held.catch(() => undefined);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await held?.catch(() => undefined);
});

async function open(options: VisitOptions = {}) {
  const opened = await visit(browser, world.gateway.admin, options);
  let scripts = 0;
  opened.page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.endsWith('.js')) scripts += Number(response.headers()['content-length']);
  });
  await opened.page.goto(`${world.gateway.admin}/#token=${world.gateway.adminToken}`);
  await opened.page.getByRole('link', { name: '1 held call' }).waitFor();
  await opened.page.getByRole('img', { name: /^Calls over time/ }).waitFor();
  return { ...opened, scripts: () => scripts };
}

test('counts what happened, as the calls themselves say', async () => {
  const { page, context, errors, strayed } = await open();
  const figure = (name: string) =>
    page.getByRole('region', { name: 'What happened' }).locator('div', { hasText: name }).last();
  const { calls } = await world.admin<{ calls: { decision: string }[] }>('/calls?limit=100');
  const count = (decision: string) => calls.filter((call) => call.decision === decision).length;
  expect(await figure('Calls').innerText()).toMatch(new RegExp(`\\b${calls.length}$`));
  expect(await figure('Denied').innerText()).toMatch(new RegExp(`\\b${count('deny')}$`));
  expect(await figure('Held').innerText()).toMatch(/\b1$/);
  const agents = await page.getByRole('region', { name: 'Agents' }).innerText();
  expect(agents).toContain('worker');
  expect(agents).toContain('clerk');
  expect(await page.getByRole('region', { name: 'The log' }).innerText()).toContain('nobody: an operator');
  expect([errors, strayed]).toEqual([[], []]);
  await context.close();
});

test('leads to what waits', async () => {
  const { page, context } = await open();
  await page.getByRole('link', { name: '1 held call' }).click();
  await page.getByRole('link', { name: /clerk wants to call payments\/pay/ }).waitFor();
  expect(page.url()).toBe(`${world.gateway.admin}/approvals`);
  await context.close();
});

test('an address names the time that it shows', async () => {
  const { page, context } = await open();
  await page.getByRole('combobox', { name: 'Time' }).selectOption('Last 7 days');
  expect(page.url()).toBe(`${world.gateway.admin}/?span=week`);
  await page.reload();
  await page.getByRole('option', { name: 'Last 7 days', selected: true }).waitFor({ state: 'attached' });
  await context.close();
});

test('loads fewer than 250 KB of JavaScript, charts included', async () => {
  const { scripts, context } = await open();
  expect(scripts()).toBeGreaterThan(0);
  expect(scripts()).toBeLessThan(FIRST_PAGE_BYTES);
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
