// A reviewer who signed in too long ago is asked to do so again before they approve a call of high risk, and is then where
// they were.
import {
  connectV1,
  OIDC_CLIENT,
  type OidcProvider,
  readLedger,
  startOidcProvider,
} from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';
import { launchBrowser, visit } from './browser.ts';

const SECRET = 'COUNTERSIGN_TEST_OIDC_SECRET';

let provider: OidcProvider;
let world: World;
let browser: Browser;
beforeAll(async () => {
  process.env[SECRET] = OIDC_CLIENT.secret;
  provider = await startOidcProvider({
    fay: {
      sub: 'fay',
      claims: { name: 'Fay', email: 'fiona@example.com', email_verified: true, groups: ['leads'] },
    },
  });
  const oidc = {
    name: 'Corp',
    issuer: provider.url,
    clientId: OIDC_CLIENT.id,
    clientSecret: { env: SECRET },
    roles: { leads: ['viewer', 'approver'] },
  };
  world = await startWorld({ config: { hold: { maxSeconds: 60 }, adminPlane: { port: 0, oidc } } });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await provider?.stop();
});

test('the way to a fresh sign-in leads back to the call, which is then approved and goes through', async () => {
  const client = await connectV1(`${world.gateway.data}/mcp/payments`, {
    token: await world.token('clerk', '/mcp/payments'),
  });
  const paid = client.callTool({
    name: 'pay',
    arguments: { vendor: 'acme', amount_cents: 250_000, invoice: 'INV-OIDC' },
  });
  const pending = async (): Promise<string> => {
    const { approvals } = await world.admin<{ approvals: { id: string }[] }>('/approvals?state=pending');
    return approvals[0]?.id ?? '';
  };
  const id = await vi.waitFor(
    async () => {
      const found = await pending();
      expect(found).not.toBe('');
      return found;
    },
    { timeout: 15_000, interval: 50 },
  );

  // The provider has known them since yesterday, and nobody asked it how long.
  await provider.set({ hostility: 'old_auth_time' });
  const { page, context } = await visit(browser, world.gateway.admin);
  await page.goto(`${world.gateway.admin}/approvals/${id}`);
  await page.getByRole('link', { name: 'Sign in with Corp' }).click();
  await page.getByRole('link', { name: 'Sign in as fay' }).click();
  const approve = async (): Promise<void> => {
    await page.getByRole('radio', { name: /^Approve once/ }).check();
    await page.getByLabel('Reason').fill('order and invoice agree');
    await page.getByRole('button', { name: 'Approve this call once' }).click();
  };
  await approve();
  const again = page.getByRole('link', { name: 'Sign in again with Corp' });
  await again.waitFor();
  expect(readLedger(world.ledger)).toEqual([]);

  await provider.set({ hostility: 'none' });
  await again.click();
  await page.getByRole('radio', { name: /^Approve once/ }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/approvals/${id}`);
  expect((await provider.seen()).lastAuthorization['max_age']).toBe('900');
  await approve();
  await page.getByText('Approved and used').first().waitFor();
  expect((await paid).isError ?? false).toBe(false);
  expect(readLedger(world.ledger).map((effect) => effect['invoice'])).toEqual(['INV-OIDC']);
  await client.close();
  await context.close();
});
