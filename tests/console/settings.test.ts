// The settings in the console: what is in force is told to administrators, nothing secret to anybody.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, visit } from './browser.ts';

let world: World;
let browser: Browser;
beforeAll(async () => {
  const sinks = [{ name: 'siem', kind: 'webhook-jsonl', url: 'http://127.0.0.1:9/hook' }];
  world = await startWorld({ config: { policies: { group: 'finance' }, sinks } });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

describe.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
] as const)('in %s at %i pixels', (colorScheme, width) => {
  test('an administrator reads what is in force', async () => {
    const { page, context, errors, strayed } = await visit(browser, world.gateway.admin, {
      colorScheme,
      width,
    });
    await page.goto(`${world.gateway.admin}/settings#token=${world.gateway.adminToken}`);
    await page.getByRole('heading', { name: 'Issuers of agents’ tokens' }).waitFor();
    const siem = page.getByRole('listitem').filter({ hasText: 'siem' });
    await siem.getByText('Failing', { exact: true }).waitFor();
    expect(await siem.innerText()).toMatch(/What it said\s+\S/);
    await page
      .getByRole('table')
      .getByRole('row', { name: /^fiona .*finance/ })
      .waitFor();
    const said = await page.getByRole('main').innerText();
    expect(said).toContain(world.issuer.url);
    expect(said).toContain('1 of finance, besides the author');
    expect(said).toContain('No identity provider is configured');
    expect(said).not.toContain(world.gateway.adminToken);
    expect(await accessibilityFaults(page)).toEqual([]);
    const sideways: unknown = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(sideways).toBe(0);
    expect([errors, strayed]).toEqual([[], []]);
    await context.close();
  });
});

test('nobody else is told, or led there', async () => {
  const issued = await world.gateway.cli('users', 'token', 'fiona@example.com');
  const { page, context, errors } = await visit(browser, world.gateway.admin);
  await page.goto(`${world.gateway.admin}/settings#token=${issued.stdout.trim()}`);
  await page.getByText('The settings are shown to the role admin.').waitFor();
  expect(await page.getByRole('main').innerText()).not.toContain(world.issuer.url);
  expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0);
  expect(errors).toEqual([]);
  await context.close();
});
