// What a person waits for in a real browser: a page that is opened for the first time, and a list of a million calls that is scrolled.
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, visit } from '../tests/console/browser.ts';
import { middle } from './console-pages.ts';
import { countFrames, probe, probedIn, settled, smoothness, type Task, workOf } from './console-probe.ts';
import type { ConsoleWorld } from './console-world.ts';

type Tell = (text: string) => void;

/** What has to be seen before a page means anything. */
const SHOWN = { '/': 'main dd, main table tbody tr', '/calls': 'tbody tr[data-index]' } as const;
const AGAIN = 5;
const SCROLL_MS = 10_000;

/** A profile that is signed in, and has nothing else of the console. */
export async function signedIn(browser: Browser, world: ConsoleWorld): Promise<Page> {
  const { page, context } = await visit(browser, world.gateway.admin);
  await page.goto(`${world.gateway.admin}/settings#token=${world.token}`);
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  await page.goto('about:blank');
  const session = await context.newCDPSession(page);
  await session.send('Network.clearBrowserCache');
  return page;
}

export async function browserFigures(world: ConsoleWorld, tell: Tell) {
  const browser = await launchBrowser();
  try {
    const opened: Record<string, unknown> = {};
    for (const path of ['/', '/calls'] as const) {
      opened[path === '/' ? 'overview' : 'calls'] = await openFigures(browser, world, path);
      tell(`opening ${path}: ${JSON.stringify(opened[path === '/' ? 'overview' : 'calls'])}`);
    }
    const scrolled = await scrollFigures(browser, world);
    tell(`scrolling: ${JSON.stringify(scrolled)}`);
    return { opened, scrolled };
  } finally {
    await browser.close();
  }
}

/**
 * Milliseconds from going there, with nothing in the cache: until something is painted, until the page shows its data, and until
 * it is also free to answer: no task of the main thread goes on.
 */
async function openFigures(browser: Browser, world: ConsoleWorld, path: keyof typeof SHOWN) {
  const [painted, shown, ready, work]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let time = 0; time < AGAIN; time += 1) {
    const page = await signedIn(browser, world);
    await probe(page, SHOWN[path]);
    const { taskMs } = await workOf(page);
    await page.goto(`${world.gateway.admin}${path}`);
    const probed = await settled(page);
    painted.push(probed.painted ?? Number.NaN);
    shown.push(probed.shown ?? Number.NaN);
    ready.push(readyAt(probed.shown ?? 0, probed.longTasks));
    work.push(await taskMs());
    await page.context().close();
  }
  return {
    painted_ms: middle(painted),
    meaningful_ms: middle(shown),
    ready_ms: middle(ready),
    cpu_ms: middle(work),
  };
}

/** When the task was over that went on when it was shown, and those that followed it at once. */
function readyAt(shown: number, tasks: readonly Task[]): number {
  let free = shown;
  for (const { at, ms } of tasks) if (at <= free + 50 && at + ms > free) free = at + ms;
  return free;
}

async function scrollFigures(browser: Browser, world: ConsoleWorld) {
  const page = await signedIn(browser, world);
  await probe(page, SHOWN['/calls']);
  const { taskMs } = await workOf(page);
  await page.goto(`${world.gateway.admin}/calls`);
  await settled(page);
  const byWheel = await during(page, taskMs, async (until) => {
    await page.mouse.move(700, 500);
    while (performance.now() < until) await page.mouse.wheel(0, 240);
  });
  const reached = Number(await page.locator('tbody tr[data-index]').last().getAttribute('data-index'));
  await page.locator('tbody tr[data-index] a').nth(15).focus();
  const byKeys = await during(page, taskMs, async (until) => {
    while (performance.now() < until) await page.keyboard.press('j');
  });
  const rows = await page.locator('tbody tr[data-index]').count();
  await page.context().close();
  return { wheel: { ...byWheel, reached_row: reached }, keys: byKeys, rows_drawn: rows };
}

async function during(page: Page, taskMs: () => Promise<number>, work: (until: number) => Promise<void>) {
  await countFrames(page);
  const worked = await taskMs();
  await work(performance.now() + SCROLL_MS);
  const { frames, longTasks } = await probedIn(page);
  const busy = (await taskMs()) - worked;
  return {
    ...smoothness(frames),
    longest_task_ms: Math.round(Math.max(0, ...longTasks.map(({ ms }) => ms))),
    cpu_share: Math.round((busy / SCROLL_MS) * 1000) / 1000,
  };
}
