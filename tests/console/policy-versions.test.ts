// Versions of policies in the console: what each says otherwise and what that means, its text in an editor under the strict
// content security policy, how much it is used, and what runs in its shadow.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callModern } from '../e2e/modern-call.ts';
import { openPublishers, type Publishers } from '../e2e/publisher.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, type VisitOptions } from './browser.ts';
import { openAt, sideways, tokenOf } from './console-world.ts';

const FIRST = `// Who may use what.

@id("workers-use-the-fixture")
permit (principal is Agent, action in Action::"mcp", resource is Tool)
when { principal.capabilities.contains("fixture") };

@id("nobody-fails")
forbid (principal, action == Action::"fixture/fail", resource);

@id("known-vendors-only")
forbid (principal, action == Action::"payments/pay", resource)
unless { ["acme", "globex"].contains(context.input.vendor) };
`;
const SECOND = `${FIRST.replace('Action::"fixture/fail"', 'Action::"fixture/echo"').replace('"globex"]', '"globex", "initech"]')}
@id("large-payments-need-finance")
@approve("finance")
forbid (principal, action == Action::"payments/pay", resource)
when { context.input.amount_cents > 100000 };
`;

let browser: Browser;
let world: World;
let people: Publishers;
let author: string;
let viewer: string;
beforeAll(async () => {
  browser = await launchBrowser();
  world = await startWorld({ config: { policies: { group: 'finance' } } });
  people = await openPublishers(world.gateway);
  // Version 1 is the empty set that a gateway begins with.
  for (const text of [FIRST, SECOND]) await people.approve((await people.propose(text)).id);
  author = await tokenOf(world.gateway, 'victor@example.com', 'policy_author');
  viewer = await tokenOf(world.gateway, 'fiona@example.com', 'viewer');
  const token = await world.token('worker', '/mcp/fixture');
  const url = `${world.gateway.data}/mcp/fixture`;
  for (const tool of ['echo', 'fail'])
    await (await callModern({ url, token, tool, args: { text: 'x' } })).text();
});
afterAll(async () => {
  await people?.close();
  await world?.close();
  await browser?.close();
});

const at = (path: string, options: VisitOptions & { readonly token?: string } = {}) =>
  openAt(browser, world.gateway, path, { token: viewer, ...options });
const pane = (page: Page, name = 'Policy version') => page.getByRole('region', { name });
/** The shadow root that the text is in; and the colour of each of its parts. */
const EDITOR = "[...document.querySelectorAll('*')].find((each) => each.shadowRoot !== null).shadowRoot";
const COLOURS = `Object.fromEntries(
  [...${EDITOR}.querySelectorAll('.cm-line span')].map((part) => [part.textContent, getComputedStyle(part).color]),
)`;

const LOOKS = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
  ['dark', 320],
] as const;

test.each(LOOKS)(
  'every version tells in short what it changed, and opens beside the list (%s, %i)',
  async (colorScheme, width) => {
    const { page, context, errors, strayed } = await at('/policies', { colorScheme, width });
    const rows = page.getByRole('table', { name: 'Versions' }).getByRole('row');
    await rows.nth(3).waitFor();
    const newest = await rows.nth(1).innerText();
    expect(newest).toContain('1 added, 2 changed');
    expect(newest).toContain('In force');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: '3', exact: true }).click();
    await pane(page).getByRole('heading', { name: 'What that means' }).waitFor();
    await pane(page).getByText('May no longer', { exact: true }).waitFor();
    await page.getByLabel('all.cedar, with what differs').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => url.pathname === '/policies');
    expect([errors, strayed]).toEqual([[], []]);
    await context.close();
  },
);

test('what a version says otherwise is told in Cedar’s own terms, and whom that concerns', async () => {
  const { page, context } = await at('/policies/versions/3');
  const changed = pane(page).getByRole('article', { name: 'known-vendors-only, changed' });
  await changed.waitFor();
  expect((await changed.innerText()).replaceAll(/\s+/g, ' ')).toMatch(
    /Unless − was \["acme", "globex"\]\.contains\(context\.input\.vendor\) \+ is now \["acme", "globex", "initech"\]/,
  );
  const added = pane(page).getByRole('article', { name: 'large-payments-need-finance, added' });
  expect(await added.innerText()).toMatch(/guard[^]*@approve\s+finance/);
  expect(await pane(page).getByRole('article', { name: 'May now', exact: true }).innerText()).toContain(
    'fixture/fail',
  );
  expect(await pane(page).getByRole('article', { name: 'May no longer' }).innerText()).toContain(
    'fixture/echo',
  );
  await pane(page).getByLabel('Compared with').selectOption('0');
  await pane(page).getByRole('article', { name: 'workers-use-the-fixture, added' }).waitFor();
  expect(new URL(page.url()).searchParams.get('against')).toBe('0');
  await context.close();
});

