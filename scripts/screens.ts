// `npm run screens [-- --out <folder>]`: pictures of every page of the console at three widths, in both themes at the widest.
// Writes docs/screens/<page>-<width>[-dark].png.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Gateway } from '@countersign/testkit';
import type { Browser } from 'playwright-core';

import { invite } from '../packages/testkit/src/quickstart/invitation.ts';
import { narratorOn } from '../packages/testkit/src/quickstart/narrate.ts';
import { runScenario } from '../packages/testkit/src/quickstart/scenario.ts';
import { startWorld, type World } from '../packages/testkit/src/quickstart/world.ts';
import { launchBrowser, visit } from '../tests/console/browser.ts';
import { type Named, pathTo, startCompany } from '../tests/console/every-page.ts';
import { fileOf, OF_COMPANY, OF_QUICKSTART, type Pictured, type View, VIEWS } from './screens/pages.ts';

const { values } = parseArgs({
  options: { out: { type: 'string', default: fileURLToPath(new URL('../docs/screens', import.meta.url)) } },
});
const say = (doing: string): void => void process.stderr.write(`… ${doing}\n`);

await mkdir(values.out, { recursive: true });
const browser = await launchBrowser();
try {
  await inQuickstart(browser);
  await inCompany(browser);
} finally {
  await browser.close();
}

async function inQuickstart(chromium: Browser): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-screens-'));
  const nobody = new PassThrough().resume();
  const world = await startWorld(folder, say);
  const leave = new AbortController();
  try {
    const stage = await runScenario(world, narratorOn(nobody));
    const invited = invite(stage, nobody, leave.signal).catch(() => undefined);
    await pictures(chromium, world.gateway, OF_QUICKSTART, await namedIn(world));
    leave.abort();
    await invited;
  } finally {
    leave.abort();
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function inCompany(chromium: Browser): Promise<void> {
  say('starting another company');
  const company = await startCompany();
  try {
    await pictures(chromium, company.gateway, OF_COMPANY, company.named);
  } finally {
    await company.close();
  }
}

/** The newest call, the longest chain, and the payment that waits. */
async function namedIn({ admin }: World): Promise<Named> {
  const calls = await admin.calls({ limit: '100' });
  const [longest] = Object.entries(Object.groupBy(calls, ({ chain }) => chain)).toSorted(
    ([, a], [, b]) => (b?.length ?? 0) - (a?.length ?? 0),
  );
  const [newest, another] = calls;
  let [waiting] = await admin.approvals('pending');
  // The agent that asks for it has just been told to.
  for (let tries = 0; waiting === undefined && tries < 100; tries += 1) {
    await sleep(100);
    [waiting] = await admin.approvals('pending');
  }
  if (newest === undefined || another === undefined || longest === undefined || waiting === undefined)
    throw new Error('nothing is left waiting in the quickstart');
  return {
    call: newest.id,
    another: another.id,
    chain: longest[0],
    approval: waiting.id,
    agent: 'invoice',
    server: 'payments',
    version: '1',
    index: String((await admin.logSize()) - 1),
  };
}

async function pictures(
  chromium: Browser,
  gateway: Gateway,
  pages: readonly Pictured[],
  named: Named,
): Promise<void> {
  for (const view of VIEWS) await pictured(chromium, gateway, view, pages, named);
}

async function pictured(
  chromium: Browser,
  { admin, adminToken }: Gateway,
  view: View,
  pages: readonly Pictured[],
  named: Named,
): Promise<void> {
  const { page, context, errors } = await visit(chromium, admin, view);
  await page.goto(`${admin}/#token=${adminToken}`);
  await page.getByRole('button', { name: /^Signed in as/ }).waitFor();
  for (const { name, address, search = '', whole } of pages) {
    say(`${name} at ${view.width}, ${view.colorScheme}`);
    await page.goto(`${admin}${pathTo(address, named)}${search}`);
    await whole(page);
    await page.screenshot({ path: join(values.out, fileOf(name, view)) });
  }
  if (errors.length > 0) throw new Error(`the console complained:\n${errors.join('\n')}`);
  await context.close();
}
