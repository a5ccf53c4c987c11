// What an agent has seen, in the console: which call brought it, and the proposal to clear it before its time, which somebody else
// has to agree to and which goes on record.
import { manifest } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from '../e2e/apply.ts';
import { entriesOf } from '../e2e/entries.ts';
import { callModern } from '../e2e/modern-call.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, type VisitOptions } from './browser.ts';
import { openAt, sideways, tokenOf } from './console-world.ts';

let world: World;
let browser: Browser;
const tokens = { olive: '', fiona: '' };
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
  await apply(
    world.gateway,
    manifest('MCPServer', 'fixture', {
      url: world.fixture.url,
      team: 'platform',
      environment: 'production',
      risk: 'low',
      tools: { echo: { labels: ['pii'] }, typed: { labels: ['salaries'] } },
    }),
  );
  tokens.olive = await tokenOf(world.gateway, 'olive@example.com', 'admin');
  tokens.fiona = await tokenOf(world.gateway, 'fiona@example.com', 'approver');
  await send('echo', { text: 'a customer record' }, { subject: 'customer-7' });
  await send('typed', { count: 1 });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

async function send(tool: string, args: Record<string, unknown>, more = {}): Promise<void> {
  const token = await world.token('worker', '/mcp/fixture', more);
  await (await callModern({ url: `${world.gateway.data}/mcp/fixture`, token, tool, args })).text();
}
const at = (token: string, path: string, options: VisitOptions = {}) =>
  openAt(browser, world.gateway, path, { token, ...options });
const exposed = async (): Promise<readonly string[]> => {
  const { exposures } = await world.admin<{
    readonly exposures: readonly {
      readonly holder: { readonly name: string | null };
      readonly label: string;
    }[];
  }>('/exposures?agent=worker');
  return exposures.map(({ holder, label }) => `${holder.name ?? ''} ${label}`).toSorted();
};

describe.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
] as const)('in %s at %i pixels', (colorScheme, width) => {
  test('what an agent has seen is read with the call that brought it, and the form to clear it stands well', async () => {
    const { page, context, errors, strayed } = await at(tokens.olive, '/agents/worker', {
      colorScheme,
      width,
    });
    await page.getByRole('heading', { name: 'Has seen data labelled' }).waitFor();
    const item = page.getByRole('listitem').filter({ hasText: 'salaries' });
    expect(await item.getByRole('link', { name: 'fixture/typed' }).getAttribute('href')).toMatch(
      /^\/calls\/call_/,
    );
    await page.getByRole('listitem').filter({ hasText: 'customer-7' }).getByText('pii').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Clear…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Clear what worker has seen' });
    await dialog.getByRole('button', { name: 'Propose to clear it' }).click();
    await dialog.getByText('Choose at least one.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
    expect([errors, strayed]).toEqual([[], []]);
    await context.close();
  });
});

test('clearing it takes a reason and another person, clears what was chosen and nothing else, and is on record with what it was', async () => {
  const { page, context, errors } = await at(tokens.olive, '/agents/worker');
  await page.getByRole('button', { name: 'Clear…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Clear what worker has seen' });
  await dialog.getByRole('checkbox', { name: 'pii' }).check();
  await dialog.getByRole('button', { name: 'Propose to clear it' }).click();
  await dialog.getByText('Say why').waitFor();
  await dialog.getByLabel('Reason').fill('it was test data');
  await dialog.getByRole('button', { name: 'Propose to clear it' }).click();
  const change = page.getByRole('region', { name: 'Proposed change' });
  await change.getByText('is no longer exposed to').waitFor();
  expect(await change.innerText()).toMatch(
    /Agent worker is no longer exposed to pii\s+else until .*brought by fixture\/echo/,
  );
  await change.getByText('You proposed this change').waitFor();
  expect(await exposed()).toEqual(['customer-7 pii', 'worker pii', 'worker salaries']);

  const reviewer = await at(tokens.fiona, new URL(page.url()).pathname);
  await reviewer.page.getByRole('radio', { name: /^Approve/ }).check();
  await reviewer.page.getByLabel('Reason').fill('so it was');
  await reviewer.page.getByRole('button', { name: 'Approve this change' }).click();
  await expect.poll(exposed).toEqual(['customer-7 pii', 'worker salaries']);
  const [cleared] = await entriesOf(world.gateway, 'exposure.cleared');
  expect(cleared?.body).toEqual({ change: new URL(page.url()).pathname.split('/').at(-1) });
  expect([errors, reviewer.errors]).toEqual([[], []]);
  await context.close();
  await reviewer.context.close();
});

test('a label that ended by itself while it was chosen is not sent, and more people than one proposal takes are told of', async () => {
  const { page, context } = await at(tokens.olive, '/agents/worker');
  await page.getByRole('listitem').filter({ hasText: 'salaries' }).waitFor();
  const list = await world.admin<{ readonly exposures: readonly { holder: { kind: string } }[] }>(
    '/exposures?agent=worker',
  );
  const own = list.exposures.find(({ holder }) => holder.kind === 'agent');
  let people = 130;
  // What the gateway says, with what it would say of an agent that served many and of a label that is over.
  await page.route('**/exposures?*', async (route) => {
    const named = Array.from({ length: people }, (_, each) => ({
      ...own,
      label: 'salaries',
      holder: { kind: 'subject', key: `sub_${each}`, name: `customer-${each}` },
    }));
    const over = people === 0 ? [] : [{ ...own, label: 'over soon' }];
    await route.fulfill({ json: { ...list, exposures: [...list.exposures, ...over, ...named] } });
  });
  await page.reload();
  await page.getByRole('button', { name: 'Clear…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Clear what worker has seen' });
  await dialog.getByRole('checkbox', { name: 'salaries' }).check();
  await dialog.getByRole('checkbox', { name: 'over soon' }).check();
  await dialog.getByRole('checkbox', { name: 'Also of the people' }).check();
  await dialog.getByText('of the first 100 of these 130').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByLabel('Reason').fill('it was test data');
  await page.route('**/exposures/clear', (route) => route.abort());
  const sent = async (): Promise<{ labels: string[]; subjects: string[] }> => {
    const request = page.waitForRequest('**/exposures/clear');
    await dialog.getByRole('button', { name: 'Propose to clear it' }).click();
    return (await request).postDataJSON() as { labels: string[]; subjects: string[] };
  };
  const first = await sent();
  expect([first.labels, first.subjects.length]).toEqual([['over soon', 'salaries'], 100]);
  people = 0;
  await dialog.getByRole('checkbox', { name: 'over soon' }).waitFor({ state: 'detached' });
  expect(await sent()).toMatchObject({ labels: ['salaries'], subjects: [] });
  await context.close();
});

test('whoever is no administrator reads it, and is not offered to clear it', async () => {
  const { page, context } = await at(tokens.fiona, '/agents/worker');
  await page.getByRole('listitem').filter({ hasText: 'salaries' }).waitFor();
  expect(await page.getByRole('button', { name: 'Clear…' }).count()).toBe(0);
  await context.close();
});
