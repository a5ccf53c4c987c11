// Agents in the console, with a real gateway and real calls: whoever calls without being registered is seen and registered
// there; what an agent may do is what policy says; and one that is quarantined stops while it streams.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsOf } from '../e2e/event-reader.ts';
import { callModern } from '../e2e/modern-call.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, visit, type Visit, type VisitOptions } from './browser.ts';

let world: World;
let browser: Browser;
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
  await (await send('worker', 'echo', { text: 'x' })).text();
  await (await send('agent-101', 'echo', { text: 'x' })).text();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

async function send(agent: string, tool: string, args: Record<string, unknown>, meta = {}) {
  const token = await world.token(agent, '/mcp/fixture');
  return callModern({ url: `${world.gateway.data}/mcp/fixture`, token, tool, args, meta });
}

async function open(options: VisitOptions = {}, path = '/agents'): Promise<Visit> {
  const opened = await visit(browser, world.gateway.admin, options);
  await opened.page.goto(`${world.gateway.admin}${path}#token=${world.gateway.adminToken}`);
  await opened.page.getByRole('table', { name: 'Agents' }).waitFor();
  return opened;
}

const row = (page: Visit['page'], name: string) =>
  page.getByRole('table', { name: 'Agents' }).getByRole('row', { name: new RegExp(`^${name} `) });

test('a caller that nobody registered is seen, registered there, and governed from then on', async () => {
  const { page, context, errors, strayed } = await open();
  const callers = page.getByRole('region', { name: 'Callers that nobody registered' });
  await callers.getByText('agent-101').waitFor();
  await callers.getByRole('button', { name: 'Register an agent' }).click();
  const form = page.getByRole('dialog', { name: 'Register an agent' });
  expect(await form.getByLabel('Name', { exact: true }).inputValue()).toBe('agent-101');
  expect(await form.getByLabel('Value').inputValue()).toBe('agent-101');

  await form.getByRole('button', { name: 'Save' }).click();
  expect(await form.getByText('This is needed.').count()).toBe(3);
  await form.getByLabel('Purpose').fill('The hundred and first');
  await form.getByLabel('Owner').fill('nobody');
  await form.getByLabel('Team').fill('platform');
  await form.getByLabel('Capabilities').fill('fixture');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(errors).toEqual([]);
  await form.getByRole('button', { name: 'Save' }).click();
  // What the registry finds wrong is told in its own words.
  await form.getByText(/nobody/).waitFor();
  await form.getByLabel('Owner').fill('olive');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByText('agent-101 is saved').waitFor();
  await row(page, 'agent-101').waitFor();

  expect(await (await send('agent-101', 'echo', { text: 'governed' })).text()).toContain('governed');
  expect(errors).toEqual([expect.stringContaining('400')]);
  expect(strayed).toEqual([]);
  await context.close();
});

test('what an agent may do is what policy says of each tool, with the policies that say so', async () => {
  const { page, context, errors } = await open();
  await row(page, 'worker').getByRole('link').click();
  const fixture = page.getByRole('table', { name: 'fixture' });
  await fixture.waitFor();
  expect(await fixture.getByRole('row', { name: /^echo/ }).innerText()).toMatch(
    /Allowed\s+workers-use-the-fixture/,
  );
  expect(await fixture.getByRole('row', { name: /^fail/ }).innerText()).toMatch(/Denied\s+nobody-fails/);
  expect(page.url()).toBe(`${world.gateway.admin}/agents/worker`);
  await fixture.getByRole('link', { name: 'nobody-fails' }).click();
  const version = page.getByRole('region', { name: 'Policy version' });
  await version.locator('.cm-line', { hasText: 'nobody-fails' }).first().waitFor();
  await page.goBack();
  await fixture.waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Close' }).waitFor({ state: 'detached' });
  expect(errors).toEqual([]);
  await context.close();
});