test('differences of the text are shown as one or beside each other, and what is alike on demand', async () => {
  const { page, context, errors } = await at('/policies/versions/3', { width: 1920 });
  await page.getByLabel('all.cedar, with what differs').waitFor();
  expect(await page.locator('.cm-deletedChunk').count()).toBeGreaterThan(0);
  await page.getByText('unchanged lines').first().waitFor();
  await page.getByLabel('Show what is alike, too').check();
  await page.getByText('// Who may use what.').waitFor();
  await page.getByLabel('Beside each other').check();
  await page.getByLabel('all.cedar, before').waitFor();
  expect(await page.getByLabel('all.cedar, after').innerText()).toContain('initech');
  expect(await page.getByLabel('all.cedar, before').innerText()).not.toContain('initech');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(errors).toEqual([]);
  await context.close();
});

describe('the text of a version', () => {
  test.each(LOOKS)('is highlighted, without a style in the document (%s, %i)', async (colorScheme, width) => {
    const { page, context, errors } = await at(
      '/policies/versions/3?tab=files&policy=large-payments-need-finance',
      { colorScheme, width },
    );
    const text = page.getByRole('textbox', { name: 'all.cedar' });
    await text.waitFor();
    // Colours come from a sheet of the shadow root: what differs in kind differs in look.
    const colours = (await page.evaluate(COLOURS)) as Readonly<Record<string, string>>;
    const looks = ['@approve', '// Who may use what.', 'permit', 'forbid', 'Agent'].map(
      (part) => colours[part],
    );
    expect(looks).not.toContain(undefined);
    expect(new Set(looks).size).toBe(looks.length);
    expect(await page.evaluate('document.querySelectorAll("style").length')).toBe(0);
    expect(await page.locator('.cm-markedLine').first().innerText()).toContain('large-payments-need-finance');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
    expect(errors).toEqual([]);
    await context.close();
  });

  test('can be reached, searched and left by keyboard, and cannot be changed', async () => {
    const { page, context } = await at('/policies/versions/3?tab=files');
    const text = page.getByRole('textbox', { name: 'all.cedar' });
    await text.focus();
    await page.keyboard.type('gc');
    expect(new URL(page.url()).pathname).toBe('/policies/versions/3');
    expect(await text.innerText()).not.toContain('gc');
    await page.keyboard.press('Control+f');
    await page.getByPlaceholder('Find').pressSequentially('initech');
    await page.locator('.cm-searchMatch').first().waitFor();
    // Escape ends the search, and does not close what it is in.
    await page.keyboard.press('Escape');
    await page.getByPlaceholder('Find').waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe('/policies/versions/3');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(`${EDITOR}.activeElement === null`)).toBe(true);
    await context.close();
  });
});

test('policies are listed by how much they decided, with the way to those calls', async () => {
  const { page, context, errors } = await at('/policies/versions/3?tab=use');
  await pane(page).getByText('2 of 4 policies decided nothing in this time.').waitFor();
  const table = pane(page).getByRole('table');
  expect(await table.getByRole('row', { name: /known-vendors-only/ }).innerText()).toContain(
    'Decided nothing',
  );
  expect(await accessibilityFaults(page)).toEqual([]);
  await table
    .getByRole('row', { name: /nobody-fails/ })
    .getByRole('link', { name: /Calls that it decided/ })
    .click();
  await page.waitForURL((url) => url.pathname === '/calls');
  expect(new URL(page.url()).searchParams.get('q')).toBe('policy:nobody-fails');
  expect(errors).toEqual([]);
  await context.close();
});

test('what people may not do is not offered: drafting and going back are for those who write policies', async () => {
  const seen = await at('/policies/versions/2');
  await pane(seen.page).getByRole('heading', { name: 'What that means' }).waitFor();
  expect(await seen.page.getByRole('link', { name: 'Edit' }).count()).toBe(0);
  expect(await seen.page.getByRole('button', { name: 'Roll back to this' }).count()).toBe(0);
  await seen.context.close();
  const { page, context } = await at('/policies/versions/2', { token: author });
  expect(await pane(page).getByRole('link', { name: 'Edit' }).getAttribute('href')).toBe(
    '/policies/draft?from=2',
  );
  await pane(page).getByRole('button', { name: 'Roll back to this' }).click();
  await page.getByRole('dialog').getByText('known-vendors-only', { exact: true }).waitFor();
  await context.close();
});

