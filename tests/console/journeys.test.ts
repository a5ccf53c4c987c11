// Whole journeys of people through the console, with a real gateway and real calls: what they set out to do, in as many steps as
// it takes (issue 6, proof).
import { connectV1 } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { entriesOf } from '../e2e/entries.ts';
import { openPublishers } from '../e2e/publisher.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { launchBrowser } from './browser.ts';
import { openAt, tokenOf } from './console-world.ts';

const WAIT = { timeout: 20_000, interval: 50 };

let world: World;
let browser: Browser;
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
  for (const text of ['one', 'two', 'three']) await call('worker', 'fixture', 'echo', { text });
  await call('clerk', 'fixture', 'echo', { text: 'not mine' });
  await call('clerk', 'payments', 'pay', { vendor: 'nobody', amount_cents: 700, invoice: 'INV-9' });
  await call('clerk', 'payments', 'pay', { vendor: 'acme', amount_cents: 500, invoice: 'INV-1' });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

async function call(agent: string, server: string, name: string, input: Record<string, unknown>) {
  const token = await world.token(agent, `/mcp/${server}`);
  const client = await connectV1(`${world.gateway.data}/mcp/${server}`, { token });
  try {
    await client.callTool({ name, arguments: input });
  } finally {
    await client.close();
  }
}

const admin = () => ({ token: world.gateway.adminToken ?? '' });

test('last night’s denied payment is found, and why it was denied is said, in under ten clicks', async () => {
  const { page, context, errors } = await openAt(browser, world.gateway, '/', admin());
  let clicks = 0;
  const click = async (target: ReturnType<typeof page.getByRole>): Promise<void> => {
    await target.click();
    clicks += 1;
  };
  await click(page.getByRole('link', { name: 'Denied' }));
  const payment = page.locator('[data-row]').filter({ hasText: 'payments/pay' });
  await payment.first().waitFor();
  // Only what was denied is shown, so that the one that went through is not among them.
  expect(await payment.count()).toBe(1);
  await click(payment.first());
  const policy = page.getByRole('article', { name: 'known-vendors-only' });
  await policy.waitFor();
  const why = await policy.innerText();
  expect(why).toContain('["acme", "globex"].contains(context.input.vendor)');
  // What it read is a value of the call, and looking at those is an act of its own.
  expect(await policy.getByRole('row', { name: /context\.input\.vendor/ }).innerText()).toContain(
    'not shown',
  );
  await click(page.getByRole('tab', { name: 'Payload' }));
  await page.getByLabel('Why you look').fill('the vendor asks where the money is');
  await click(page.getByRole('button', { name: 'Reveal' }));
  expect(await page.getByRole('group', { name: 'Arguments' }).innerText()).toContain('"nobody"');
  expect(clicks).toBeLessThan(10);
  expect(errors).toEqual([]);
  await context.close();
});

