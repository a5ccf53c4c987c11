// Looking for calls in the console: a query, lists of values and times edit one address; what is shown is what the gateway finds;
// new calls come by themselves; two are compared; all of it can be taken away.
import { connectV1 } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Call, CallPage } from '../../apps/console/src/api/types.ts';
import { matcherOf, readQuery, untimedText } from '../../apps/console/src/features/calls/model/query.ts';
import { askedCalls, exportRequest } from '../../apps/console/src/features/export/model/export-request.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, visit, type Visit, type VisitOptions } from './browser.ts';

const WAIT = { timeout: 20_000, interval: 50 };

let world: World;
let browser: Browser;

async function calls(name: string, server: string, tool: string, inputs: readonly Record<string, unknown>[]) {
  const client = await connectV1(`${world.gateway.data}/mcp/${server}`, {
    token: await world.token(name, `/mcp/${server}`),
  });
  try {
    for (const input of inputs) await client.callTool({ name: tool, arguments: input });
  } finally {
    await client.close();
  }
}
const echo = (name: string, text: string, count = 1) =>
  calls(
    name,
    'fixture',
    'echo',
    Array.from({ length: count }, (_, at) => ({ text: `${text} ${at}` })),
  );
const pay = (invoice: string, cents: number, vendor = 'acme') =>
  calls('clerk', 'payments', 'pay', [{ vendor, amount_cents: cents, invoice }]);

beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
  await echo('worker', 'first', 4);
  await echo('clerk', 'not mine', 2);
  await calls('worker', 'fixture', 'fail', [{}]);
  await pay('INV-1', 500);
  await pay('INV-2', 900);
  await pay('INV-3', 700, 'nobody');
  await pay('INV-4', 900_000);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

async function open(path: string, options: VisitOptions = {}): Promise<Visit> {
  const opened = await visit(browser, world.gateway.admin, options);
  await opened.page.goto(`${world.gateway.admin}${path}#token=${world.gateway.adminToken ?? ''}`);
  await opened.page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
  return opened;
}

const rows = (page: Visit['page']) => page.locator('tbody tr[data-index]');
const query = (page: Visit['page']) => page.getByRole('combobox', { name: 'Query' });
const asked = (page: Visit['page']): string | null => new URL(page.url()).searchParams.get('q');
const total = (page: Visit['page'], count: string) => page.getByRole('heading', { name: count, exact: true });

