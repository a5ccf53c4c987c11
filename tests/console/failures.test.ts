// What fails is told once, and told to whoever asked for it: a page whose parts all fail for one cause says so in one place, with
// one way to try all of them again.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser } from './browser.ts';
import { openAt, sideways } from './console-world.ts';

let world: World;
let browser: Browser;
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const at = (path: string, options = {}) =>
  openAt(browser, world.gateway, path, { token: world.gateway.adminToken ?? '', ...options });

test.each([
  ['/policies', /\/api\/v1\/(?:policies|changes)/, 'In force', 'light', 1280],
  ['/access', /\/api\/v1\/(?:tokens|sessions)/, 'this browser', 'dark', 320],
] as const)(
  'a page whose parts cannot be reached says so once, and tries all of them again at once (%s)',
  async (path, parts, shown, colorScheme, width) => {
    const { page, context } = await at('/log', { colorScheme, width });
    const away = (url: URL): boolean => parts.test(url.pathname);
    await context.route(away, (route) => route.abort());
    const told = page.getByRole('main').getByRole('alert');
    await page.goto(`${world.gateway.admin}${path}`);
    await told
      .getByText('Not all of this page could be fetched: the gateway does not answer')
      .waitFor({ timeout: 40_000 });
    // Nothing is still asked for, so nothing is still to fail.
    await page
      .getByText(/^Loading/)
      .first()
      .waitFor({ state: 'detached' });
    expect(await told.count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(1);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
    await context.unroute(away);
    await page.getByRole('button', { name: 'Try again' }).click();
    await told.waitFor({ state: 'detached' });
    await page.getByText(shown).first().waitFor({ state: 'attached' });
    await page
      .getByText(/^Loading/)
      .first()
      .waitFor({ state: 'detached' });
    expect(await told.count()).toBe(0);
    await context.close();
  },
);

test('what fails for a cause of its own is told in its own place', async () => {
  const { page, context } = await at('/log');
  await context.route('**/api/v1/tokens', (route) => route.abort());
  await page.goto(`${world.gateway.admin}/access`);
  await page
    .getByRole('alert')
    .getByText('The tokens could not be loaded: the gateway does not answer')
    .waitFor();
  await page.getByText('this browser').waitFor();
  expect(await page.getByRole('main').getByRole('alert').count()).toBe(1);
  await context.close();
});
