// The live tail while many calls come: whether the page is told of each, shows the newest where they belong, stays smooth and
// keeps no more of them than fit.
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../tests/console/browser.ts';
import { openControl } from './console-control.ts';
import { countFrames, probe, probedIn, settled, signedIn, smoothness, workOf } from './console-probe.ts';
import type { ConsoleWorld } from './console-world.ts';

const PER_SECOND = 500;
const MOST_LATE_MS = 60_000;
const CONTROL_S = 10;

/** Counts what the stream brings, in the page and before the page sees it. */
const COUNTED = `(() => {
  window.streamed = { calls: new Set() };
  window.EventSource = class extends window.EventSource {
    constructor(url) {
      super(url);
      this.addEventListener('entry', ({ data }) => {
        const { call } = JSON.parse(data);
        if (call !== null && call.agent.startsWith('tail-')) window.streamed.calls.add(call.id);
      });
    }
  };
})();`;

export async function tailFigures(world: ConsoleWorld, seconds: number, tell: (text: string) => void) {
  const browser = await launchBrowser();
  try {
    const control = await controlFigures(browser, world);
    const page = await signedIn(browser, world);
    await probe(page, 'tbody tr[data-index]');
    await page.addInitScript(COUNTED);
    const { taskMs, heapMb } = await workOf(page);
    await page.goto(`${world.gateway.admin}/calls`);
    await settled(page);
    await page.getByText('Live', { exact: true }).waitFor();
    await world.record(PER_SECOND, Math.min(5, seconds));
    const heapBefore = await heapMb();
    await countFrames(page);
    const [began, worked, before] = [performance.now(), await taskMs(), await streamedTo(page)];
    const recorded = await world.record(PER_SECOND, seconds);
    const took = performance.now() - began;
    const late = await lateness(world, page);
    const { frames, longTasks } = await probedIn(page);
    const busy = (await taskMs()) - worked;
    const streamed = await streamedTo(page);
    const figures = {
      calls_per_s: Math.round((recorded / took) * 1000),
      calls_recorded: recorded,
      calls_streamed: streamed - before,
      shown_in_order: await isShownInOrder(world, page),
      behind_at_end_ms: late,
      ...smoothness(frames),
      control,
      long_tasks: longTasks.length,
      longest_task_ms: Math.round(Math.max(0, ...longTasks.map(({ ms }) => ms))),
      cpu_share: Math.round((busy / (took + late)) * 1000) / 1000,
      heap_mb: [heapBefore, await heapMb()].map(Math.round),
    };
    tell(`live tail: ${JSON.stringify(figures)}`);
    return figures;
  } finally {
    await browser.close();
  }
}

/** Frames of a page that nothing happens in, while the gateway records as many calls on the same machine. */
async function controlFigures(browser: Browser, world: ConsoleWorld) {
  const page = await openControl(browser);
  await countFrames(page);
  await world.record(PER_SECOND, CONTROL_S);
  const { frames } = await probedIn(page);
  await page.context().close();
  return smoothness(frames);
}

const streamedTo = (page: Page): Promise<number> => page.evaluate('window.streamed.calls.size');

interface Listed {
  readonly calls: readonly { readonly id: string }[];
  readonly asOf: number;
}

const listed = async (world: ConsoleWorld): Promise<Listed> =>
  (await (await world.get('/calls?limit=20')).json()) as Listed;

/** Milliseconds until the page has been told of everything. */
async function lateness(world: ConsoleWorld, page: Page): Promise<number> {
  const [newest] = (await listed(world)).calls;
  const began = performance.now();
  for (;;) {
    const shown = await shownIds(page);
    const waited = performance.now() - began;
    if (shown[0] === newest?.id) return Math.round(waited);
    if (waited > MOST_LATE_MS) throw new Error(`the page does not show the newest call, \`${newest?.id}\``);
    await page.evaluate('new Promise(requestAnimationFrame)');
  }
}

const shownIds = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`[...document.querySelectorAll('[data-row]')].map((row) => row.getAttribute('data-row'))`);

async function isShownInOrder(world: ConsoleWorld, page: Page): Promise<boolean> {
  const { calls } = await listed(world);
  const shown = await shownIds(page);
  return calls.every(({ id }, at) => id === shown[at]);
}
