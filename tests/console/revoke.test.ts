// An approval that no call has used yet is taken back in the console: the agent's retry is held again, and nothing was paid.
import { connectV1, readLedger } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser } from './browser.ts';
import { openAt, tokenOf } from './console-world.ts';

let world: World;
let browser: Browser;
beforeAll(async () => {
  // No call waits on its connection: each is told that it is held, and comes back.
  world = await startWorld({ config: { hold: { maxSeconds: 0 } } });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

async function pay(): Promise<string> {
  const url = `${world.gateway.data}/mcp/payments`;
  const client = await connectV1(url, { token: await world.token('clerk', '/mcp/payments') });
  try {
    const input = { vendor: 'acme', amount_cents: 250_000, invoice: 'INV-1' };
    return JSON.stringify(await client.callTool({ name: 'pay', arguments: input }));
  } finally {
    await client.close();
  }
}

test('an approval is taken back with a reason before it is used, and the call is held again', async () => {
  const first = /apr_[0-9a-f]{32}/.exec(await pay())?.[0] ?? '';
  const token = await tokenOf(world.gateway, 'fiona@example.com');
  const { page, context, errors } = await openAt(browser, world.gateway, `/approvals/${first}`, { token });
  await page.getByRole('radio', { name: /^Approve once/ }).check();
  await page.getByLabel('Reason').fill('order and invoice agree');
  await page.getByRole('button', { name: 'Approve this call once' }).click();
  await page.getByText('Approved, not used yet').waitFor();
  await page.getByRole('heading', { name: 'An approval that nobody has used yet' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByRole('button', { name: 'Take it back…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Take the approval back?' });
  await dialog.getByRole('button', { name: 'Take it back' }).click();
  await dialog
    .getByText(/reason/i)
    .first()
    .waitFor();
  await dialog.getByRole('textbox').fill('the vendor was sold');
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Take it back' }).click();
  await page.getByText('Approval taken back', { exact: true }).first().waitFor();
  await page.getByText('the vendor was sold').waitFor();
  await page
    .getByRole('term')
    .filter({ hasText: /^Taken back by$/ })
    .waitFor();
  expect(await page.locator('dt:has-text("Taken back by") + dd').innerText()).toBe('fiona');
  expect(await page.getByRole('button', { name: 'Take it back…' }).count()).toBe(0);

  const second = /apr_[0-9a-f]{32}/.exec(await pay())?.[0];
  expect(second).not.toBe(first);
  expect(readLedger(world.ledger)).toEqual([]);
  expect(errors).toEqual([]);
  await context.close();
  expect((await world.gateway.cli('verify', '--data', world.gateway.dataDir)).code).toBe(0);
});

test('who may only read is shown that it stands, and not offered to take it back', async () => {
  const second = /apr_[0-9a-f]{32}/.exec(await pay())?.[0] ?? '';
  const fiona = await tokenOf(world.gateway, 'fiona@example.com');
  const reviewed = await fetch(`${world.gateway.admin}/api/v1/approvals/${second}/reviews`, {
    method: 'POST',
    headers: { authorization: `Bearer ${fiona}`, 'content-type': 'application/json' },
    body: JSON.stringify({ verdict: 'approve', reason: 'order and invoice agree' }),
  });
  expect(reviewed.status).toBe(200);
  const token = await tokenOf(world.gateway, 'fiona@example.com', 'viewer');
  const { page, context } = await openAt(browser, world.gateway, `/approvals/${second}`, { token });
  await page.getByRole('heading', { name: 'An approval that nobody has used yet' }).waitFor();
  expect(await page.getByRole('button', { name: 'Take it back…' }).count()).toBe(0);
  await context.close();
});
