// How the console looks and listens is its reader's: which clock it shows, light or dark, and whether single keys do anything.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callModern } from '../e2e/modern-call.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser } from './browser.ts';
import { openAt, sideways, tokenOf } from './console-world.ts';

let world: World;
let browser: Browser;
beforeAll(async () => {
  world = await startWorld({ config: { hold: { maxSeconds: 0 } } });
  browser = await launchBrowser();
  const send = async (agent: string, server: string, tool: string, args: Record<string, unknown>) => {
    const url = `${world.gateway.data}/mcp/${server}`;
    const token = await world.token(agent, `/mcp/${server}`);
    await (await callModern({ url, token, tool, args })).text();
  };
  await send('worker', 'fixture', 'echo', { text: 'x' });
  await send('clerk', 'payments', 'pay', { vendor: 'acme', amount_cents: 250_000, invoice: 'INV-1' });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const admin = () => ({ token: world.gateway.adminToken ?? '' });

/** `14:03:09` of an instant, by the clock of a place. */
const clockIn = (iso: string, timeZone: string): string =>
  new Date(iso).toLocaleTimeString('en-GB', { timeZone, hourCycle: 'h23' });

test('times are shown by the reader’s clock or in UTC, as they choose, on every page and after a reload; the exact time is always in UTC', async () => {
  const { page, context, errors } = await openAt(browser, world.gateway, '/calls', admin());
  const first = page.locator('tbody time').first();
  await first.waitFor();
  const iso = (await first.getAttribute('datetime')) ?? '';
  // The browser of these tests is in Zürich.
  expect(clockIn(iso, 'UTC')).not.toBe(clockIn(iso, 'Europe/Zurich'));
  expect(await first.innerText()).toContain(clockIn(iso, 'Europe/Zurich'));
  await page.getByRole('button', { name: /switch to UTC$/ }).click();
  await expect.poll(() => first.innerText()).toContain(clockIn(iso, 'UTC'));
  expect(await first.getAttribute('title')).toBe(iso);
  expect(iso).toMatch(/Z$/);

  await page.reload();
  await expect.poll(() => first.innerText()).toContain(clockIn(iso, 'UTC'));
  await page.goto(`${world.gateway.admin}/log/entries/0`);
  const recorded = page.getByRole('main').locator('time').first();
  await expect.poll(() => recorded.innerText()).toMatch(/UTC$/);
  await page.getByRole('button', { name: /switch to local time$/ }).click();
  await expect.poll(() => recorded.innerText()).toMatch(/local time$/);
  expect(errors).toEqual([]);
  await context.close();
});

test('time runs out by the gateway’s clock, however wrong that of the browser is', async () => {
  const token = await tokenOf(world.gateway, 'fiona@example.com');
  const { approvals } = await world.admin<{ approvals: { id: string; expiresAt: string }[] }>(
    '/approvals?state=pending',
  );
  const [held] = approvals;
  if (held === undefined) throw new Error('nothing waits');
  const { page, context } = await openAt(browser, world.gateway, '/access', { token });
  await page.clock.install({ time: Date.now() + 5 * 3_600_000 });
  await page.goto(`${world.gateway.admin}/approvals/${held.id}`);
  const timer = page.getByRole('timer').last();
  // It was held for ten minutes, a moment ago.
  await expect.poll(() => timer.innerText()).toMatch(/^[1-9]:\d\d left$/);
  await context.close();
});

test('light or dark is as the system has it until somebody chooses, and then as they chose, after a reload, too', async () => {
  const { page, context, errors } = await openAt(browser, world.gateway, '/calls', {
    ...admin(),
    colorScheme: 'light',
  });
  const ground = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const choose = async (theme: string): Promise<void> => {
    await page.getByRole('button', { name: /^Signed in as/ }).click();
    await page.getByRole('menuitemradio', { name: theme }).click();
    await page.keyboard.press('Escape');
  };
  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(ground).not.toBe(light);
  const dark = await ground();
  await choose('Light');
  await expect.poll(ground).toBe(light);
  await page.reload();
  await page.locator('tbody tr').first().waitFor();
  expect(await ground()).toBe(light);
  await choose('As the system');
  await expect.poll(ground).toBe(dark);
  await page.emulateMedia({ colorScheme: 'light' });
  await choose('Dark');
  await expect.poll(ground).toBe(dark);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(errors).toEqual([]);
  await context.close();
});

test.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
  ['dark', 320],
] as const)(
  'axe finds nothing wrong with the open menu of whoever is signed in, nor with the help for queries, in %s at %i pixels',
  async (colorScheme, width) => {
    const options = { ...admin(), colorScheme, width };
    const { page, context, errors } = await openAt(browser, world.gateway, '/calls', options);
    await page.locator('tbody tr[data-index]').first().waitFor();
    await page.getByRole('button', { name: /^Signed in as/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await page.getByText('What can be asked').click();
    await page.getByRole('definition').last().waitFor();
    expect([await accessibilityFaults(page), await sideways(page)]).toEqual([[], 0]);
    expect(errors).toEqual([]);
    await context.close();
  },
);

test('the keys are told where they are asked for, lead where they say, and do nothing once they are switched off', async () => {
  const { page, context, errors } = await openAt(browser, world.gateway, '/', admin());
  await page.getByRole('link', { name: 'Calls' }).first().waitFor();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await help.waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  const said = await help.locator('dt').allInnerTexts();
  const pages = said.map((keys) => /^g\s*(\S)$/.exec(keys)?.[1]).filter((key) => key !== undefined);
  expect(pages.length).toBeGreaterThan(6);
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });
  const addresses = new Set<string>();
  for (const key of pages) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await expect.poll(() => addresses.has(page.url())).toBe(false);
    addresses.add(page.url());
  }
  expect(addresses.size).toBe(pages.length);

  await page.keyboard.press('?');
  await help.getByRole('checkbox', { name: /^Single-key shortcuts/ }).uncheck();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });
  const here = page.url();
  await typed(page, '?', 'g', 'c', '/');
  // What needs two keys at once still works.
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').waitFor();
  expect(await help.count()).toBe(0);
  expect(page.url()).toBe(here);
  expect(errors).toEqual([]);
  await context.close();
});

async function typed(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}
