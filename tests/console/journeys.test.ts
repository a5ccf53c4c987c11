// Whole journeys of people through the console, with a real gateway and real calls: what they set out to do, in as many steps as
// it takes (issue 6, proof).
import { connectV1 } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';
import { launchBrowser } from './browser.ts';
import { openAt } from './console-world.ts';

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
