// What holds for every page of the console, of whatever it shows: each address of its table of routes is gone to, in both themes,
// from 320 pixels to 4K. A page that is new is gone to as well, or this fails (issue 6: how it must feel, proof).
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults, launchBrowser, type Visit } from './browser.ts';
import { openAt, sideways } from './console-world.ts';
import { addressesOfConsole, type Company, startCompany } from './every-page.ts';

let company: Company;
let browser: Browser;
beforeAll(async () => {
  company = await startCompany();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await company?.close();
});

/** What an address needs besides its path to have something to show. */
const MORE: Readonly<Record<string, () => string>> = {
  '/compare': () => `?a=${company.calls[0]}&b=${company.calls[1]}`,
};

function pathTo(address: string): string {
  const named = address.startsWith('/log/privacy/')
    ? { ...company.named, change: company.named['erasure'] ?? '' }
    : company.named;
  return address.replace(/\$(\w+)/g, (_, name: string) => named[name] ?? '?') + (MORE[address]?.() ?? '');
}

/** Remembers what is copied, since a page that nobody looks at may not use the clipboard. */
const COPIES = `globalThis.copied = [];
Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => void copied.push(text) } });`;

/** Ids and digests that are on the page as a whole, and that no button copies by themselves or within a text. */
const NOT_COPIED = `(async () => {
  copied.length = 0;
  for (const button of document.querySelectorAll('main button[title^="Copy "]')) button.click();
  await Promise.resolve();
  const shown = document.querySelector('main').innerText.match(/\\b(?:[a-z]{2,8}_[0-9a-f]{32}|[0-9a-f]{64})\\b/g) ?? [];
  const texts = copied.filter((text) => !URL.canParse(text));
  return [...new Set(shown)].filter((id) => !texts.some((text) => text.includes(id)));
})()`;

const LOOKS = [
  ['light', 1280, 800],
  ['dark', 3840, 2160],
  ['light', 320, 640],
] as const;

let visit: Visit;
beforeAll(async () => {
  visit = await openAt(browser, company.gateway, '/access', { token: company.gateway.adminToken ?? '' });
  await visit.page.getByRole('button', { name: /^Signed in as/ }).waitFor();
  await visit.context.addInitScript(COPIES);
});

test.each(addressesOfConsole())('%s is as every page must be', async (address) => {
  const { page, errors, strayed } = visit;
  await page.goto(`${company.gateway.admin}${pathTo(address)}`);
  await page.getByRole('button', { name: /^Signed in as/ }).waitFor();
  const main = page.getByRole('main');
  await page.waitForLoadState('networkidle');
  await expect.poll(() => page.getByText(/^Loading /).count(), { timeout: 20_000 }).toBe(0);
  expect(await main.getByRole('alert').allInnerTexts()).toEqual([]);
  expect(await main.getByText('There is no such page').count()).toBe(0);
  expect((await main.innerText()).length).toBeGreaterThan(20);
  expect(await page.evaluate(NOT_COPIED)).toEqual([]);
  for (const [colorScheme, width, height] of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await expect.poll(() => page.getByText(/^Loading /).count(), { timeout: 20_000 }).toBe(0);
    expect([colorScheme, width, await accessibilityFaults(page)]).toEqual([colorScheme, width, []]);
    expect([width, await sideways(page)]).toEqual([width, 0]);
  }
  expect([errors.splice(0), strayed]).toEqual([[], []]);
});
