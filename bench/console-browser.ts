// What a person waits for in a real browser: a page that is opened for the first time; and what is seen of the list as it is scrolled.
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../tests/console/browser.ts';
import { middle } from './console-pages.ts';
import { probe, settled, signedIn, type Task, workOf } from './console-probe.ts';
import { scrollFigures } from './console-scroll.ts';
import type { ConsoleWorld } from './console-world.ts';

type Tell = (text: string) => void;

/** What has to be seen before a page means anything. */
const SHOWN = { '/': 'main dd, main table tbody tr', '/calls': 'tbody tr[data-index]' } as const;
const AGAIN = 5;

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
    return { opened, ...scrolled };
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
