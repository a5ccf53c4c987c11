// A list that a pane covers: it is where it was when the pane is closed again, and nothing of it is asked for or drawn meanwhile
// that is not seen.
import { connectV1 } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser } from './browser.ts';
import { openAt, sideways } from './console-world.ts';

const WAIT = { timeout: 20_000, interval: 50 };

let world: World;
let browser: Browser;
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
  const client = await connectV1(`${world.gateway.data}/mcp/fixture`, {
    token: await world.token('worker', '/mcp/fixture'),
  });
  for (let at = 0; at < 240; at += 1) {
    await client.callTool({ name: 'echo', arguments: { text: `${at}` } });
  }
  await client.close();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

test.each([
  ['by a narrow window', 375, ''],
  ['by a pane that was given the whole page', 1280, 'Give it the whole page'],
] as const)(
  'a long list that is covered %s keeps its place, and never draws far more than is seen',
  async (_, width, widen) => {
    const { page, context, errors } = await openAt(browser, world.gateway, '/calls', {
      token: world.gateway.adminToken ?? '',
      width,
      height: 700,
    });
    const rows = page.locator('tbody tr[data-index]');
    await rows.first().waitFor();
    await page.evaluate(`(() => {
    let scroller = document.querySelector('tbody');
    while (getComputedStyle(scroller).overflowY !== 'auto') scroller = scroller.parentElement;
    window.list = { scroller, most: 0 };
    const count = () => { list.most = Math.max(list.most, document.querySelectorAll('tr[data-index]').length); };
    new MutationObserver(count).observe(document.querySelector('tbody'), { childList: true });
  })()`);
    const place = async (): Promise<number> => Number(await page.evaluate('list.scroller.scrollTop'));
    // As far down as there are calls.
    await vi.waitFor(async () => {
      await page.evaluate('list.scroller.scrollTo(0, list.scroller.scrollHeight)');
      expect(Number(await rows.last().getAttribute('data-index'))).toBeGreaterThan(230);
    }, WAIT);
    await page.evaluate('list.scroller.scrollBy(0, -700)');
    await vi.waitFor(
      async () => expect(await page.evaluate('list.scroller.dataset.moving')).toBeUndefined(),
      WAIT,
    );
    const before = await place();
    expect(before).toBeGreaterThan(4000);
    const seen: unknown = await page.evaluate(
      `document.elementFromPoint(${width / 2}, 400).closest('tr').querySelector('[data-row]').getAttribute('data-row')`,
    );
    await page.locator(`[data-row="${String(seen)}"]`).click();
    const pane = page.getByRole('region', { name: 'Call', exact: true });
    await pane.waitFor();
    if (widen !== '') await page.getByRole('button', { name: widen }).click();
    await page
      .getByRole('table')
      .filter({ has: page.locator(`[data-row="${String(seen)}"]`) })
      .waitFor({ state: 'hidden' });
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);

    await page.keyboard.press('Escape');
    await pane.waitFor({ state: 'detached' });
    await expect
      .poll(() => page.evaluate('document.activeElement.getAttribute("data-row")'), WAIT)
      .toBe(seen);
    expect(Math.abs((await place()) - before)).toBeLessThan(1);
    expect(Number(await page.evaluate('list.most'))).toBeLessThan(100);
    expect(errors).toEqual([]);
    await context.close();
  },
);
