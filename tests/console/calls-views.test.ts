// Searches that people keep under a name: each person's own, seen by nobody else until they share them.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, type Visit, type VisitOptions } from './browser.ts';
import { openAt, sideways, tokenOf } from './console-world.ts';

let world: World;
let browser: Browser;
const tokens = { admin: '', fiona: '', olive: '' };
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
  tokens.admin = world.gateway.adminToken ?? '';
  tokens.fiona = await tokenOf(world.gateway, 'fiona@example.com', 'approver');
  tokens.olive = await tokenOf(world.gateway, 'olive@example.com', 'viewer');
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** The dialog with the views of whoever holds `token`, over a page that asks for `search`. */
async function views(token: string, search = '', options: VisitOptions = {}) {
  const opened = await openAt(browser, world.gateway, `/calls${search}`, { token, ...options });
  await opened.page.getByRole('button', { name: 'Views…' }).click();
  return { ...opened, dialog: opened.page.getByRole('dialog', { name: 'Saved views' }) };
}
type Opened = Awaited<ReturnType<typeof views>>;

const part = ({ dialog }: Opened, name: string) => dialog.getByRole('list', { name });
const listed = async (opened: Opened, name: string): Promise<readonly string[]> =>
  part(opened, name).getByRole('listitem').allInnerTexts();

async function keep({ dialog }: Opened, name: string): Promise<void> {
  await dialog.getByLabel('Keep this search as').fill(name);
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog.getByRole('link', { name, exact: true }).waitFor();
}
async function end({ context, errors, strayed }: Visit): Promise<void> {
  expect([errors, strayed]).toEqual([[], []]);
  await context.close();
}
const searchOf = (page: Page): string => new URL(page.url()).search;

test('a search is its owner’s alone until they share it; others see whose it is and go to it, and cannot delete it', async () => {
  const fiona = await views(tokens.fiona, '?q=outcome%3Aheld');
  await fiona.dialog.getByText('You have saved none yet.').waitFor();
  await keep(fiona, 'for myself');
  await fiona.dialog.getByLabel('Share with everyone').check();
  await keep(fiona, 'what waits');
  expect(await fiona.dialog.getByLabel('Share with everyone').isChecked()).toBe(false);
  expect(await listed(fiona, 'Yours alone')).toEqual(['for myself']);
  expect(await listed(fiona, 'Shared with everyone')).toEqual(['what waits by you']);
  expect(await accessibilityFaults(fiona.page)).toEqual([]);
  await end(fiona);

  const olive = await views(tokens.olive);
  await part(olive, 'Shared with everyone').waitFor();
  expect(await listed(olive, 'Shared with everyone')).toEqual(['what waits by fiona']);
  await olive.dialog.getByText('You have saved none yet.').waitFor();
  expect(await olive.dialog.getByRole('listitem').count()).toBe(1);
  expect(await olive.dialog.getByRole('button', { name: /^Delete/ }).count()).toBe(0);
  await olive.dialog.getByRole('link', { name: 'what waits' }).click();
  await expect.poll(() => searchOf(olive.page), { timeout: 20_000 }).toBe('?q=outcome%3Aheld');
  await end(olive);
});

test('whoever came by the token of the first start has views of their own, and as an admin deletes what others share', async () => {
  const admin = await views(tokens.admin, '?last=1h');
  await keep(admin, 'of late');
  await admin.dialog.getByRole('button', { name: 'Delete what waits, shared by fiona' }).click();
  await part(admin, 'Shared with everyone').waitFor({ state: 'detached' });
  expect(await listed(admin, 'Yours alone')).toEqual(['of late']);
  await end(admin);

  const fiona = await views(tokens.fiona);
  await part(fiona, 'Yours alone').waitFor();
  expect(await fiona.dialog.getByRole('listitem').allInnerTexts()).toEqual(['for myself']);
  await end(fiona);
});

test.each([
  ['light', 1280],
  ['dark', 320],
] as const)(
  'axe finds nothing wrong with both kinds of views in %s at %i pixels',
  async (colorScheme, width) => {
    const fiona = await views(tokens.fiona, '', { colorScheme, width });
    await fiona.dialog.getByLabel('Share with everyone').check();
    await keep(fiona, 'everybody’s');
    await part(fiona, 'Yours alone').waitFor();
    expect(await accessibilityFaults(fiona.page)).toEqual([]);
    expect(await sideways(fiona.page)).toBe(0);
    await end(fiona);
  },
);
