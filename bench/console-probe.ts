// What a page is put to the test with: a script of ours in it that keeps, from before anything of the page runs, when what was waited
// for is shown, how long tasks took, and when frames came; and what its main thread worked.
import type { Browser, CDPSession, Page } from 'playwright-core';
import { visit } from '../tests/console/browser.ts';
import type { ConsoleWorld } from './console-world.ts';

export interface Task {
  readonly at: number;
  readonly ms: number;
}

interface Probed {
  /** When the first thing was painted, and when what was waited for was on the screen; milliseconds since the navigation. */
  readonly painted: number | null;
  readonly shown: number | null;
  readonly longTasks: readonly Task[];
  readonly frames: readonly number[];
}

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

/** `selector`: what is waited for. */
export const probe = (page: Page, selector: string): Promise<unknown> =>
  page.addInitScript(
    `(() => {
      const probed = { painted: null, shown: null, longTasks: [], frames: [] };
      window.probed = probed;
      new PerformanceObserver((list) => {
        for (const { startTime, duration } of list.getEntries()) probed.longTasks.push({ at: startTime, ms: duration });
      }).observe({ type: 'longtask', buffered: true });
      new PerformanceObserver((list) => {
        for (const { name, startTime } of list.getEntries())
          if (name === 'first-contentful-paint') probed.painted = startTime;
      }).observe({ type: 'paint', buffered: true });
      const frame = (at) => {
        if (probed.isCounting) probed.frames.push(at);
        if (probed.shown === null && document.querySelector(${JSON.stringify(selector)}) !== null)
          // Drawn with this frame: it is on the screen when the next one begins.
          requestAnimationFrame((next) => { probed.shown ??= next; });
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    })();`,
  );

export const probedIn = (page: Page): Promise<Probed> => page.evaluate('window.probed') as Promise<Probed>;

/** Waits until what was waited for is on the screen, and nothing is fetched any more. */
export async function settled(page: Page): Promise<Probed> {
  await page.evaluate(
    'new Promise((done) => { const look = () => window.probed.shown === null ? requestAnimationFrame(look) : done(); look(); })',
  );
  await page.waitForLoadState('networkidle');
  return probedIn(page);
}

/** Counts frames and long tasks anew from now on. */
export const countFrames = (page: Page): Promise<unknown> =>
  page.evaluate('Object.assign(window.probed, { isCounting: true, frames: [], longTasks: [] })');

interface Work {
  /** Milliseconds that the main thread of the page was at work so far, by its own clock. */
  readonly taskMs: () => Promise<number>;
  readonly heapMb: () => Promise<number>;
}

export async function workOf(page: Page): Promise<Work> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const metric = async (name: string): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find((each) => each.name === name)?.value ?? 0;
  };
  return {
    taskMs: async () => (await metric('TaskDuration')) * 1000,
    heapMb: async () => {
      await session.send('HeapProfiler.collectGarbage');
      return (await metric('JSHeapUsedSize')) / 2 ** 20;
    },
  };
}

/**
 * Of the frames of one or several stretches of time, how many came later than one of sixty a second does, from 0 to 1, and the longest
 * that was waited for one.
 */
export function smoothness(...stretches: readonly (readonly number[])[]) {
  const waits = stretches.flatMap((frames) =>
    frames.slice(1).map((at, before) => at - (frames[before] ?? at)),
  );
  const late = waits.filter((ms) => ms > 17.5).length;
  return {
    frames: waits.length,
    late_share: rounded(late / Math.max(1, waits.length)),
    longest_frame_ms: Math.round(Math.max(0, ...waits)),
  };
}

/** To a thousandth. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000;
