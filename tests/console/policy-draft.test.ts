// Drafts of policies in the console, with a real gateway, real calls and several people: the validator's own words where they
// belong, calls and cases tried, recorded calls decided again; and a draft that neither a reload nor a stranger takes away.
import { connectV1 } from '@countersign/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openPublishers, type Publishers } from '../e2e/publisher.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, type Visit, type VisitOptions } from './browser.ts';
import { openAt, sideways, tokenOf } from './console-world.ts';

const WAIT = { timeout: 20_000, interval: 50 };

const SET = `@id("workers-use-the-fixture")
permit (principal is Agent, action in Action::"mcp", resource is Tool)
when { principal.capabilities.contains("fixture") };

@id("clerks-pay")
permit (principal is Agent, action == Action::"payments/pay", resource is Tool)
when { principal.capabilities.contains("payments") };

@id("known-vendors-only")
forbid (principal, action == Action::"payments/pay", resource)
unless { ["acme", "globex"].contains(context.input.vendor) };
`;
const FREER = SET.replace('"globex"', '"globex", "initech"');
const FILE = 'all.cedar';

let world: World;
let people: Publishers;
let browser: Browser;
let victor: string;
let fiona: string;
const opened: Visit[] = [];

beforeAll(async () => {
  world = await startWorld({ config: { policies: { group: 'finance' } } });
  people = await openPublishers(world.gateway);
  await people.approve((await people.propose(SET)).id);
  victor = await tokenOf(world.gateway, 'victor@example.com', 'policy_author');
  fiona = await tokenOf(world.gateway, 'fiona@example.com', 'approver', 'policy_author');
  browser = await launchBrowser();
  await pay('initech');
  await pay('acme');
});
afterEach(async () => {
  for (const { context } of opened.splice(0)) await context.close();
});
afterAll(async () => {
  await browser?.close();
  await people?.close();
  await world?.close();
});

async function pay(vendor: string): Promise<void> {
  const token = await world.token('clerk', '/mcp/payments');
  const client = await connectV1(`${world.gateway.data}/mcp/payments`, { token });
  await client.callTool({ name: 'pay', arguments: { vendor, amount_cents: 700, invoice: 'INV-1' } });
  await client.close();
}

async function open(search = '', options: VisitOptions & { readonly token?: string } = {}): Promise<Visit> {
  const { token = victor, ...rest } = options;
  const visited = await openAt(browser, world.gateway, `/policies/draft${search}`, { token, ...rest });
  opened.push(visited);
  await visited.page.getByText('Valid', { exact: true }).waitFor();
  return visited;
}

const editor = (page: Page) => page.getByRole('textbox', { name: `Text of ${FILE}` });