test('the same is done by keyboard alone', async () => {
  const { page, context, errors } = await openAt(browser, world.gateway, '/', admin());
  await page.getByRole('link', { name: 'Denied' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.locator('[data-row]').first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('outcome:denied tool:payments/pay');
  await page.keyboard.press('Enter');
  await vi.waitFor(async () => expect(await page.locator('[data-row]').count()).toBe(1), WAIT);
  // From the field into the rows, as Tab leads there.
  await vi.waitFor(async () => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.getAttribute("data-row")')).toMatch(/^call_/);
  }, WAIT);
  await page.keyboard.press('Enter');
  await page.getByRole('article', { name: 'known-vendors-only' }).waitFor();
  await page.keyboard.press('Escape');
  await vi.waitFor(
    async () =>
      expect(await page.evaluate('document.activeElement.getAttribute("data-row")')).toMatch(/^call_/),
    WAIT,
  );
  expect(errors).toEqual([]);
  await context.close();
});

const VENDORS = `@id("clerks-pay")
permit (principal is Agent, action in Action::"mcp", resource is Tool)
when { principal.capabilities.contains("payments") };

@id("known-vendors-only")
forbid (principal, action == Action::"payments/pay", resource)
unless { ["acme", "globex"].contains(context.input.vendor) };
`;

test('a change of policy is simulated over history, agreed to by somebody else, in force, and taken back again', async () => {
  const company = await startWorld({ config: { policies: { group: 'finance' } } });
  const people = await openPublishers(company.gateway);
  const pay = async (): Promise<string> => {
    const token = await company.token('clerk', '/mcp/payments');
    const client = await connectV1(`${company.gateway.data}/mcp/payments`, { token });
    const input = { vendor: 'initech', amount_cents: 700, invoice: 'INV-1' };
    const answer = await client.callTool({ name: 'pay', arguments: input });
    await client.close();
    return JSON.stringify(answer);
  };
  try {
    await people.approve((await people.propose(VENDORS)).id);
    expect(await pay()).toContain('known-vendors-only');

    // Victor writes it, and sees what it would have done.
    const author = await openAt(browser, company.gateway, '/policies/draft', {
      token: await tokenOf(company.gateway, 'victor@example.com', 'policy_author'),
    });
    const text = author.page.getByRole('textbox', { name: 'Text of all.cedar' });
    await text.focus();
    await author.page.keyboard.press('Control+a');
    await author.page.keyboard.press('Delete');
    await author.page.keyboard.insertText(VENDORS.replace('"globex"', '"globex", "initech"'));
    await author.page.getByText('Against the set in force: 1 policy changed', { exact: false }).waitFor();
    await author.page.getByRole('tab', { name: 'Simulate' }).click();
    await author.page.getByRole('button', { name: 'Simulate' }).click();
    const opens = (page: typeof author.page) => page.getByRole('table', { name: /^Newly let through/ });
    await opens(author.page).waitFor();
    expect(await opens(author.page).innerText()).toMatch(/clerk payments\/pay[^]*Denied\s+→\s+Allowed\s+1/);
    await author.page.getByRole('tab', { name: 'Propose' }).click();
    await author.page.getByLabel('Message').fill('initech is a vendor now');
    await author.page.getByRole('button', { name: 'Propose this set' }).click();
    await author.page.getByText('You proposed this change', { exact: false }).waitFor();
    expect(await author.page.getByRole('radio').count()).toBe(0);
    expect(await pay()).toContain('known-vendors-only');

    // Fiona looks for herself, and agrees.
    const reviewer = await openAt(browser, company.gateway, new URL(author.page.url()).pathname, {
      token: await tokenOf(company.gateway, 'fiona@example.com', 'approver'),
    });
    await reviewer.page.getByRole('button', { name: 'Work it out' }).click();
    await reviewer.page.getByText('Depends on the call, by other terms than before').waitFor();
    await reviewer.page.getByRole('button', { name: 'Simulate' }).click();
    await opens(reviewer.page).waitFor();
    expect(await reviewer.page.getByRole('radio', { name: /^Reject/ }).isChecked()).toBe(true);
    await reviewer.page.getByRole('radio', { name: /^Approve/ }).check();
    await reviewer.page.getByRole('button', { name: 'Approve this change' }).click();
    await reviewer.page.getByText('Say what you looked at', { exact: false }).waitFor();
    await reviewer.page.getByLabel('Reason').fill('one denied payment would have gone through, as it should');
    await reviewer.page.getByRole('button', { name: 'Approve this change' }).click();
    await reviewer.page.getByText('In effect', { exact: true }).waitFor();
    expect(await pay()).not.toContain('known-vendors-only');

    // Victor goes back to the version before, and Fiona agrees to that, too.
    await author.page.goto(`${company.gateway.admin}/policies/versions/2`);
    await author.page.getByRole('button', { name: 'Roll back to this' }).click();
    const dialog = author.page.getByRole('dialog', { name: 'Go back to version 2?' });
    await dialog.getByText('-unless { ["acme", "globex", "initech"]', { exact: false }).waitFor();
    await dialog.getByLabel('Reason').fill('the contract fell through');
    await dialog.getByRole('button', { name: 'Propose to go back' }).click();
    await author.page.getByText('You proposed this change', { exact: false }).waitFor();
    await reviewer.page.goto(author.page.url());
    await reviewer.page.getByRole('radio', { name: /^Approve/ }).check();
    await reviewer.page.getByLabel('Reason').fill('agreed');
    await reviewer.page.getByRole('button', { name: 'Approve this change' }).click();
    await reviewer.page.getByText('In effect', { exact: true }).waitFor();
    expect(await pay()).toContain('known-vendors-only');

    const { gateway } = company;
    expect(await entriesOf(gateway, 'change.proposed')).toHaveLength(3);
    const reviews = await entriesOf(gateway, 'change.reviewed');
    expect(reviews.map(({ body }) => body['verdict'])).toEqual(['approve', 'approve', 'approve']);
    const activated = await entriesOf(gateway, 'policy.activated');
    expect(activated.slice(-2).map(({ body }) => body['cause'])).toEqual(['published', 'rolled_back']);
    const closed = await entriesOf(gateway, 'change.closed');
    expect(closed.map(({ body }) => body['state'])).toEqual(['applied', 'applied', 'applied']);
    expect([author.errors, author.strayed, reviewer.errors, reviewer.strayed]).toEqual([[], [], [], []]);
    await author.context.close();
    await reviewer.context.close();
  } finally {
    await people.close();
    await company.close();
  }
});
