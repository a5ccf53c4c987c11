// The log verified by the browser itself, on what a real gateway serves; and what it says when that gateway takes entries away
// or rewrites them, which is done here between the two.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callModern } from '../e2e/modern-call.ts';
import { SOON } from '../e2e/soon.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, visit, type VisitOptions } from './browser.ts';

let world: World;
let browser: Browser;
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
  await echo(3);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

async function echo(times: number): Promise<void> {
  const url = `${world.gateway.data}/mcp/fixture`;
  const token = await world.token('worker', '/mcp/fixture');
  for (let call = 0; call < times; call += 1)
    await (await callModern({ url, token, tool: 'echo', args: { text: 'x' } })).text();
}

async function open(options: VisitOptions = {}, token = world.gateway.adminToken) {
  const opened = await visit(browser, world.gateway.admin, options);
  await opened.page.goto(`${world.gateway.admin}/log#token=${token}`);
  await opened.page.getByRole('heading', { name: 'Verify it here' }).waitFor();
  return opened;
}

const verify = { name: /^Verify (the whole log|again)$/ };

test('recomputes every entry, says what each level shows and what none does, and remembers the checkpoint', async () => {
  const { page, context, errors, strayed } = await open();
  await page.getByRole('button', verify).click();
  await page.getByText(/^All \d+ entries hold together$/).waitFor();
  await page.getByText('had seen no checkpoint of it before').waitFor();
  for (const level of [
    'Leaf hashes',
    'Chain of hashes',
    'Calls and their outcomes',
    'Checkpoints of the gateway',
  ])
    expect(await page.getByRole('row', { name: level }).innerText()).toMatch(/[1-9]\d* checked/);
  await page.getByText('What this does not show').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  const before = (await world.admin<{ checkpoint: { size: number } }>('/log')).checkpoint.size;
  await echo(1);
  await expect
    .poll(async () => (await world.admin<{ checkpoint: { size: number } }>('/log')).checkpoint.size, SOON)
    .toBeGreaterThan(before);
  await page.getByRole('button', verify).click();
  await page.getByText(/^It continues the log of \d+ entries/).waitFor();
  expect([errors, strayed]).toEqual([[], []]);
  await context.close();
});

test('a gateway that serves less than it once did is found out, and its log is not remembered', async () => {
  const older = await (await fetch(`${world.gateway.admin}/log/checkpoint`)).text();
  await echo(1);
  await expect
    .poll(async () => (await fetch(`${world.gateway.admin}/log/checkpoint`)).text(), SOON)
    .not.toBe(older);
  const { page, context } = await open();
  await page.getByRole('button', verify).click();
  await page.getByText(/hold together$/).waitFor();
  await context.route('**/log/checkpoint', (route) => route.fulfill({ body: older }));
  await page.getByRole('button', verify).click();
  await page.getByText('The log does not hold').waitFor();
  await page.getByText(/entries were taken away or rewritten/).waitFor();
  expect(await page.getByRole('row', { name: 'What this browser remembers' }).innerText()).toContain(
    'failed',
  );

  await context.unroute('**/log/checkpoint');
  await page.getByRole('button', verify).click();
  await page.getByText(/^It continues the log of \d+ entries/).waitFor();
  await context.close();
});

test('one altered byte of one entry is found, and the entry named', async () => {
  const { page, context } = await open();
  await context.route('**/log/tile/entries/**', async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    const at = body.indexOf('"kind":"call.completed"');
    if (at >= 0) body.write('"kind":"call.completeD"', at);
    await route.fulfill({ body, contentType: 'application/octet-stream' });
  });
  await page.getByRole('button', verify).click();
  await page.getByText('The log does not hold').waitFor();
  await page.getByText(/^entry \d+: /).waitFor();
  expect(await page.getByRole('row', { name: 'Leaf hashes' }).innerText()).toContain('1 failed');
  await context.close();
});

test('who is not served entries is told so', async () => {
  const issued = await world.gateway.cli('users', 'token', 'fiona@example.com');
  const { page, context, errors } = await open({}, issued.stdout.trim());
  await page.getByText(/Entries are served to the roles auditor and admin/).waitFor();
  expect(await page.getByRole('button', verify).count()).toBe(0);
  expect(errors).toEqual([]);
  await context.close();
});

describe.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
] as const)('in %s at %i pixels', (colorScheme, width) => {
  test('axe finds nothing wrong, and nothing stands out sideways', async () => {
    const { page, context, errors } = await open({ colorScheme, width });
    await page.getByRole('button', verify).click();
    await page.getByText(/hold together$/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const sideways: unknown = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(sideways).toBe(0);
    expect(errors).toEqual([]);
    await context.close();
  });
});
