// The first hour of a gateway: nothing is registered and nobody has called. Every list says that it is empty and what comes next,
// is never taken for one that is still loading or that failed, and fills by itself (issue 6: how it must feel).
import { type Gateway, spawnGateway } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults, launchBrowser } from './browser.ts';
import { openAt, sideways } from './console-world.ts';

let gateway: Gateway;
let browser: Browser;
beforeAll(async () => {
  gateway = await spawnGateway({ config: { manifests: {}, policies: {} } });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await gateway?.dispose();
});

const token = () => gateway.adminToken ?? '';

/** The address, what it says where nothing is there, and what comes next. */
const PAGES = [
  ['/', 'No calls in this time', 'send a call through the gateway'],
  ['/calls', 'No calls yet', 'as soon as an agent sends one through the gateway'],
  ['/approvals', 'None', 'when a policy with @approve holds it'],
  ['/agents', 'No agent is registered', 'Until then, every call is denied'],
  ['/graph', 'Nobody called anybody in this time', 'Choose a longer time'],
  ['/servers', 'No server is registered', 'Apply a manifest'],
  ['/log/exports', 'Nothing was exported yet.', ''],
  ['/log/privacy', 'Nothing was erased', ''],
] as const;

/** What a page asks for, besides who is signed in and what comes live. */
const isAsked = ({ pathname }: URL): boolean =>
  pathname.startsWith('/api/v1/') && !/\/(?:session|stream)/.test(pathname);

test.each(PAGES)(
  '%s says that it loads, then that nothing is there, and what to do',
  async (path, said, next) => {
    const { page, context, errors, strayed } = await openAt(browser, gateway, '/access', { token: token() });
    await page.getByRole('button', { name: /^Signed in as/ }).waitFor();
    const answer = Promise.withResolvers<undefined>();
    await page.route(isAsked, async (route) => {
      await answer.promise;
      await route.continue();
    });
    await page.goto(`${gateway.admin}${path}`);
    const main = page.getByRole('main');
    await main
      .getByText(/^Loading /)
      .first()
      .waitFor({ state: 'attached' });
    expect(await main.getByText(said).count()).toBe(0);
    answer.resolve(undefined);
    await main.getByText(said).first().waitFor();
    await expect.poll(() => main.getByText(/^Loading /).count()).toBe(0);
    expect(await main.innerText()).toContain(next);
    expect(await main.getByRole('alert').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await sideways(page)).toBe(0);
    expect([errors, strayed]).toEqual([[], []]);
    await context.close();
  },
);
