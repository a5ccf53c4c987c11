// The live list of calls where a person looks elsewhere, and where the way to the gateway breaks: nothing is lost, nothing comes
// twice, and what is being read stays where it is (issue 6, page 2).
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callModern } from '../e2e/modern-call.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser } from './browser.ts';
import { openAt } from './console-world.ts';

const WAIT = { timeout: 20_000, interval: 50 };

let world: World;
let browser: Browser;
let way: Way;
beforeAll(async () => {
  world = await startWorld();
  browser = await launchBrowser();
  way = await openWay(world.gateway.admin);
  await echo(60);
});
afterAll(async () => {
  await browser?.close();
  way?.close();
  await world?.close();
});

interface Way {
  readonly admin: string;
  /** Breaks every connection, and each that is tried, until it is mended. */
  cut(): void;
  mend(): void;
  close(): void;
}

/** A way to the gateway that can break without it. */
async function openWay(admin: string): Promise<Way> {
  const { hostname, port } = new URL(admin);
  const open = new Set<Socket>();
  let isCut = false;
  const server: Server = createServer((socket) => {
    if (isCut) {
      socket.destroy();
      return;
    }
    const on = connect(Number(port), hostname);
    for (const [from, to] of [
      [socket, on],
      [on, socket],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => open.delete(from) && to.destroy());
    }
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  return {
    admin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    mend() {
      isCut = false;
    },
    close: () => server.close(),
  };
}

async function echo(count: number): Promise<void> {
  const url = `${world.gateway.data}/mcp/fixture`;
  const token = await world.token('worker', '/mcp/fixture');
  for (let at = 0; at < count; at += 1)
    await (await callModern({ url, token, tool: 'echo', args: { text: 'x' } })).text();
}

/** The newest calls as the gateway has them, newest first. */
async function newest(count: number): Promise<readonly string[]> {
  const { calls } = await world.admin<{ calls: { id: string }[] }>(`/calls?limit=${count}`);
  return calls.map(({ id }) => id);
}

const drawn = (page: Page): Promise<readonly string[]> =>
  page.evaluate('[...document.querySelectorAll("tbody [data-row]")].map((row) => row.dataset.row)');

async function open() {
  const token = world.gateway.adminToken ?? '';
  const visit = await openAt(browser, way, '/calls', { token, width: 1280, height: 700 });
  await visit.page.getByText('Live', { exact: true }).waitFor();
  await expect.poll(() => drawn(visit.page).then((rows) => rows.length), WAIT).toBeGreaterThan(8);
  return visit;
}

test('who has scrolled away keeps what is being read, sees how many calls wait, and is led to them', async () => {
  const { page, context, errors } = await open();
  await page.locator('tbody [data-row]').first().hover();
  await page.mouse.wheel(0, 1500);
  await page.getByText('Live', { exact: true }).waitFor({ state: 'detached' });
  const [reading] = (await drawn(page)).slice(12);
  const place = () =>
    page.locator(`[data-row="${reading}"]`).evaluate((row) => row.getBoundingClientRect().y);
  const before = await place();
  await echo(4);
  await page.getByRole('button', { name: '4 new', exact: true }).waitFor();
  expect(await place()).toBe(before);
  await page.getByRole('button', { name: '4 new', exact: true }).click();
  const made = await newest(4);
  await expect.poll(async () => (await drawn(page)).slice(0, 4), WAIT).toEqual(made);
  await page.getByText('Live', { exact: true }).waitFor();
  expect(errors).toEqual([]);
  await context.close();
});

test('while the way is broken the page says so and keeps what it has; mended, it has every call once, without a reload', async () => {
  const { page, context } = await open();
  await page.evaluate('globalThis.isSamePage = true');
  way.cut();
  await page.getByText('Not up to date, reconnecting…').waitFor();
  const kept = await drawn(page);
  expect(kept.length).toBeGreaterThan(8);
  expect(await accessibilityFaults(page)).toEqual([]);
  await echo(6);
  const made = await newest(6);
  expect((await drawn(page)).filter((id) => made.includes(id))).toEqual([]);
  way.mend();
  await page.getByText('Live', { exact: true }).waitFor({ timeout: 60_000 });
  await expect.poll(async () => (await drawn(page)).slice(0, 6), WAIT).toEqual(made);
  // What comes from then on, comes once as well.
  await echo(1);
  const after = await newest(8);
  await expect.poll(async () => (await drawn(page)).slice(0, 8), WAIT).toEqual(after);
  expect(await page.evaluate('globalThis.isSamePage')).toBe(true);
  await context.close();
});
