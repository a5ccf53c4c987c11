// The columns of the list of calls: chosen by whoever looks, part of the address, and as wide while it is scrolled as they were.
import { connectV1 } from '@countersign/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, type Visit, type VisitOptions } from './browser.ts';
import { openAt, sideways } from './console-world.ts';

const WAIT = { timeout: 20_000, interval: 50 };

let world: World;
let browser: Browser;
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
  const call = async (agent: string, server: string, tool: string, inputs: readonly object[]) => {
    const client = await connectV1(`${world.gateway.data}/mcp/${server}`, {
      token: await world.token(agent, `/mcp/${server}`),
    });
    for (const input of inputs) await client.callTool({ name: tool, arguments: { ...input } });
    await client.close();
  };
  // What stands in the rows differs from one end of the list to the other.
  await call('clerk', 'payments', 'pay', [{ vendor: 'acme', amount_cents: 900_000, invoice: 'INV-1' }]);
  await call(
    'clerk',
    'fixture',
    'fail',
    Array.from({ length: 60 }, () => ({})),
  );
  await call(
    'worker',
    'fixture',
    'echo',
    Array.from({ length: 90 }, (_, at) => ({ text: `${at}` })),
  );
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const open = async (search: string, options: VisitOptions = {}): Promise<Visit> => {
  const token = world.gateway.adminToken ?? '';
  const opened = await openAt(browser, world.gateway, `/calls${search}`, { token, ...options });
  await opened.page.locator('tbody tr[data-index]').first().waitFor();
  return opened;
};
async function end({ context, errors, strayed }: Visit): Promise<void> {
  expect([errors, strayed]).toEqual([[], []]);
  await context.close();
}
const chosenIn = (page: Page): string | null => new URL(page.url()).searchParams.get('columns');
const heads = (page: Page): Promise<readonly string[]> =>
  page.getByRole('columnheader').filter({ visible: true }).allInnerTexts();
const cells = (page: Page): Promise<readonly string[]> =>
  page.locator('tr[data-index="0"]').getByRole('cell').filter({ visible: true }).allInnerTexts();

const USUAL = ['Compare', 'Time', 'Agent', 'Call', 'Decision', 'Outcome', 'Policy or reason', 'Chain'];

test('columns are chosen by keyboard, stand in the address, and stay whatever is asked for', async () => {
  const opened = await open('');
  const { page } = opened;
  expect(await heads(page)).toEqual(USUAL);
  await page.getByRole('button', { name: 'Columns' }).focus();
  await page.keyboard.press('Enter');
  const item = (name: string) => page.getByRole('menuitemcheckbox', { name, exact: true });
  await item('Time').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  for (const name of ['Owner', 'Server']) {
    await item(name).focus();
    await page.keyboard.press('Space');
    await expect.poll(() => item(name).getAttribute('aria-checked'), WAIT).toBe('true');
  }
  await item('Policy or reason').focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => chosenIn(page), WAIT).toBe('time,agent,decision,outcome,chain,owner,server');
  await page.keyboard.press('Escape');
  await item('Time').waitFor({ state: 'detached' });
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Columns');

  const chosen = ['Compare', 'Time', 'Agent', 'Call', 'Decision', 'Outcome', 'Chain', 'Owner', 'Server'];
  expect(await heads(page)).toEqual(chosen);
  expect((await cells(page)).slice(-2)).toEqual(['olive', 'fixture']);
  await page.getByRole('combobox', { name: 'Query' }).fill('agent:worker');
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).searchParams.get('q'), WAIT).toBe('agent:worker');
  expect(chosenIn(page)).toBe('time,agent,decision,outcome,chain,owner,server');
  await page.reload();
  await expect.poll(() => heads(page), WAIT).toEqual(chosen);

  // What was tried is one step of the history; what is as usual is not said.
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('menuitem', { name: 'The usual columns' }).click();
  await expect.poll(() => new URL(page.url()).search, WAIT).toBe('?q=agent%3Aworker');
  await expect.poll(() => heads(page), WAIT).toEqual(USUAL);
  await end(opened);
});

