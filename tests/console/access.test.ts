// Sessions and tokens in the console: everybody ends their own, an admin everybody's, and nobody locks all of them out.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, type Visit, type VisitOptions } from './browser.ts';
import { openAt, sideways, tokenOf } from './console-world.ts';

let world: World;
let browser: Browser;
const tokens = { first: '', olive: '', fiona: '' };
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
  tokens.first = world.gateway.adminToken ?? '';
  tokens.fiona = await tokenOf(world.gateway, 'fiona@example.com', 'approver');
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const open = async (token: string, options: VisitOptions = {}): Promise<Visit> => {
  const visit = await openAt(browser, world.gateway, '/access', { token, ...options });
  await visit.page.getByText('this browser').waitFor();
  return visit;
};
const openSessions = (visit: Visit) => visit.page.getByRole('listitem').filter({ hasText: 'Last used' });

test('a person signs another browser of theirs out, and it is asked to sign in', async () => {
  const other = await open(tokens.fiona);
  const visit = await open(tokens.fiona);
  const { page } = visit;
  await page.getByRole('heading', { name: 'Your open sessions' }).waitFor();
  expect(await openSessions(visit).count()).toBe(2);
  await page.getByRole('button', { name: 'Sign out this session of fiona' }).click();
  await page.getByText('A session of fiona was signed out.').first().waitFor();
  await expect.poll(() => openSessions(visit).count()).toBe(1);
  expect([visit.errors, visit.strayed]).toEqual([[], []]);
  await visit.context.close();
  await other.page.getByText('The session has ended. Sign in again.').waitFor();
  await other.context.close();
});

test('the first token is the last way in until there is another; then it is revoked, and its sessions end', async () => {
  const first = await open(tokens.first);
  await first.page.getByRole('button', { name: 'Revoke this token of admin' }).click();
  const dialog = first.page.getByRole('dialog');
  await dialog.getByText(/the token of the first start/).waitFor();
  await dialog.getByLabel('Reason').fill('people have their own now');
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await dialog.getByText(/nobody could administer this gateway any more/).waitFor();

  tokens.olive = await tokenOf(world.gateway, 'olive@example.com', 'admin');
  const olive = await open(tokens.olive);
  await olive.page.getByRole('button', { name: 'Revoke this token of admin' }).click();
  await olive.page.getByRole('dialog').getByLabel('Reason').fill('people have their own now');
  await olive.page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await olive.page.getByText('A token of admin was revoked.').first().waitFor();
  expect([olive.errors, olive.strayed]).toEqual([[], []]);
  await olive.context.close();
  await first.page.reload();
  await first.page.getByLabel('Access token').waitFor();
  await first.context.close();
});

describe.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
] as const)('in %s at %i pixels', (colorScheme, width) => {
  test('axe finds nothing wrong, and nothing stands out sideways', async () => {
    const visit = await open(tokens.olive, { colorScheme, width });
    expect(await accessibilityFaults(visit.page)).toEqual([]);
    expect(await sideways(visit.page)).toBe(0);
    expect([visit.errors, visit.strayed]).toEqual([[], []]);
    await visit.context.close();
  });
});