test('an agent that is quarantined stops in the middle of a stream, with the reason on record, and can be released', async () => {
  const { page, context, errors } = await open();
  const streamed = await send('worker', 'slow', { steps: 1000, interval_ms: 20 }, { progressToken: 'p' });
  const events = eventsOf(streamed);
  expect(await events.next()).toMatchObject({ method: 'notifications/progress' });

  await row(page, 'worker').getByRole('link').click();
  await page.getByRole('button', { name: 'Quarantine' }).click();
  const dialog = page.getByRole('dialog', { name: 'Quarantine worker' });
  await dialog.getByRole('button', { name: 'Quarantine' }).click();
  await dialog.getByText('Say why').waitFor();
  await dialog.getByLabel('Reason').fill('sends too much');
  await dialog.getByRole('button', { name: 'Quarantine' }).click();
  await page.getByText('worker is quarantined').waitFor();

  await expect(events.rest()).rejects.toThrow(/terminated/);
  expect(await (await send('worker', 'echo', { text: 'x' })).text()).toContain('quarantined');
  await row(page, 'worker').getByText('Quarantined').waitFor();

  await page.getByRole('button', { name: 'Release' }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('corrected');
  // Whoever goes on to another page meanwhile is told there.
  const gone = Promise.withResolvers<undefined>();
  await page.route('**/release', async (route) => {
    await gone.promise;
    await route.continue();
  });
  await page.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Log' }).click();
  await page.getByRole('heading', { name: 'Log', level: 1 }).waitFor();
  gone.resolve(undefined);
  await page.getByText('worker is released').waitFor();
  expect(await (await send('worker', 'echo', { text: 'again' })).text()).toContain('again');
  expect(errors).toEqual([]);
  await context.close();
});

test('a quarantine that fails is told in its dialog and, once that is closed and another agent open, by the name of the agent that goes on', async () => {
  const { page, context, errors } = await open({}, '/agents/worker');
  const arrived = Promise.withResolvers<undefined>();
  const gone = Promise.withResolvers<undefined>();
  await page.route('**/quarantine', (route) => route.abort(), { times: 1 });
  await page.getByRole('button', { name: 'Quarantine' }).click();
  const dialog = page.getByRole('dialog', { name: 'Quarantine worker' });
  await dialog.getByLabel('Reason').fill('sends too much');
  await dialog.getByRole('button', { name: 'Quarantine' }).click();
  await dialog.getByRole('alert').getByText('the gateway does not answer').waitFor();
  expect(await page.getByText('worker was not quarantined').count()).toBe(0);

  await page.route('**/quarantine', async (route) => {
    arrived.resolve(undefined);
    await gone.promise;
    await route.abort();
  });
  await dialog.getByRole('button', { name: 'Quarantine' }).click();
  await arrived.promise;
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await row(page, 'clerk').getByRole('link').click();
  await page.getByRole('heading', { name: 'clerk' }).or(page.getByText('Who it is')).first().waitFor();
  gone.resolve(undefined);
  const told = page.getByRole('dialog', { name: 'worker was not quarantined: the gateway does not answer' });
  await told.getByRole('alert').waitFor();
  expect(await (await send('worker', 'echo', { text: 'goes on' })).text()).toContain('goes on');
  expect(await accessibilityFaults(page)).toEqual([]);
  await told.getByLabel('Dismiss').click();
  await told.waitFor({ state: 'detached' });
  expect(errors.every((error) => error.includes('ERR_FAILED'))).toBe(true);
  await context.close();
});

test('a quarantine that fails is told at once, however long the lists behind it take to be asked for anew', async () => {
  const { page, context } = await open({}, '/agents/worker');
  await page.getByRole('button', { name: 'Quarantine' }).click();
  const dialog = page.getByRole('dialog', { name: 'Quarantine worker' });
  await dialog.getByLabel('Reason').fill('sends too much');
  const gone = Promise.withResolvers<undefined>();
  await page.route('**/quarantine', (route) => route.abort(), { times: 1 });
  await page.route('**/inventory/agents', async (route) => {
    await gone.promise;
    await route.abort();
  });
  const asked = page.waitForRequest('**/inventory/agents');
  await dialog.getByRole('button', { name: 'Quarantine' }).click();
  await asked;
  await dialog.getByRole('alert').getByText('the gateway does not answer').waitFor();
  expect(await dialog.getByRole('button', { name: 'Quarantine' }).getAttribute('aria-disabled')).toBe(
    'false',
  );
  gone.resolve(undefined);
  await context.close();
});

test('the search stands in the address', async () => {
  const { page, context } = await open({}, '/agents?find=clerk');
  await row(page, 'clerk').waitFor();
  expect(await page.getByRole('table', { name: 'Agents' }).getByRole('row').count()).toBe(2);
  await page.getByLabel('Find agents').fill('nobody is called so');
  await page.getByText('No agent is like that').waitFor();
  expect(page.url()).toContain('find=nobody');
  await context.close();
});

test('who may only read is offered nothing that changes an agent', async () => {
  const issued = await world.gateway.cli('users', 'token', 'fiona@example.com');
  const { page, context } = await visit(browser, world.gateway.admin);
  await page.goto(`${world.gateway.admin}/agents/worker#token=${issued.stdout.trim()}`);
  await page.getByRole('table', { name: 'fixture' }).waitFor();
  expect(await page.getByRole('button', { name: /Register|Quarantine|Release/ }).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Edit' }).count()).toBe(0);
  await context.close();
});

describe.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
] as const)('in %s at %i pixels', (colorScheme, width) => {
  test('axe finds nothing wrong, and nothing stands out sideways', async () => {
    const { page, context, errors } = await open({ colorScheme, width });
    const sideways = () =>
      page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sideways()).toBe(0);
    await row(page, 'worker').getByRole('link').click();
    await page.getByRole('table', { name: 'fixture' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sideways()).toBe(0);
    expect(errors).toEqual([]);
    await context.close();
  });
});
