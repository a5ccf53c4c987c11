// The console in a real browser, on a running gateway and real calls: what is recorded is seen live, explained, decided
// by a person, and watched going through.
import { connectV1, readLedger } from '@countersign/testkit';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, visit, type Visit, type VisitOptions } from './browser.ts';

/** How long the page may take to follow; machines are shared. */
const WAIT = { timeout: 15_000, interval: 50 };

let world: World;
let browser: Browser;
beforeAll(async () => {
  // Held calls wait long enough for a person to decide while the agent's request is still open.
  world = await startWorld({ config: { hold: { maxSeconds: 60 } } });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

async function agent(name: string, server: string) {
  return connectV1(`${world.gateway.data}/mcp/${server}`, {
    token: await world.token(name, `/mcp/${server}`),
  });
}

async function call(name: string, server: string, tool: string, input: Record<string, unknown>) {
  const client = await agent(name, server);
  try {
    return await client.callTool({ name: tool, arguments: input });
  } finally {
    await client.close();
  }
}

const pay = (invoice: string, cents: number) =>
  call('clerk', 'payments', 'pay', { vendor: 'acme', amount_cents: cents, invoice });

async function reviewerToken(email: string): Promise<string> {
  const issued = await world.gateway.cli('users', 'token', email, '--json');
  if (issued.code !== 0) throw new Error(`no token for ${email}: ${issued.stderr}`);
  return (JSON.parse(issued.stdout) as { token: string }).token;
}

/** Opens the console signed in, as the holder of `token`, at the calls. */
async function open(token: string, options: VisitOptions = {}): Promise<Visit> {
  const opened = await visit(browser, world.gateway.admin, options);
  await opened.page.goto(`${world.gateway.admin}/calls#token=${token}`);
  await opened.page.getByRole('heading', { name: 'Calls', level: 1 }).waitFor({ state: 'attached' });
  await opened.page.getByText('Live', { exact: true }).waitFor();
  return opened;
}

/** Goes to a page by the navigation, which a narrow window keeps behind a button. */
async function goTo(page: Visit['page'], name: string): Promise<void> {
  const menu = page.getByRole('button', { name: 'Menu' });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole('navigation').getByRole('link', { name }).click();
}

async function signOut(page: Visit['page']): Promise<void> {
  await page.getByRole('button', { name: /^Signed in as/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
}

const request = (page: Visit['page'], invoice: string) =>
  page.getByRole('link', { name: new RegExp(`clerk wants to call payments/pay .*"${invoice}"`) });
const rows = (page: Visit['page'], text: string) => page.locator('tbody tr').filter({ hasText: text });

describe('an admin who watches', () => {
  let opened: Visit;
  beforeAll(async () => {
    opened = await open(world.gateway.adminToken ?? '');
  });
  beforeEach(async () => {
    await opened.page.keyboard.press('Escape');
  });
  afterAll(async () => {
    await opened.context.close();
  });

  test('is signed in by a link, whose token leaves the address at once and is kept nowhere', async () => {
    const { page, context } = opened;
    expect(page.url()).toBe(`${world.gateway.admin}/calls`);
    const kept: unknown = await page.evaluate(
      'JSON.stringify([localStorage, sessionStorage, document.cookie])',
    );
    expect(kept).not.toContain(world.gateway.adminToken);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(cookie?.value).not.toContain(world.gateway.adminToken);
  });

  test('sees a call the moment it is made, and what became of it, without a reload', async () => {
    const { page } = opened;
    expect(await rows(page, 'fixture/echo').count()).toBe(0);
    await call('worker', 'fixture', 'echo', { text: 'seen live' });
    const row = rows(page, 'fixture/echo').filter({ hasText: 'Allowed' }).filter({ hasText: 'done' });
    await row.first().waitFor();
    expect(await row.first().innerText()).toContain('worker');
  });

  test('opens it and reads the sentence, the policy with its place and text, and the attributes it read', async () => {
    const { page } = opened;
    await rows(page, 'fixture/echo').first().getByRole('link').click();
    await page.getByRole('heading', { name: /worker.*fixture\/echo.*workers-use-the-fixture/ }).waitFor();
    const policy = page.getByRole('article', { name: 'workers-use-the-fixture' });
    const said = await policy.innerText();
    expect(said).toMatch(/world\.cedar:\d+:\d+/);
    expect(said).toContain('principal.capabilities.contains("fixture")');
    expect(await policy.getByRole('row', { name: /principal\.capabilities/ }).innerText()).toContain(
      '["fixture"]',
    );
    expect(await page.getByText('seen live').count()).toBe(0);
    expect(page.url()).toMatch(/\/calls\/call_[0-9a-f]{32}$/);
  });

  test('sees what it carried only after saying why, which is recorded', async () => {
    const { page } = opened;
    await rows(page, 'fixture/echo').first().getByRole('link').click();
    await page.getByRole('tab', { name: 'Payload' }).click();
    await page.getByRole('button', { name: 'Reveal' }).click();
    await page.getByText('Say why you look at what this call carried').waitFor();
    await page.getByLabel('Why you look').fill('a complaint');
    await page.getByRole('button', { name: 'Reveal' }).click();
    expect(await page.getByRole('group', { name: 'Arguments' }).innerText()).toContain('"seen live"');
  });

  test('finds the same call again under its address, also after a reload', async () => {
    const { page } = opened;
    await rows(page, 'fixture/echo').first().getByRole('link').click();
    await page.getByRole('article', { name: 'workers-use-the-fixture' }).waitFor();
    const address = page.url();
    await page.reload();
    await page.getByRole('article', { name: 'workers-use-the-fixture' }).waitFor();
    expect(page.url()).toBe(address);
    await page.goBack();
    await page.getByRole('button', { name: 'Close' }).waitFor({ state: 'detached' });
  });

  test('learns of a denial which permit came nearest and what it missed', async () => {
    const { page } = opened;
    await call('clerk', 'fixture', 'echo', { text: 'not mine' });
    const row = rows(page, 'clerk').filter({ hasText: 'fixture/echo' }).filter({ hasText: 'Denied' });
    await row.first().waitFor();
    expect(await row.first().innerText()).toContain('no policy permits it');
    await row.first().getByRole('link').click();
    const nearest = page.getByRole('article', { name: 'workers-use-the-fixture' });
    const missed = nearest.getByRole('list', { name: 'Conditions that did not hold' });
    expect(await missed.innerText()).toContain('principal.capabilities.contains("fixture")');
  });

  test('holds the list still, sees how many calls wait, and shows them', async () => {
    const { page } = opened;
    await page.getByRole('button', { name: 'Pause' }).click();
    await call('worker', 'fixture', 'echo', { text: 'while paused' });
    const pill = page.getByRole('button', { name: /^\d+ new$/ });
    await pill.waitFor();
    const before = await rows(page, 'fixture/echo').count();
    await pill.click();
    await pill.waitFor({ state: 'detached' });
    expect(await rows(page, 'fixture/echo').count()).toBeGreaterThan(before);
    await page.getByRole('button', { name: 'Resume' }).click();
  });

  test('moves through the calls by keyboard alone, opens one and comes back to it', async () => {
    const { page } = opened;
    const focused = (): Promise<unknown> =>
      page.evaluate('document.activeElement.getAttribute("data-row") ?? document.activeElement.tagName');
    await page.getByRole('button', { name: 'Pause' }).focus();
    await page.keyboard.press('Tab');
    const first = await focused();
    await page.keyboard.press('j');
    const second = await focused();
    expect(second).not.toBe(first);
    await page.keyboard.press('k');
    expect(await focused()).toBe(first);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    // Polled from here: the page's own policy forbids a check that is evaluated in it from a string.
    await vi.waitFor(
      async () => expect(await page.evaluate('document.activeElement.tagName')).toBe('H2'),
      WAIT,
    );
    expect(page.url()).toContain(String(second));
    await page.keyboard.press('Escape');
    await vi.waitFor(async () => expect(await focused()).toBe(second), WAIT);
    expect(page.url()).toBe(`${world.gateway.admin}/calls`);
    await page.getByRole('button', { name: 'Pause' }).focus();
  });

  test('sees to where the log is verified, as the gateway itself says', async () => {
    const { page } = opened;
    const { size } = await world.admin<{ size: number }>('/log');
    const badge = page.getByRole('button', { name: /^Verified to / });
    const verifiedTo = async (): Promise<number> =>
      Number((await badge.innerText()).replaceAll(/[^0-9]/g, ''));
    await badge.waitFor();
    await expect.poll(verifiedTo, { timeout: 30_000 }).toBeGreaterThanOrEqual(size);
    await badge.click();
    await page.getByText('recomputed by this gateway').waitFor();
    await page.keyboard.press('Escape');
  });

  test('has seen no error and no request to anywhere else in all of this', () => {
    expect(opened.errors).toEqual([]);
    expect(opened.strayed).toEqual([]);
  });
});

describe('a held call', () => {
  test('cannot be approved without a reason, nor by somebody outside the group; then it goes through once', async () => {
    const answer = pay('INV-1', 250_000);
    const admin = await open(world.gateway.adminToken ?? '');
    await goTo(admin.page, 'Approvals');
    await request(admin.page, 'INV-1').click();
    expect(await admin.page.getByRole('radio', { name: /^Reject/ }).isChecked()).toBe(true);
    const shown = await admin.page.getByRole('group', { name: 'Parameters' }).innerText();
    expect(shown).toContain('"amount_cents": 250000');
    expect(shown).toContain('"INV-1"');
    expect(await admin.page.getByRole('timer').last().innerText()).toMatch(/^\d+:\d\d left$/);

    await admin.page.getByRole('radio', { name: /^Approve once/ }).check();
    await admin.page.getByRole('button', { name: 'Approve this call once' }).click();
    await admin.page.getByText('Say why this call may be made').waitFor();
    expect(admin.errors).toEqual([]);
    await admin.page.getByLabel('Reason').fill('I would like to');
    await admin.page.getByRole('button', { name: 'Approve this call once' }).click();
    await admin.page.getByText('You may not review this call').waitFor();
    expect(admin.errors).toEqual([expect.stringContaining('403')]);

    await signOut(admin.page);
    await admin.page.getByLabel('Access token').fill(await reviewerToken('fiona@example.com'));
    await admin.page.getByRole('button', { name: 'Sign in' }).click();
    await admin.page.getByLabel('Reason').waitFor();
    await admin.page.getByRole('radio', { name: /^Approve once/ }).check();
    await admin.page.getByLabel('Reason').fill('order and invoice agree');
    await admin.page.getByRole('button', { name: 'Approve this call once' }).click();
    await admin.page.getByText('Approved and used').waitFor();
    await admin.page.getByText('“order and invoice agree”').waitFor();
    expect(await admin.page.getByRole('button', { name: /this call/ }).count()).toBe(0);

    expect((await answer).isError ?? false).toBe(false);
    await goTo(admin.page, 'Calls');
    await rows(admin.page, 'payments/pay')
      .filter({ hasText: 'Allowed' })
      .filter({ hasText: 'done' })
      .first()
      .waitFor();
    const paid = readLedger(world.ledger).filter((effect) => effect['invoice'] === 'INV-1');
    expect(paid).toHaveLength(1);
    expect(admin.errors).toHaveLength(1);
    expect(admin.strayed).toEqual([]);
    await admin.context.close();
  });

  test('shows on one screen who asks, with what it did lately, and the text of the policy that holds it', async () => {
    const answer = pay('INV-3', 260_000);
    const { page, context, errors } = await open(await reviewerToken('fiona@example.com'));
    await goTo(page, 'Approvals');
    await request(page, 'INV-3').click();
    const pane = page.getByRole('region', { name: 'Request for approval' });
    await pane.getByText(/^\d+ calls?: /).waitFor();
    await pane.getByText('Its text, and what it read of this call').click();
    await pane.getByRole('article').getByText('@approve').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel('Reason').fill('not needed any more');
    await page.getByRole('button', { name: 'Reject this call' }).click();
    expect((await answer).isError).toBe(true);
    await pane.getByRole('link', { name: 'clerk', exact: true }).click();
    await page.getByRole('region', { name: 'Agent' }).waitFor();
    expect(errors).toEqual([]);
    await context.close();
  });

  test('is rejected by what the form does unless told otherwise, and never made', async () => {
    const answer = pay('INV-2', 300_000);
    const { page, context, errors } = await open(await reviewerToken('fiona@example.com'));
    await goTo(page, 'Approvals');
    await request(page, 'INV-2').click();
    const changed = page.getByRole('table', { name: /different from the call that people approved last/ });
    expect(await changed.getByRole('row', { name: /amount_cents/ }).innerText()).toMatch(/250000\s+300000/);
    expect(await changed.getByRole('row', { name: /vendor/ }).count()).toBe(0);
    await page.getByLabel('Reason').fill('no order for this');
    await page.getByRole('button', { name: 'Reject this call' }).click();
    await page.getByText('“no order for this”').waitFor();
    await page.getByRole('link', { name: 'Show those that wait no more' }).click();
    const closed = page.getByRole('region', { name: 'No longer waiting' });
    await closed.getByText('Rejected').first().waitFor();
    await closed.getByText('Approved and used').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect((await answer).isError).toBe(true);
    expect(readLedger(world.ledger).filter((effect) => effect['invoice'] === 'INV-2')).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  });
});

test('a wrong token is refused in words, and a fresh browser is asked to sign in without an error', async () => {
  const { page, context, errors } = await visit(browser, world.gateway.admin);
  await page.goto(world.gateway.admin);
  await page.getByLabel('Access token').waitFor();
  expect(errors).toEqual([]);
  await page.getByLabel('Access token').fill('csn_wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('This token is not valid').waitFor();
  await context.close();
});

describe.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
] as const)('in %s at %i pixels', (colorScheme, width) => {
  test('axe finds nothing wrong with sign-in, lists, a call, a denial and a request for approval', async () => {
    const signIn = await visit(browser, world.gateway.admin, { colorScheme, width });
    await signIn.page.goto(world.gateway.admin);
    await signIn.page.getByLabel('Access token').waitFor();
    expect(await accessibilityFaults(signIn.page)).toEqual([]);
    await signIn.context.close();

    const invoice = `INV-${colorScheme}-${width}`;
    const answer = pay(invoice, 400_000);
    const { page, context, errors, strayed } = await open(await reviewerToken('fiona@example.com'), {
      colorScheme,
      width,
    });
    await rows(page, 'Held').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    for (const decision of ['Allowed', 'Denied', 'Held']) {
      await rows(page, decision).first().getByRole('link').click();
      await page.getByRole('heading', { name: 'Who and what' }).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { name: 'Who and what' }).waitFor({ state: 'detached' });
    }
    await goTo(page, 'Approvals');
    await request(page, invoice).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await request(page, invoice).click();
    await page.getByRole('button', { name: 'Reject this call' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const sideways: unknown = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(sideways).toBe(0);
    await page.getByLabel('Reason').fill('only a test');
    await page.getByRole('button', { name: 'Reject this call' }).click();
    await page.getByText('“only a test”').waitFor();
    expect((await answer).isError).toBe(true);
    expect(errors).toEqual([]);
    expect(strayed).toEqual([]);
    await context.close();
  });
});

/** What of an element is asked for in the page, whose types are not those of tests. */
interface Styled {
  readonly ownerDocument: {
    readonly defaultView: {
      getComputedStyle(node: Styled): { getPropertyValue(name: string): string };
    };
  };
}

test('where the system forces its own colours, what is open, focused and chosen is still told apart', async () => {
  const { page, context } = await open(world.gateway.adminToken ?? '');
  await page.emulateMedia({ forcedColors: 'active' });
  const styleOf = (element: Locator, ...names: readonly string[]): Promise<readonly string[]> =>
    element.first().evaluate((node: Styled, wanted) => {
      const style = node.ownerDocument.defaultView.getComputedStyle(node);
      return wanted.map((name) => style.getPropertyValue(name));
    }, names);
  const worker = rows(page, 'worker');
  await worker.first().getByRole('link').click();
  const openRow = page.locator('tr').filter({ has: page.locator('[aria-current]') });
  await openRow.waitFor();
  const otherRow = page.locator('tbody tr').filter({ hasNot: page.locator('[aria-current]') });
  await expect.poll(() => styleOf(openRow, 'outline-style', 'outline-width'), WAIT).toEqual(['solid', '2px']);
  expect(await styleOf(otherRow, 'outline-style')).toEqual(['none']);

  const [openTab, otherTab] = await Promise.all([
    styleOf(page.getByRole('tab', { selected: true }), 'border-bottom-color'),
    styleOf(page.getByRole('tab', { selected: false }), 'border-bottom-color', 'background-color'),
  ]);
  expect(openTab).not.toEqual(otherTab.slice(0, 1));
  // On its own ground: the line below it is not seen.
  expect(otherTab[0]).toBe(
    await styleOf(page.locator('body'), 'background-color').then(([ground]) => ground),
  );

  await page.getByRole('button', { name: 'Pause' }).focus();
  await page.keyboard.press('Tab');
  expect(await styleOf(page.locator(':focus'), 'outline-style', 'outline-width')).toEqual(['solid', '3px']);

  await page.keyboard.press('Control+k');
  const option = (selected: boolean) => page.getByRole('dialog').getByRole('option', { selected });
  expect(await styleOf(option(true), 'outline-style')).toEqual(['solid']);
  expect(await styleOf(option(false), 'outline-style')).toEqual(['none']);
  await page.keyboard.press('Escape');

  // Bars are filled with what the system gives, not with the page's own green on whatever ground that is.
  const [ink] = await styleOf(page.locator('body'), 'color');
  const fills = page.getByRole('img', { name: /^Calls over time/ }).locator('pattern rect, path[fill]');
  expect(await styleOf(fills, 'fill')).toEqual([ink]);
  await page.getByRole('tab', { name: 'Timeline' }).click();
  const stretch = page.getByRole('tabpanel').getByRole('img');
  await stretch.first().waitFor();
  expect(await styleOf(stretch, 'background-color')).toEqual([ink]);
  await context.close();
});

describe('what cannot be loaded', () => {
  const told = (page: Visit['page'], what: string) => page.getByRole('alert').filter({ hasText: what });

  test('says so in its place if it is part of a page, and the rest stays', async () => {
    const { page, context } = await visit(browser, world.gateway.admin);
    await page.route('**/outcome-chart-*', (route) => route.abort());
    await page.goto(`${world.gateway.admin}/calls#token=${world.gateway.adminToken}`);
    await rows(page, 'fixture/echo').first().waitFor();
    const failed = told(page, 'This part of the page could not be loaded: the gateway has another version');
    await failed.waitFor();
    expect(await rows(page, 'fixture/echo').count()).toBeGreaterThan(0);
    // As after an update of the gateway: the page as a whole finds the parts of its version.
    await page.unroute('**/outcome-chart-*');
    await failed.getByRole('button', { name: 'Load the page again' }).click();
    await page.getByRole('region', { name: 'Over time' }).getByRole('img').first().waitFor();
    expect(await failed.count()).toBe(0);
    await context.close();
  });

  test('says so as a page or dialog, too, and comes when the gateway is back, without a reload', async () => {
    const { page, context } = await open(world.gateway.adminToken ?? '');
    await rows(page, 'fixture/echo').first().waitFor();
    await page.evaluate('globalThis.isSamePage = true');
    const isAway = ({ pathname }: URL): boolean => pathname.startsWith('/assets/') || pathname === '/';
    // What could not be fetched is followed by the question whether the gateway is there at all.
    let asked = 0;
    await page.route(isAway, async (route) => {
      await route.abort();
      if (new URL(route.request().url()).pathname === '/') asked += 1;
    });
    await page.getByRole('button', { name: 'Go to…' }).click();
    const dialog = told(page, 'This part of the page could not be loaded: the gateway does not answer');
    await dialog.waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await dialog.waitFor({ state: 'detached' });
    await rows(page, 'fixture/echo').first().getByRole('link').click();
    await told(page, 'This page could not be shown: the gateway does not answer').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await goTo(page, 'Servers');
    const failed = told(page, 'This page could not be shown: the gateway does not answer');
    await failed.waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const before = asked;
    await failed.getByRole('button', { name: 'Try again' }).click();
    // It has failed once more: what is still asked for when the gateway is back would be answered.
    await expect.poll(() => asked).toBeGreaterThan(before);
    await failed.waitFor();

    await page.unroute(isAway);
    await failed.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Servers', level: 1 }).waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Go to…' }).click();
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('dialog').getByRole('combobox').waitFor();
    expect(await page.evaluate('globalThis.isSamePage')).toBe(true);
    await context.close();
  });
});

test('a gateway that is gone is said to be gone, and what was seen stays', async () => {
  const { page, context } = await open(world.gateway.adminToken ?? '');
  await rows(page, 'fixture/echo').first().waitFor();
  await world.gateway.kill('SIGKILL');
  await page.getByText('Not up to date, reconnecting…').waitFor();
  expect(await rows(page, 'fixture/echo').count()).toBeGreaterThan(0);
  await context.close();
});
