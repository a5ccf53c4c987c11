// `npm run screens [-- --out <folder>]`: pictures of every page of the console at three widths, in both themes at the widest,
// of the quickstart's own company: real agents, real calls, one payment held. Writes docs/screens/<page>-<width>[-dark].png.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';

import { invite } from '../packages/testkit/src/quickstart/invitation.ts';
import { narratorOn } from '../packages/testkit/src/quickstart/narrate.ts';
import { runScenario } from '../packages/testkit/src/quickstart/scenario.ts';
import { startWorld } from '../packages/testkit/src/quickstart/world.ts';
import { launchBrowser, visit } from '../tests/console/browser.ts';

const { values } = parseArgs({
  options: { out: { type: 'string', default: fileURLToPath(new URL('../docs/screens', import.meta.url)) } },
});

interface Screen {
  readonly name: string;
  readonly path: string;
  /** What is on the page once it is whole. */
  readonly whole: (page: Page) => Promise<void>;
}

/** Waits for what comes last on a page, and until nothing on it is still asked for. */
const once = (last: string) => async (page: Page) => {
  await page.locator(last).first().waitFor({ state: 'attached' });
  // What cannot be told in a minute is pictured as it is.
  for (let tries = 0; tries < 600 && (await page.getByText(/^Loading /).count()) > 0; tries += 1)
    await page.waitForTimeout(100);
};

/** A draft that was held against what happened. */
async function simulated(page: Page): Promise<void> {
  await page.locator('.cm-line').first().waitFor();
  await page.getByRole('button', { name: 'Simulate' }).click();
  await page.locator('table').first().waitFor();
}

const VIEWS = [
  { width: 375, height: 812, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 1920, height: 1080, colorScheme: 'light' },
  { width: 1920, height: 1080, colorScheme: 'dark' },
] as const;

const folder = await mkdtemp(join(tmpdir(), 'countersign-screens-'));
const say = (doing: string): void => void process.stderr.write(`… ${doing}\n`);
const nobody = new PassThrough().resume();
const world = await startWorld(folder, say);
const leave = new AbortController();
const browser = await launchBrowser();
try {
  const stage = await runScenario(world, narratorOn(nobody));
  const invited = invite(stage, nobody, leave.signal).catch(() => undefined);
  const calls = await world.admin.calls({ limit: '100' });
  await mkdir(values.out, { recursive: true });
  for (const view of VIEWS) await picture(browser, view, screensOf(calls));
  leave.abort();
  await invited;
} finally {
  leave.abort();
  await browser.close();
  await world.stop();
  await rm(folder, { recursive: true, force: true });
}

function screensOf(calls: readonly { readonly id: string; readonly chain: string }[]): readonly Screen[] {
  const longest = Object.entries(Object.groupBy(calls, ({ chain }) => chain)).toSorted(
    ([, a], [, b]) => (b?.length ?? 0) - (a?.length ?? 0),
  )[0]?.[0];
  const [newest, another] = calls;
  if (newest === undefined || another === undefined || longest === undefined)
    throw new Error('the quickstart made no calls');
  return [
    { name: 'overview', path: '/', whole: once('.recharts-bar-rectangle') },
    { name: 'calls', path: '/calls', whole: once('.recharts-bar-rectangle') },
    { name: 'call', path: `/calls/${newest.id}`, whole: once('[role="tabpanel"]') },
    { name: 'compare', path: `/compare?a=${newest.id}&b=${another.id}`, whole: once('table') },
    { name: 'chain', path: `/chains/${longest}`, whole: once('.react-flow__node') },
    { name: 'approvals', path: '/approvals?show=all', whole: once('[role="timer"]') },
    { name: 'agents', path: '/agents', whole: once('[data-row]') },
    { name: 'agent', path: '/agents/invoice', whole: once('main table') },
    { name: 'graph', path: '/graph', whole: once('.react-flow__node') },
    { name: 'servers', path: '/servers', whole: once('[data-row]') },
    { name: 'server', path: '/servers/payments', whole: once('main section table') },
    { name: 'policies', path: '/policies', whole: once('[data-row]') },
    { name: 'policy-version', path: '/policies/versions/1?tab=files&wide=true', whole: once('.cm-line') },
    { name: 'policy-draft', path: '/policies/draft?panel=history', whole: simulated },
    { name: 'log', path: '/log', whole: once('dl') },
    { name: 'log-checkpoints', path: '/log/checkpoints', whole: once('table') },
    { name: 'log-keys', path: '/log/keys', whole: once('pre') },
    { name: 'log-privacy', path: '/log/privacy', whole: once('dl') },
    { name: 'access', path: '/access', whole: once('dl') },
    { name: 'settings', path: '/settings', whole: once('h2') },
  ];
}

async function picture(
  chromium: Browser,
  view: (typeof VIEWS)[number],
  screens: readonly Screen[],
): Promise<void> {
  const { admin, adminToken } = world.gateway;
  const { page, context, errors } = await visit(chromium, admin, view);
  await page.goto(`${admin}/#token=${adminToken}`);
  await page.getByRole('button', { name: /^Signed in as/ }).waitFor();
  for (const { name, path, whole } of screens) {
    say(`${name} at ${view.width}, ${view.colorScheme}`);
    await page.goto(`${admin}${path}`);
    await whole(page);
    const dark = view.colorScheme === 'dark' ? '-dark' : '';
    await page.screenshot({ path: join(values.out, `${name}-${view.width}${dark}.png`) });
  }
  if (errors.length > 0) throw new Error(`the console complained:\n${errors.join('\n')}`);
  await context.close();
}