/** What is there is taken out first: typing over a selection is the browser's own editing, styles and all. */
async function write(page: Page, field: ReturnType<Page['getByRole']>, text: string): Promise<void> {
  await field.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

/** Changes the draft, and waits until the validator has said something of it. */
async function change(page: Page, text: string): Promise<void> {
  await write(page, editor(page), text);
  await page.getByText('Against the set in force', { exact: false }).waitFor();
}

const view = (page: Page, name: string) => page.getByRole('tab', { name, exact: true }).click();

test('what does not validate is told in the validator’s words at its line, and the way leads there', async () => {
  const { page, errors, strayed } = await open();
  await write(page, editor(page), '@id("x")\n\npermit (principal,, action, resource);\n');
  await page.getByText('1 error', { exact: true }).waitFor();
  const findings = page.getByRole('region', { name: 'What the validator says' });
  expect(await findings.innerText()).toContain('unexpected token');
  await page.locator('.cm-lint-marker-error').waitFor();
  await findings.getByRole('button', { name: `Go to ${FILE}:3:` }).click();
  await page.keyboard.insertText('X');
  await vi.waitFor(async () => expect(await editor(page).innerText()).toContain('principal,X, action'), WAIT);

  await change(page, FREER);
  const phrase = await page.getByText('Against the set in force', { exact: false }).innerText();
  expect(phrase).toContain('1 policy changed');
  expect(await page.getByRole('region', { name: 'Beside the draft' }).innerText()).toContain(
    '+unless { ["acme", "globex", "initech"]',
  );
  expect([errors, strayed]).toEqual([[], []]);
});

test('a draft outlives reloads and the session, is nobody else’s, and is discarded only when that is said twice', async () => {
  const { page, context, errors } = await open();
  await change(page, FREER);
  await page.getByRole('button', { name: 'Add a file' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a file' });
  await dialog.getByLabel('Name').fill('notes.txt');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('It has to end in', { exact: false }).waitFor();
  await dialog.getByLabel('Name').fill('more.cedar');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('tab', { name: 'more.cedar', selected: true }).waitFor();
  await page.reload();
  await page.getByRole('tab', { name: 'more.cedar', selected: true }).waitFor();

  expect(errors).toEqual([]);
  await page.getByRole('textbox', { name: 'Text of more.cedar' }).focus();
  await context.clearCookies();
  // The validator does not answer a stranger; what was written last is kept all the same.
  await page.keyboard.insertText('// said last');
  await page.getByLabel('Access token').waitFor();
  const goto = async (token: string): Promise<void> => {
    // Another fragment alone would load nothing anew.
    await page.goto('about:blank');
    await page.goto(`${world.gateway.admin}/policies/draft#token=${token}`);
  };
  await goto(fiona);
  await page.getByText('The same as what is in force', { exact: false }).waitFor();
  expect(await page.getByRole('tab', { name: 'more.cedar' }).count()).toBe(0);
  await context.clearCookies();
  await goto(victor);
  await page.getByRole('tab', { name: 'more.cedar' }).click();
  const more = page.getByRole('textbox', { name: 'Text of more.cedar' });
  await vi.waitFor(async () => expect(await more.innerText()).toContain('// said last'), WAIT);
  await page.getByRole('tab', { name: FILE }).click();
  await vi.waitFor(async () => expect(await editor(page).innerText()).toContain('initech'), WAIT);

  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard it' }).click();
  await page.getByText('The same as what is in force', { exact: false }).waitFor();
  expect(await page.getByRole('tab', { name: 'more.cedar' }).count()).toBe(0);
});

test('files are renamed, deleted, taken in by choice and by dropping them', async () => {
  const { page, errors } = await open();
  await page.getByLabel('Import files').setInputFiles([
    { name: 'extra.cedar', mimeType: 'text/plain', buffer: Buffer.from('// nothing yet\n') },
    { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from('x') },
  ]);
  await page.getByText('1 file imported').waitFor();
  await page.getByText('Not imported: photo.png', { exact: false }).first().waitFor();
  await page.getByRole('tab', { name: 'extra.cedar' }).click();
  await page.getByRole('button', { name: 'This file' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('other.cedar');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('tab', { name: 'other.cedar', selected: true }).waitFor();
  await page.getByRole('button', { name: 'This file' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('tab', { name: 'other.cedar' }).waitFor({ state: 'detached' });
  expect(errors).toEqual([]);
});

test('a made-up call is decided by the draft, with what the set in force makes of it', async () => {
  const { page, errors } = await open('?panel=try');
  await change(page, FREER);
  await page.getByRole('button', { name: 'Decide it' }).click();
  await page.getByText('Say which agent asks.').waitFor();
  await page.getByLabel('Agent', { exact: true }).fill('clerk');
  await page.getByLabel('Name', { exact: true }).fill('payments/pay');
  await page.getByLabel('Arguments').fill('{"vendor":"initech","amount_cents":700,"invoice":"I"}');
  await page.getByRole('button', { name: 'Decide it' }).click();
  const answer = page.getByRole('status').filter({ hasText: 'By the set in force' });
  await answer.waitFor();
  expect(await answer.innerText()).toMatch(/Allowed.*Agent clerk[^]*By the set in force:\s+Denied/);
  await page.getByRole('article', { name: 'clerks-pay' }).waitFor();
  expect(errors).toEqual([]);
});

test('cases say where they are wrong, which are not as wanted and why, and what they leave out', async () => {
  const { page, errors } = await open('?panel=cases');
  const cases = page.getByRole('textbox', { name: 'Cases, YAML' });
  await write(page, cases, 'cases:\n  - name: nothing is wanted of it\n');
  await page.getByRole('button', { name: 'Run the cases' }).click();
  await page.getByText('cases.yaml:2:', { exact: false }).waitFor();
  expect(errors.splice(0)).toEqual([expect.stringContaining('400')]);

  const call = `{ principal: { capabilities: [payments] }, resource: { name: pay, server: { name: payments } }, input: { vendor: globex, amount_cents: 1, invoice: i } }`;
  await write(
    page,
    cases,
    `- { name: goes through, facts: ${call}, want: { outcome: allow } }\n- { name: is held, facts: ${call}, want: { outcome: hold } }\n`,
  );
  await page.getByRole('button', { name: 'Run the cases' }).click();
  await page.getByText('1 of 2 cases as wanted').waitFor();
  const differs = page.getByRole('table', { name: 'How is held differs' });
  expect(await differs.getByRole('row', { name: /^outcome/ }).innerText()).toMatch(/outcome\s+hold\s+allow/);
  const coverage = page.getByRole('table', { name: 'Coverage' });
  expect(await coverage.getByRole('row', { name: /^clerks-pay/ }).innerText()).toMatch(/permit\s+2/);
  expect(await coverage.getByRole('row', { name: /^workers/ }).innerText()).toContain('never matched');
  expect(errors).toEqual([]);
});

test('recorded calls are decided again: a matrix, what is newly let through first, and the way to each call', async () => {
  const { page, errors } = await open('?panel=history&over=last-1000');
  await change(page, FREER.replace('"acme", ', ''));
  await page.getByRole('button', { name: 'Simulate' }).click();
  const matrix = page.getByRole('table', { name: 'Decisions then, and with the draft' });
  await matrix.waitFor();
  expect(await matrix.getByRole('row', { name: /^Denied/ }).innerText()).toMatch(
    /Denied\s+1\s+freer\s+0\s+0\s+1/,
  );
  expect(await matrix.getByRole('row', { name: /^Allowed/ }).innerText()).toMatch(
    /Allowed\s+0\s+0\s+1\s+stricter\s+1/,
  );
  const headings = await page.getByRole('heading', { level: 3 }).allInnerTexts();
  expect(headings.findIndex((each) => /newly let through/i.test(each))).toBeLessThan(
    headings.findIndex((each) => /newly kept back/i.test(each)),
  );
  const group = page
    .getByRole('table', { name: /^Newly let through/ })
    .getByRole('row', { name: /clerk payments\/pay/ });
  await group.getByText('Show 1 of them').click();
  expect(await group.innerText()).toMatch(/Then: .*denied[^]*With the draft: .*permitted/);
  await group.getByRole('link').click();
  await page.waitForURL(/\/calls\/call_/);
  expect(errors).toEqual([]);
});

test('a draft runs in the shadow, its differences are counted, and it is stopped', async () => {
  const { page, errors } = await open('?panel=shadow');
  await page.getByText('None runs.').waitFor();
  await change(page, FREER);
  await page.getByRole('button', { name: 'Run this draft in the shadow' }).click();
  await page.getByText('Running', { exact: true }).waitFor();
  expect(await page.getByRole('region', { name: 'Beside the draft' }).innerText()).toMatch(
    /Which\s+this draft/,
  );
  await pay('initech');
  const differences = page.getByRole('table', { name: 'What it would have decided otherwise' });
  await differences.waitFor();
  expect(await differences.innerText()).toMatch(/clerk payments\/pay\s+Denied\s+→\s+Allowed/);
  await page.getByRole('button', { name: 'Stop the shadow' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop the shadow' }).click();
  await page.getByText('None runs.').waitFor();
  expect(errors).toEqual([]);
});

test('what went live meanwhile is told, is not replaced unseen, and can be taken in', async () => {
  const { page, errors } = await open('?panel=propose');
  await change(page, FREER);
  const moved = `${SET}\n@id("nobody-fails")\nforbid (principal, action == Action::"fixture/fail", resource);\n`;
  const { id } = await people.propose(moved, 'olive');
  await people.approve(id);
  // Before the page has asked again, the gateway is the one who refuses.
  await page.getByLabel('Message').fill('initech is a vendor now');
  await page.getByRole('button', { name: 'Propose this set' }).click();
  await page.getByText('another policy set went live meanwhile', { exact: false }).waitFor();
  await page.getByText('went live since this draft was begun', { exact: false }).waitFor();
  await page.getByText('Another set went live since: take it in', { exact: false }).waitFor();
  expect(errors.splice(0)).toEqual([expect.stringContaining('409')]);

  // What is written while the earlier set is fetched stays, too.
  const written = Promise.withResolvers<undefined>();
  await page.route('**/policies/versions/*', async (route) => {
    await written.promise;
    await route.continue();
  });
  const asked = page.waitForRequest('**/policies/versions/*');
  await page.getByRole('button', { name: 'Take it in' }).click();
  await asked;
  await editor(page).press('Control+End');
  await page.keyboard.insertText('// written meanwhile');
  written.resolve(undefined);
  // Both changed the one file, so that the draft keeps its own and would take the other’s policy away: which is said.
  await page.getByText(`but for ${FILE}`, { exact: false }).waitFor();
  await page.getByText('1 policy changed, 1 removed', { exact: true }).waitFor();
  expect(await editor(page).innerText()).toContain('// written meanwhile');
  await page.getByRole('button', { name: 'Propose this set', disabled: false }).waitFor();
  await people.approve((await people.propose(SET, 'olive')).id);
  expect(errors).toEqual([]);
});

test('the author is sent to what was proposed, may withdraw it, and takes it up again as a draft', async () => {
  const { page, errors } = await open('?panel=cases');
  await change(page, FREER);
  await write(
    page,
    page.getByRole('textbox', { name: 'Cases, YAML' }),
    '- { name: never, want: { outcome: hold } }\n',
  );
  await view(page, 'Propose');
  await page.getByRole('button', { name: 'Propose this set' }).click();
  await page.getByRole('alert').filter({ hasText: 'Say why.' }).waitFor();
  await page.getByLabel('Message').fill('for initech');
  await page.route('**/policies/publish', async (route) => {
    await editor(page).press('Control+End');
    await page.keyboard.insertText('// written meanwhile');
    await route.continue();
  });
  await page.getByRole('button', { name: 'Propose this set' }).click();
  const proposed = page.getByRole('region', { name: 'Proposed change' });
  await proposed.getByRole('heading', { name: 'What it changes' }).waitFor();
  expect(await proposed.innerText()).toContain('0 of 1 case as wanted');
  expect(await page.getByRole('radio').count()).toBe(0);
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('not yet');
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await page.getByText('Withdrawn by the author').first().waitFor();
  await page.getByRole('button', { name: 'Take it into a draft' }).click();
  // What was written while it was on its way is a draft still, and not lost without a word.
  await page.getByRole('button', { name: 'Replace it' }).click();
  await page.getByText('Against the set in force: 1 policy changed', { exact: false }).waitFor();
  expect(await editor(page).innerText()).not.toContain('// written meanwhile');
  expect(errors).toEqual([]);
});

test('by keyboard: out of the editor, through the views, and to what they do', async () => {
  const { page, errors } = await open();
  await editor(page).focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  const focused = () =>
    page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.innerText');
  expect(await focused()).toBe('Beside the draft');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Changes');
  for (const next of ['Try a call', 'Cases', 'Simulate']) {
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe(next);
  }
  await page.keyboard.press('Enter');
  await vi.waitFor(() => expect(page.url()).toContain('panel=history'), WAIT);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('table', { name: 'Decisions then, and with the draft' }).waitFor();
  expect(errors).toEqual([]);
});

test('who may only read is offered no draft', async () => {
  const token = await tokenOf(world.gateway, 'olive@example.com', 'viewer');
  const visited = await openAt(browser, world.gateway, '/policies/draft', { token });
  opened.push(visited);
  await visited.page.getByText('Your roles let you read the policies', { exact: false }).waitFor();
  expect(await visited.page.getByRole('textbox').count()).toBe(0);
});

test('where the folder publishes by itself, that is said in place of a form', async () => {
  const other = await startWorld();
  try {
    const token = other.gateway.adminToken ?? '';
    const visited = await openAt(browser, other.gateway, '/policies/draft?panel=propose', { token });
    opened.push(visited);
    await visited.page.getByText('Nothing is published from here').waitFor();
    await visited.page.getByText('which publishes by itself', { exact: false }).waitFor();
    expect(await visited.page.getByLabel('Message').count()).toBe(0);
  } finally {
    await other.close();
  }
});

describe.each([
  ['light', 1280, ['Changes', 'Try a call', 'Cases', 'Simulate', 'Shadow', 'Propose']],
  ['dark', 1280, ['Cases', 'Simulate']],
  ['light', 320, ['Try a call', 'Simulate']],
] as const)('in %s at %i pixels', (colorScheme, width, views) => {
  test('axe finds nothing wrong in any view, and nothing stands out sideways', async () => {
    const { page, errors } = await open('', { colorScheme, width });
    await write(page, editor(page), `${FREER}\npermit (principal, action, resource);\n`);
    await page.getByText('1 error', { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await change(page, FREER);
    for (const name of views) {
      await view(page, name);
      if (name === 'Simulate') {
        await page.getByRole('button', { name: 'Simulate' }).click();
        await page.getByRole('table', { name: 'Decisions then, and with the draft' }).waitFor();
      }
      expect([name, await accessibilityFaults(page), await sideways(page)]).toEqual([name, [], 0]);
    }
    expect(errors).toEqual([]);
  });
});