test('a saved view brings its columns with it, and a call that is opened leaves them', async () => {
  const opened = await open('?columns=time%2Csubject%2Cduration%2Cnonsense', { width: 1920 });
  const { page } = opened;
  const chosen = ['Compare', 'Time', 'Call', 'On behalf of', 'Duration'];
  expect(await heads(page)).toEqual(chosen);
  await page.getByRole('button', { name: 'Views…' }).click();
  await page.getByLabel('Keep this search as').fill('how long');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('link', { name: 'how long' }).waitFor();
  await page.goto(`${world.gateway.admin}/calls?columns=nonsense`);
  await expect.poll(() => heads(page), WAIT).toEqual(USUAL);
  await page.getByRole('button', { name: 'Views…' }).click();
  await page.getByRole('link', { name: 'how long' }).click();
  await expect.poll(() => heads(page), WAIT).toEqual(chosen);
  await page.locator('tr[data-index="0"]').getByRole('link').click();
  await page.getByRole('region', { name: 'Call', exact: true }).waitFor();
  expect(chosenIn(page)).toContain('subject');
  await end(opened);
});

test.each([
  ['the usual columns', 1920, ''],
  ['the usual columns', 1280, ''],
  ['the usual columns', 1100, ''],
  [
    'chosen columns',
    1280,
    '?columns=time%2Cagent%2Cdecision%2Coutcome%2Cpolicy%2Cchain%2Cowner%2Cteam%2Cduration',
  ],
] as const)(
  'of %s at %i pixels, none becomes wider or narrower while the list is scrolled, whatever stands in its rows',
  async (_, width, search) => {
    const opened = await open(search, { width });
    const { page } = opened;
    const widths = () =>
      page.evaluate(
        `[...document.querySelectorAll('thead th')].map((head) => head.getBoundingClientRect().width)`,
      );
    const first = await widths();
    // Each has its room, also those that get a share of what the others leave.
    expect(Math.min(...(first as number[]).filter((px) => px > 0))).toBeGreaterThan(34);
    const table = page.getByRole('table', { name: /calls$/ });
    const seen = new Set<string>();
    await page.mouse.move(800, 500);
    await expect
      .poll(
        async () => {
          await page.mouse.wheel(0, 400);
          expect(await widths()).toEqual(first);
          for (const text of await table.locator('tr[data-index]').allInnerTexts())
            for (const word of ['Allowed', 'Denied']) if (text.includes(word)) seen.add(word);
          return page.evaluate(`document.querySelector('tr[data-index="150"]') !== null`);
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    expect([...seen].toSorted()).toEqual(['Allowed', 'Denied']);
    // Nothing that says how a call was decided is cut.
    const cut = await page.evaluate(
      `[...document.querySelectorAll('tr[data-index] td:nth-child(5)')].filter((cell) => cell.scrollWidth > cell.clientWidth).length`,
    );
    expect(cut).toBe(0);
    await end(opened);
  },
);

test('how long a call took is said once: beside its outcome, unless it has a column of its own', async () => {
  const opened = await open('?columns=outcome%2Cduration');
  const { page } = opened;
  const took = /\d (?:µs|ms|s)$/;
  const [, , outcome, duration] = await cells(page);
  expect(outcome).toBe('done');
  expect(duration).toMatch(took);
  // There is no room for the column of its own.
  await page.setViewportSize({ width: 900, height: 800 });
  await expect.poll(async () => (await heads(page)).includes('Duration'), WAIT).toBe(false);
  expect((await cells(page)).some((cell) => took.test(cell))).toBe(true);
  await end(opened);
});

test('a narrow list is as it always is, and offers no choice', async () => {
  const usual = await open('', { width: 375 });
  const shown = await heads(usual.page);
  await end(usual);
  const opened = await open('?columns=owner%2Cserver', { width: 375 });
  expect(await heads(opened.page)).toEqual(shown);
  expect(await opened.page.getByRole('button', { name: 'Columns' }).count()).toBe(0);
  expect(await sideways(opened.page)).toBe(0);
  await end(opened);
});

test.each([
  ['light', 1280],
  ['dark', 1920],
] as const)(
  'axe finds nothing wrong with all columns in %s at %i pixels, and nothing sticks out',
  async (colorScheme, width) => {
    const all = 'time,agent,decision,outcome,policy,chain,owner,team,subject,server,duration';
    const opened = await open(`?columns=${encodeURIComponent(all)}`, { colorScheme, width });
    const { page } = opened;
    expect((await heads(page)).length).toBe(13);
    expect(await accessibilityFaults(page)).toEqual([]);
    const over: unknown = await page.evaluate(
      `(() => { const list = document.querySelector('table'); return list.scrollWidth - list.parentElement.clientWidth; })()`,
    );
    expect(over).toBe(0);
    await end(opened);
  },
);