test('versions that are older than the page are asked for, and stand below the newer ones', async () => {
  const { page, context, errors } = await at('/log');
  // As if there were many: one version on each page of the list.
  await context.route('**/api/v1/policies/versions?*', async (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set('limit', '1');
    await route.continue({ url: url.href });
  });
  await page.goto(`${world.gateway.admin}/policies`);
  const rows = page.getByRole('table', { name: 'Versions' }).locator('tbody').getByRole('row');
  await rows.first().waitFor();
  const newest = Number(await rows.first().getByRole('link').innerText());
  expect(await rows.count()).toBe(1);
  await page.getByRole('button', { name: 'Show older ones' }).click();
  await expect.poll(() => rows.count()).toBe(2);
  expect(await rows.last().getByRole('link').innerText()).toBe(String(newest - 1));
  expect(await accessibilityFaults(page)).toEqual([]);
  for (let left = newest - 2; left > 0; left -= 1) {
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await expect.poll(() => rows.count()).toBe(newest - left + 1);
  }
  expect(await page.getByRole('button', { name: 'Show older ones' }).count()).toBe(0);
  expect(errors).toEqual([]);
  await context.close();
});

test('what runs in the shadow is told with where it would have decided otherwise', async () => {
  const put = await fetch(`${world.gateway.admin}/api/v1/policies/shadow`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${author}`, 'content-type': 'application/json' },
    body: JSON.stringify({ sources: [{ file: 'all.cedar', text: FIRST }] }),
  });
  expect(put.status).toBe(200);
  const token = await world.token('worker', '/mcp/fixture');
  await (
    await callModern({
      url: `${world.gateway.data}/mcp/fixture`,
      token,
      tool: 'fail',
      args: {},
    })
  ).text();
  const { page, context, errors } = await at('/policies');
  await page.getByText(/compared, [1-9]\d* decided otherwise/).waitFor();
  await page.getByRole('heading', { name: 'In the shadow of it' }).locator('..').getByRole('link').click();
  await pane(page, 'Shadow set').getByText('Running').waitFor();
  expect(await pane(page, 'Shadow set').getByRole('table').innerText()).toMatch(/worker\s+fixture\/fail/);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(errors).toEqual([]);
  await context.close();
});

test.each(['0', '99', 'latest'])('there is no version %s, and that is said', async (version) => {
  const { page, context } = await at(`/policies/versions/${version}`);
  await page.getByText(/There is no such version|could not be loaded/).waitFor();
  expect(await pane(page).getByRole('tab').count()).toBe(0);
  await context.close();
});

describe('the editor', () => {
  test('offers names that exist, indents by Tab, and is left by Escape and Tab', async () => {
    const { page, context, errors } = await at('/policies/draft', { token: author });
    const text = page.getByRole('textbox', { name: /all\.cedar/ });
    await text.waitFor();
    await text.focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('@');
    const offers = page.getByRole('listbox');
    await offers.getByText('redact').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    // Words that would be shortcuts elsewhere are only words here.
    await page.keyboard.type('id("gone")\npermit (principal in Team::"pl');
    await offers.getByText('platform').click();
    // Past the quotation, which was closed by itself, and so is the bracket.
    await page.keyboard.press('ArrowRight');
    await page.keyboard.type(', action, resource');
    await page.keyboard.press('End');
    await page.keyboard.type(';\n');
    expect(await text.innerText()).toContain('permit (principal in Team::"platform", action, resource);');
    await page.keyboard.press('Tab');
    expect(await text.innerText()).toMatch(/\n {2}\n?$/);
    expect(await page.evaluate(`${EDITOR}.activeElement === null`)).toBe(false);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(`${EDITOR}.activeElement === null`)).toBe(true);
    expect(new URL(page.url()).pathname).toBe('/policies/draft');
    expect(errors).toEqual([]);
    await context.close();
  });

  test('underlines what the validator complains of, where it does', async () => {
    const { page, context, errors } = await at('/policies/draft', { token: author, colorScheme: 'dark' });
    const text = page.getByRole('textbox', { name: /all\.cedar/ });
    await text.focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText(
      '\n@id("typo")\npermit (principal, action, resource) when { principal.rsik > 1 };\n',
    );
    await page.locator('.cm-lintRange-error').first().waitFor();
    expect(await page.locator('.cm-lint-marker-error').count()).toBeGreaterThan(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  });

  test('what a draft means for agents is worked out when somebody asks', async () => {
    const { page, context, errors } = await at('/policies/draft', { token: author });
    const text = page.getByRole('textbox', { name: /all\.cedar/ });
    await text.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(FIRST);
    await page.getByRole('button', { name: 'Work it out' }).click();
    await page.getByRole('article', { name: 'large-payments-need-finance, removed' }).waitFor();
    await page.getByRole('article', { name: 'May no longer' }).getByText('fixture/fail').waitFor();
    expect(errors).toEqual([]);
    await context.close();
  });
});
