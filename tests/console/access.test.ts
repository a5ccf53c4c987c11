// Sessions and tokens in the console: everybody ends their own, an admin everybody's, and nobody locks all of them out.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UserList } from '../../apps/console/src/api/types.ts';
import { entriesOf } from '../e2e/entries.ts';
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

const asked = (path: string, token: string): Promise<Response> =>
  fetch(`${world.gateway.admin}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
const issuedTokens = async () =>
  (await entriesOf(world.gateway, 'admin.action')).filter(({ body }) => body['action'] === 'token_issued');
/** The entries from this one on, with all that they commit to. */
async function exportedFrom(index: number): Promise<string> {
  const all = ['--disclose', 'all', '--reason', 'a test', '--token', tokens.olive, '--out', '-'];
  const { code, stdout, stderr } = await world.gateway.cli(
    'export',
    '--format',
    'jsonl',
    '--from',
    `${index}`,
    ...all,
  );
  if (code !== 0) throw new Error(`export: exit ${code}: ${stderr}`);
  return stdout;
}

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

test('an administrator issues a token, which is shown once, works, and is on record without itself', async () => {
  const visit = await open(tokens.olive);
  const { page } = visit;
  const before = (await issuedTokens()).length;
  await page.getByRole('button', { name: 'Issue a token…' }).click();
  const form = page.getByRole('dialog', { name: 'Issue a token' });
  await form.getByRole('button', { name: 'Issue it' }).click();
  await form.getByText('Choose for whom it is.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await form.getByRole('combobox', { name: 'For', exact: true }).selectOption('victor');
  await form.getByRole('checkbox', { name: 'approver' }).uncheck();
  await form.getByRole('checkbox', { name: 'viewer' }).check();
  await form.getByRole('combobox', { name: 'Good for' }).selectOption('8 hours');
  await form.getByRole('button', { name: 'Issue it' }).click();
  const shown = page.getByRole('dialog', { name: 'A token of victor' });
  const token = (await shown.locator('code').innerText()).trim();
  expect(token).toMatch(/^csn_/);
  await shown.getByRole('button', { name: 'Copy the token' }).waitFor();
  // A click beside it does not take away what nobody could read again.
  await page.mouse.click(5, 5);
  expect(await accessibilityFaults(page)).toEqual([]);
  await shown.getByText('Close', { exact: true }).last().click();
  await shown.waitFor({ state: 'detached' });
  const item = page.getByRole('listitem').filter({ hasText: 'victor' }).filter({ hasText: 'viewer' });
  await item.getByText('Good', { exact: true }).waitFor();
  const kept: unknown = await page.evaluate(
    'JSON.stringify([document.documentElement.outerHTML, {...localStorage}, {...sessionStorage}, location.href])',
  );
  expect(kept).not.toContain(token);

  const answered = await asked('/session', token);
  expect(await answered.json()).toMatchObject({ user: 'victor', roles: ['viewer'] });
  const recorded = (await issuedTokens()).slice(before);
  const { users } = (await (await asked('/users', tokens.olive)).json()) as UserList;
  const victor = users.find(({ name }) => name === 'victor')?.uid;
  expect(recorded.map(({ body }) => body)).toEqual([{ action: 'token_issued', user: victor }]);
  const details = await exportedFrom(recorded[0]?.index ?? 0);
  expect(details).toContain(
    JSON.stringify(
      JSON.stringify({ user: 'victor', roles: ['viewer'], issuedBy: 'olive' }).slice(1, -1),
    ).slice(1, -1),
  );
  expect(details).not.toContain(token);
  expect([visit.errors, visit.strayed]).toEqual([[], []]);
  await visit.context.close();
});

test('a token that comes when its dialog is closed is told of, since nobody can read it any more', async () => {
  const visit = await open(tokens.olive);
  const { page } = visit;
  const arrived = Promise.withResolvers<undefined>();
  const gone = Promise.withResolvers<undefined>();
  await page.route('**/users/victor/tokens', async (route) => {
    arrived.resolve(undefined);
    await gone.promise;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Issue a token…' }).click();
  const form = page.getByRole('dialog', { name: 'Issue a token' });
  await form.getByRole('combobox', { name: 'For', exact: true }).selectOption('victor');
  await form.getByRole('button', { name: 'Issue it' }).click();
  await arrived.promise;
  await form.getByRole('button', { name: 'Cancel' }).click();
  gone.resolve(undefined);
  await page.getByRole('alert').getByText('nobody can see it any more').waitFor();
  expect([visit.errors, visit.strayed]).toEqual([[], []]);
  await visit.context.close();
});

test('a token that was issued is shown at once, however long the list of tokens takes to be asked for anew', async () => {
  const visit = await open(tokens.olive);
  const { page } = visit;
  await page.getByRole('button', { name: 'Issue a token…' }).click();
  const form = page.getByRole('dialog', { name: 'Issue a token' });
  await form.getByRole('combobox', { name: 'For', exact: true }).selectOption('victor');
  const gone = Promise.withResolvers<undefined>();
  await page.route('**/api/v1/tokens', async (route) => {
    await gone.promise;
    await route.continue();
  });
  const asked = page.waitForRequest('**/api/v1/tokens');
  await form.getByRole('button', { name: 'Issue it' }).click();
  await asked;
  const shown = page.getByRole('dialog', { name: 'A token of victor' });
  expect(await shown.locator('code').innerText()).toMatch(/^csn_/);
  gone.resolve(undefined);
  expect([visit.errors, visit.strayed]).toEqual([[], []]);
  await visit.context.close();
});

test('why nobody can be chosen is said, with a way to try again; so is that a token could not be copied, as over plain HTTP', async () => {
  const { page, context, strayed } = await open(tokens.olive);
  await page.route('**/api/v1/users', (route) => route.abort());
  await page.getByRole('button', { name: 'Issue a token…' }).click();
  const form = page.getByRole('dialog', { name: 'Issue a token' });
  const told = form.getByRole('alert');
  await told.getByText('The people could not be loaded: the gateway does not answer').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.unroute('**/api/v1/users');
  await told.getByRole('button', { name: 'Try again' }).click();
  await told.waitFor({ state: 'detached' });
  await form.getByRole('combobox', { name: 'For', exact: true }).selectOption('victor');
  await form.getByRole('button', { name: 'Issue it' }).click();
  const shown = page.getByRole('dialog', { name: 'A token of victor' });
  await shown.locator('code').waitFor();
  // What there is not outside of a secure context.
  await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
  await shown.getByRole('button', { name: 'Copy the token' }).click();
  const said = shown.getByRole('status').getByText('Could not copy the token');
  expect((await said.boundingBox())?.width).toBeGreaterThan(50);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(strayed).toEqual([]);
  await context.close();
});

test('whoever is no administrator is not offered to issue one', async () => {
  const visit = await open(tokens.fiona);
  expect(await visit.page.getByRole('button', { name: 'Issue a token…' }).count()).toBe(0);
  await visit.context.close();
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