test('the same text asks for the same calls: on the page, live, of the API, on the command line, in an export', async () => {
  const all = await world.admin<CallPage>('/calls?limit=200');
  const ids = (found: readonly Call[]): readonly string[] => found.map(({ id }) => id);
  const found = new Set<number>();
  const asked: { readonly text: string; readonly ids: readonly string[] }[] = [];
  for (const text of [
    'outcome:ok',
    'outcome:denied outcome:held',
    '-outcome:denied',
    'agent:clerk -outcome:ok',
    'agent:cl* server:payments',
    'tool:fixture/*',
    'tool:payments/pa*',
    '-tool:fixture/echo',
    'tool:echo agent:worker',
    'policy:known-vendors-only',
    '-policy:workers-use-the-fixture',
    'reason:no_permit',
    'approval:waiting',
    'latency:>1us',
    'latency:<=1us',
    'team:platform owner:olive protocol:mcp operation:mcp:*',
    'WORKER echo',
    '-"no policy permits"',
    '-"nothing like it" label:none',
    'agent:worker|policy:known-vendors-only',
    'agent:clerk &agent:cl* policy:known-vendors-only &policy:clerks-pay',
    '-agent:worker|outcome:denied',
    'upstream:fixture decision:allow state:completed',
    'resource:echo text:worker',
  ]) {
    const read = readQuery(text);
    expect(read.faults).toEqual([]);
    const matching = all.calls.filter(matcherOf(read.query));
    // As it is typed, and as the page asks; both parameters are of one language.
    for (const [parameter, line] of [
      ['q', text],
      ['q', untimedText(read.query) ?? ''],
      // What once was both of two values there is refused.
      ...(readQuery(text, 'where').faults.length === 0 ? [['where', text] as const] : []),
    ] as const) {
      const page = await world.admin<CallPage>(`/calls?limit=200&${parameter}=${encodeURIComponent(line)}`);
      expect([text, ids(page.calls)]).toEqual([text, ids(matching)]);
    }
    const tallied = await world.admin<{ total: { calls: number } }>(
      `/calls/tallies?q=${encodeURIComponent(text)}`,
    );
    expect([text, tallied.total.calls]).toEqual([text, matching.length]);
    asked.push({ text, ids: ids(matching) });
    found.add(matching.length);
  }
  // The questions tell calls apart.
  expect(found.size).toBeGreaterThan(5);
  for (const { text, ids: meant } of asked.filter((each) => each.ids.length > 0).slice(-6)) {
    const listed = await world.gateway.cli('calls', 'list', `--query=${text}`, '--limit', '200', '--json');
    expect([text, ids((JSON.parse(listed.stdout) as CallPage).calls)]).toEqual([text, meant]);
    const taking = askedCalls({ q: text, from: null, to: null });
    if (!taking.ok) throw new Error(taking.why);
    const exported = await fetch(`${world.gateway.admin}/api/v1/exports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.gateway.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(exportRequest(taking.line, { format: 'jsonl', isAll: false, reason: 'audit' })),
    });
    const taken = [...(await exported.text()).matchAll(/\\"call\\":\\"(call_\w+)\\"/g)].map(([, id]) => id);
    expect([text, exported.status, new Set(taken)]).toEqual([text, 200, new Set(meant)]);
  }
});

test('a list goes on from any of its calls, in both directions', async () => {
  const { calls: all } = await world.admin<CallPage>('/calls?limit=200');
  const ids = (page: CallPage): readonly string[] => page.calls.map(({ id }) => id);
  const at = all[4]?.id ?? '';
  expect(ids(await world.admin<CallPage>(`/calls?at=${at}&limit=3`))).toEqual(
    all.slice(5, 8).map(({ id }) => id),
  );
  expect(ids(await world.admin<CallPage>(`/calls?at=${at}&direction=newer&limit=3`))).toEqual(
    all.slice(1, 4).map(({ id }) => id),
  );
});

describe('somebody who looks for calls', () => {
  let opened: Visit;
  beforeAll(async () => {
    opened = await open('/calls', { width: 1920, height: 1000 });
    await total(opened.page, '11 calls').waitFor();
  });
  afterAll(async () => {
    await opened.context.close();
  });

  test('narrows the list by what it has, sees the query for it, and widens it again', async () => {
    const { page } = opened;
    await page.getByRole('button', { name: 'Agent clerk 6 calls' }).click();
    await total(page, '6 calls').waitFor();
    expect(asked(page)).toBe('agent:clerk');
    await vi.waitFor(async () => expect(await rows(page).count()).toBe(6), WAIT);
    // Others that it might be instead are still counted.
    await page.getByRole('button', { name: 'Agent worker 5 calls' }).waitFor();
    await page.getByRole('button', { name: 'Not server fixture' }).click();
    await total(page, '4 calls').waitFor();
    expect(asked(page)).toBe('agent:clerk -server:fixture');
    await page.goBack();
    await total(page, '6 calls').waitFor();
    expect(await query(page).inputValue()).toBe('agent:clerk');
    await page.getByRole('button', { name: /^Agent clerk/, pressed: true }).click();
    await total(page, '11 calls').waitFor();
    expect(asked(page)).toBeNull();
  });

  test('types a query, is told what is wrong with it and where, and mends it', async () => {
    const { page } = opened;
    await page.keyboard.press('/');
    await query(page).fill('agnet:clerk outcome:perhaps');
    await page.getByText('At character 1: there is no key agnet: did you mean agent?').waitFor();
    await page.getByText('At character 13: give one of ok, failed,').waitFor();
    await page.keyboard.press('Enter');
    expect(asked(page)).toBeNull();
    await query(page).fill('outcome:deny tool:payments/* "small payments" latency:<1m');
    await page.keyboard.press('Enter');
    await page.getByText('No call fits').waitFor();
    await query(page).fill('outcome:deny tool:payments/*');
    await page.keyboard.press('Enter');
    await total(page, '1 call').waitFor();
    expect(await rows(page).first().innerText()).toContain('known-vendors-only');
    expect(await page.getByRole('button', { name: /^Outcome Denied/, pressed: true }).count()).toBe(1);
  });

  test('is offered keys, and values that occur with how often they do, and takes them by keyboard', async () => {
    const { page } = opened;
    await page.goto(`${world.gateway.admin}/calls`);
    await total(page, '11 calls').waitFor();
    await query(page).pressSequentially('-tea');
    await page.getByRole('option', { name: /^-team:/ }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await query(page).fill('agent:');
    await page.getByRole('option', { name: 'clerk 6 calls' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.locator('[role=option][data-highlighted]').waitFor();
    await page.keyboard.press('Enter');
    await vi.waitFor(
      async () => expect((await query(page).inputValue()).trim()).toMatch(/^agent:(clerk|worker)$/),
      WAIT,
    );
    await query(page).fill('agent:cl');
    await page.getByRole('option', { name: 'cl* whatever begins so' }).click();
    await page.keyboard.press('Enter');
    await total(page, '6 calls').waitFor();
    expect(asked(page)).toBe('agent:cl*');
    // What the bar says, the lists show and take back.
    await page.getByRole('button', { name: 'Agent cl*', pressed: true }).click();
    await total(page, '11 calls').waitFor();
    await page.getByRole('button', { name: /^Tool payments\/pay 4 calls/ }).click();
    await total(page, '4 calls').waitFor();
    expect(asked(page)).toBe('tool:payments/pay');
    await query(page).fill('latency:>1us words');
    await page.keyboard.press('Enter');
    await page.getByText('No call fits').waitFor();
    await page.getByRole('button', { name: 'Take back words' }).click();
    await page.getByRole('button', { name: 'Take back latency:>1us' }).click();
    await total(page, '11 calls').waitFor();
  });

  test('is shown a shared query that cannot be read for what it is', async () => {
    const { page } = opened;
    await page.goto(`${world.gateway.admin}/calls?q=${encodeURIComponent('agent:"clerk')}`);
    await page.getByText('The query cannot be read').waitFor();
    expect(await query(page).inputValue()).toBe('agent:"clerk');
    expect(await rows(page).count()).toBe(0);
  });

  test('chooses times by name, and by the fields; they are in the address', async () => {
    const { page } = opened;
    await page.goto(`${world.gateway.admin}/calls`);
    await total(page, '11 calls').waitFor();
    await page.getByLabel('Time', { exact: true }).selectOption('1h');
    await vi.waitFor(() => expect(new URL(page.url()).search).toBe('?last=1h'), WAIT);
    await total(page, '11 calls').waitFor();
    await page.getByLabel('Time', { exact: true }).selectOption('custom');
    await page.getByLabel('Until').fill('2020-01-01T00:00:00');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('No call fits').waitFor();
    await page.getByText('Ended', { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('to')).toBe('2019-12-31T23:00:00.000Z');
    await page.getByRole('button', { name: 'Clear the query' }).click();
    await total(page, '11 calls').waitFor();
  });

  test('drags over the bars to look closer', async () => {
    const { page } = opened;
    const chart = page.getByRole('region', { name: 'Over time' }).locator('.recharts-surface').last();
    await chart.waitFor();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('the chart is not seen');
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await vi.waitFor(() => expect(new URL(page.url()).search).toMatch(/from=.*&to=/), WAIT);
    await page.goBack();
    await total(page, '11 calls').waitFor();
  });

  test('sees new calls come that fit, and no others', async () => {
    const { page } = opened;
    await query(page).fill('agent:worker tool:echo');
    await page.keyboard.press('Enter');
    await total(page, '4 calls').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await echo('clerk', 'somebody else’s', 1);
    await echo('worker', 'new', 2);
    await vi.waitFor(async () => expect(await rows(page).count()).toBe(6), WAIT);
    expect(await rows(page).filter({ hasText: 'clerk' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Pause' }).click();
    await echo('worker', 'waits', 3);
    await page.getByRole('button', { name: '3 new' }).waitFor();
    expect(await rows(page).count()).toBe(6);
    await page.getByRole('button', { name: '3 new' }).click();
    await vi.waitFor(async () => expect(await rows(page).count()).toBe(9), WAIT);
    await page.getByRole('button', { name: 'Resume' }).click();
  });

  test('picks two by keyboard and sees what differs, and what they carried after saying why', async () => {
    const { page } = opened;
    await page.goto(`${world.gateway.admin}/calls?q=tool%3Apayments%2Fpay+outcome%3Aok`);
    await total(page, '2 calls').waitFor();
    await rows(page).first().getByRole('link').focus();
    await page.keyboard.press('Space');
    await page.getByText('Choose a second call to compare').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByRole('link', { name: 'Compare' }).click();
    await page.getByRole('heading', { name: 'Compare two calls' }).waitFor();
    const differing = page.getByRole('table', { name: 'The call' });
    await differing.waitFor();
    expect(await differing.innerText()).toContain('firstIndex');
    expect(await differing.innerText()).not.toContain('upstream');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel('Why you look').fill('which was paid twice');
    await page.getByRole('button', { name: 'Reveal both' }).click();
    const carried = page.getByRole('table', { name: 'What they carried' });
    await carried.waitFor();
    expect(await carried.innerText()).toContain('"INV-1"');
    expect(await carried.innerText()).toContain('"INV-2"');
    expect(await carried.innerText()).not.toContain('arguments.arguments.vendor');
  });

  test('takes away exactly what is shown, on record', async () => {
    const { page } = opened;
    await page.goto(`${world.gateway.admin}/calls?q=${encodeURIComponent('agent:clerk outcome:denied')}`);
    await total(page, '4 calls').waitFor();
    await page.getByRole('button', { name: 'Export…' }).click();
    await page.getByLabel('Format').selectOption('csv');
    await page.getByLabel('Why you take it').fill('for the auditors');
    const file = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Record and export' }).click();
    const stream = await (await file).createReadStream();
    let csv = '';
    for await (const piece of stream) csv += String(piece);
    await page.getByText(/entries, .* details disclosed\. Recorded as entry/).waitFor();
    const decided = csv.split('\r\n').filter((line) => line.includes(',call.decided,'));
    expect(decided).toHaveLength(4);
    for (const line of decided) expect(line).toContain(',deny,');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  test('keeps a search under a name, goes back to it and deletes it', async () => {
    const { page } = opened;
    await page.goto(`${world.gateway.admin}/calls?q=${encodeURIComponent('outcome:held')}`);
    await total(page, '1 call').waitFor();
    await page.getByRole('button', { name: 'Views…' }).click();
    await page.getByLabel('Keep this search as').fill('what waits');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('link', { name: 'what waits' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.goto(`${world.gateway.admin}/calls`);
    await page.getByRole('button', { name: 'Views…' }).click();
    await page.getByRole('link', { name: 'what waits' }).click();
    await total(page, '1 call').waitFor();
    expect(asked(page)).toBe('outcome:held');
    await page.getByRole('button', { name: 'Views…' }).click();
    await page.getByRole('button', { name: 'Delete what waits' }).click();
    await page.getByText('You have saved none yet.').waitFor();
    await page.keyboard.press('Escape');
  });

  test('is told of each search that could not be deleted, however quickly others follow it', async () => {
    const { page } = opened;
    await page.goto(`${world.gateway.admin}/calls`);
    await page.getByRole('button', { name: 'Views…' }).click();
    for (const name of ['stays', 'goes']) {
      await page.getByLabel('Keep this search as').fill(name);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('link', { name }).waitFor();
    }
    const gone = Promise.withResolvers<undefined>();
    await page.route('**/views/stays?*', async (route) => {
      await gone.promise;
      await route.fulfill({
        status: 409,
        json: { error: { code: 'not_now', message: 'it is kept for now' } },
      });
    });
    await page.getByRole('button', { name: 'Delete stays' }).click();
    await page.getByRole('button', { name: 'Delete goes' }).click();
    await page.getByRole('link', { name: 'goes' }).waitFor({ state: 'detached' });
    gone.resolve(undefined);
    const item = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'stays' }) });
    await item.getByRole('alert').getByText('it is kept for now').waitFor();
    await page.unroute('**/views/stays?*');
    await page.getByRole('button', { name: 'Delete stays' }).click();
    await page.getByText('You have saved none yet.').waitFor();
    expect(opened.errors.splice(0).every((error) => error.includes('409'))).toBe(true);
    await page.keyboard.press('Escape');
  });

  test('finds a text in what calls carried, on record', async () => {
    const { page } = opened;
    await page.goto(`${world.gateway.admin}/calls`);
    await page.getByRole('button', { name: 'In payloads…' }).click();
    await page.getByLabel('Text', { exact: true }).fill('INV-2');
    await page.getByLabel('Why you look').fill('complaint 4711');
    await page.getByRole('button', { name: 'Search and record it' }).click();
    const found = page.getByRole('region', { name: 'Found' });
    await found.getByText('INV-2').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await found.getByRole('link').first().click();
    await vi.waitFor(() => expect(page.url()).toMatch(/\/calls\/call_/), WAIT);
  });

  test('has seen no error and no request to anywhere else in all of this', () => {
    expect(opened.errors).toEqual([]);
    expect(opened.strayed).toEqual([]);
  });
});

test('a long list is drawn only where it is seen, and read on as it is scrolled', async () => {
  await echo('worker', 'many', 240);
  const { page, context, errors } = await open('/calls', { width: 1280, height: 800 });
  const table = page.getByRole('table');
  await vi.waitFor(
    async () => expect(Number(await table.getAttribute('aria-rowcount'))).toBeGreaterThan(240),
    WAIT,
  );
  await rows(page).first().waitFor();
  expect(await rows(page).count()).toBeLessThan(80);
  const last = async (): Promise<number> => Number(await rows(page).last().getAttribute('aria-rowindex'));
  await rows(page).first().getByRole('link').focus();
  await vi.waitFor(async () => {
    await page.keyboard.press('End');
    expect(await last()).toBeGreaterThan(240);
  }, WAIT);
  expect(await rows(page).count()).toBeLessThan(80);
  await page.getByText('There are no older calls.').waitFor();
  await page.keyboard.press('Home');
  await vi.waitFor(
    async () => expect(await rows(page).first().getAttribute('aria-rowindex')).toBe('2'),
    WAIT,
  );
  // The keyboard stays in the first row, and what is scrolled to is seen all the same.
  await page.mouse.move(800, 500);
  const rowUnderMouse = () =>
    page.evaluate(
      `document.elementFromPoint(800, 500)?.closest('tr[data-index]')?.getAttribute('data-index')`,
    );
  await vi.waitFor(async () => {
    await page.mouse.wheel(0, 1000);
    expect(Number(await rowUnderMouse())).toBeGreaterThan(80);
  }, WAIT);
  expect(await page.evaluate(`document.activeElement.closest('tr')?.getAttribute('data-index')`)).toBe('0');
  expect(errors).toEqual([]);
  await context.close();
});

test('a list that is scrolled by less than eight rows is only moved: nothing in it is drawn anew, and the browser need not ask the page', async () => {
  const { page, context, errors } = await open('/calls', { width: 1280, height: 800 });
  const firstDrawn = (index: number) =>
    vi.waitFor(
      async () => expect(await rows(page).first().getAttribute('data-index')).toBe(String(index)),
      WAIT,
    );
  await rows(page).nth(30).waitFor({ state: 'attached' });
  await page.evaluate(`(() => {
    let scroller = document.querySelector('tbody');
    while (getComputedStyle(scroller).overflowY !== 'auto') scroller = scroller.parentElement;
    const row = document.querySelector('tr[data-index="24"]');
    const rowPx = row.getBoundingClientRect().height;
    window.list = { scroller, rowPx, changes: [], scroll: (many) => scroller.scrollBy(0, many * rowPx) };
    scroller.scrollBy(0, row.getBoundingClientRect().top - scroller.getBoundingClientRect().top + 1);
  })()`);
  await firstDrawn(12);
  // What is read on makes the list longer.
  await vi.waitFor(
    async () => expect(await page.evaluate('list.scroller.scrollHeight / list.rowPx')).toBeGreaterThan(200),
    WAIT,
  );
  await page.evaluate(`(async () => {
    new MutationObserver((changes) => {
      // Where Tab leads to follows once the list stands still.
      for (const { type, attributeName } of changes) if (attributeName !== 'tabindex') list.changes.push([type, attributeName]);
    }).observe(document.querySelector('tbody'), { subtree: true, childList: true, characterData: true, attributes: true });
    const frame = () => new Promise(requestAnimationFrame);
    for (const many of [1, 1, 1, 1, 1, 1, 1, -7]) {
      list.scroll(many);
      // It is told of it in the first, and may draw until the third.
      for (let frames = 0; frames < 3; frames += 1) await frame();
    }
  })()`);
  expect(await page.evaluate('list.changes')).toEqual([]);
  await page.evaluate('list.scroll(8)');
  await firstDrawn(20);
  expect(await page.evaluate('list.changes.length')).toBeGreaterThan(0);
  // On a ground that can be seen through, each notch of a wheel waits for the page, and everything is painted anew.
  expect(await page.evaluate('getComputedStyle(list.scroller).backgroundColor')).toMatch(/^rgb\(/);
  // Rows are told apart under the pointer again.
  await vi.waitFor(
    async () => expect(await page.evaluate('list.scroller.dataset.moving')).toBeUndefined(),
    WAIT,
  );
  expect(errors).toEqual([]);
  await context.close();
});

test('a narrow window keeps the lists of values in a dialog of their own', async () => {
  const { page, context, errors } = await open('/calls', { width: 375, height: 700 });
  await rows(page).first().waitFor();
  await page.getByRole('button', { name: 'Filters' }).click();
  const dialog = page.getByRole('dialog', { name: 'Filters' });
  await dialog.getByRole('button', { name: /^Agent worker/ }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: /^Agent worker/ }).click();
  await vi.waitFor(() => expect(asked(page)).toBe('agent:worker'), WAIT);
  await page.keyboard.press('Escape');
  expect(errors).toEqual([]);
  await context.close();
});

test.each([
  ['light', 1920],
  ['dark', 1280],
  ['light', 320],
] as const)('axe finds nothing wrong in %s at %i pixels', async (colorScheme, width) => {
  const { page, context, errors, strayed } = await open(
    `/calls?q=${encodeURIComponent('-agent:clerk agnet:x')}`,
    { colorScheme, width },
  );
  await page.getByText('The query cannot be read').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto(`${world.gateway.admin}/calls?q=-agent%3Aclerk&last=1h`);
  await rows(page).first().waitFor();
  await page.locator('.recharts-surface').first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  const sideways: unknown = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(sideways).toBe(0);
  expect(errors).toEqual([]);
  expect(strayed).toEqual([]);
  await context.close();
});
