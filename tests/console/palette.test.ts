// The palette: one box that leads anywhere, by keyboard alone.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, type Visit } from './browser.ts';
import { openAt } from './console-world.ts';

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

async function goTo(page: Visit['page'], typed: string, option: RegExp): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill(typed);
  await page.getByRole('option', { name: option, selected: true }).waitFor();
  await page.keyboard.press('Enter');
}

test('leads to agents, servers, policies and entries by what they are called', async () => {
  const token = world.gateway.adminToken ?? '';
  const { page, context, errors, strayed } = await openAt(browser, world.gateway, '/', { token });
  await page.getByRole('button', { name: /^Signed in as/ }).waitFor();
  await goTo(page, 'cler', /^Agent clerk$/);
  await page.getByRole('region', { name: 'Agent' }).getByText('clerk', { exact: true }).first().waitFor();
  await goTo(page, 'payment', /^Server payments$/);
  await page.getByRole('region', { name: 'Server' }).getByRole('heading', { name: 'payments' }).waitFor();
  const { active } = await world.admin<{ active: { sources: { text: string }[] } }>('/policies');
  const id = /@id\("([^"]+)"\)/.exec(active.sources.map(({ text }) => text).join('\n'))?.[1] ?? '';
  await goTo(page, id, new RegExp(`^Policy ${id}$`));
  await page
    .getByRole('region', { name: 'Policy version' })
    .locator('.cm-line', { hasText: id })
    .first()
    .waitFor();
  await goTo(page, '#0', /^Entry 0 of the log$/);
  await page.getByRole('heading', { name: 'Entry 0' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('e');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect([errors, strayed]).toEqual([[], []]);
  await context.close();
});
