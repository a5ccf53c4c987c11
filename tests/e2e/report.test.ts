// A report of hostile entries in a real browser: nothing in it runs or is loaded, and everybody can read it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { report } from '../../apps/gateway/src/exports/report/report.ts';
import { each, tellStory, written } from '../../apps/gateway/src/exports/testing/story.ts';
import { accessibilityFaults, launchBrowser, visit } from '../console/browser.ts';

const HOSTILE =
  '<script>globalThis.ran = 1</script><img src="http://evil.example/x" onerror="globalThis.ran = 1">\u202Eevil';

let browser: Browser;
let server: Server;
let origin: string;

beforeAll(async () => {
  const pages = new Map<string, string>();
  for (const [path, said] of [
    ['/plain', 'payments'],
    ['/hostile', HOSTILE],
  ] as const) {
    const story = tellStory(said);
    pages.set(path, await written(report.write(each(story.entries()), story.context())));
  }
  server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(pages.get(request.url ?? '') ?? '<title>nothing</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  server.close();
});

test.each(['light', 'dark'] as const)('a report has no accessibility faults (%s)', async (colorScheme) => {
  const { page, context, errors, strayed } = await visit(browser, origin, { colorScheme });
  await page.goto(`${origin}/plain`);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(errors).toEqual([]);
  expect(strayed).toEqual([]);
  await context.close();
});

test('nothing in a report of hostile values runs, loads or hides', async () => {
  const { page, context, errors, strayed } = await visit(browser, origin);
  await page.goto(`${origin}/hostile`);
  expect(await page.evaluate(() => 'ran' in globalThis)).toBe(false);
  expect(await page.locator('img, script, iframe, form, link').count()).toBe(0);
  expect(strayed).toEqual([]);
  expect(errors).toEqual([]);
  expect(await page.getByRole('heading', { level: 3 }).first().innerText()).toContain('<script>');
  await context.close();
});

test('a report keeps its own style under its own policy, and prints on several pages', async () => {
  const { page, context } = await visit(browser, origin);
  await page.goto(`${origin}/plain`);
  const family = await page
    .locator('pre')
    .first()
    .evaluate((pre) => pre.ownerDocument.defaultView?.getComputedStyle(pre).fontFamily ?? '');
  expect(family).toContain('monospace');
  await page.emulateMedia({ media: 'print' });
  const broken = await page
    .locator('tr')
    .first()
    .evaluate((row) => row.ownerDocument.defaultView?.getComputedStyle(row).breakInside ?? '');
  expect(broken).toBe('avoid');
  const pdf = await page.pdf({ preferCSSPageSize: true });
  expect(pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g)?.length ?? 0).toBeGreaterThan(1);
  await context.close();
});
