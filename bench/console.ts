// The console on a log of a million calls: what its list and its counts cost, how soon pages are there, how scrolling and the live
// tail run. By the clock and, where that is known, by the processor: on a machine that does other things the second tells more.
import { browserFigures } from './console-browser.ts';
import { pageFigures } from './console-pages.ts';
import { tailFigures } from './console-tail.ts';
import { startConsoleWorld } from './console-world.ts';

export async function benchConsole({
  quick,
  tell,
}: {
  readonly quick: boolean;
  readonly tell: (text: string) => void;
}) {
  const calls = quick ? 50_000 : 1_000_000;
  const size = quick ? '50k' : '1m';
  const world = await startConsoleWorld(calls, tell);
  try {
    const { pages, counts } = await pageFigures(world, tell);
    const browser = await browserFigures(world, tell);
    const tail = await tailFigures(world, quick ? 10 : 60, tell);
    return {
      [`first_page_ms_${size}`]: pages.ms.max,
      [`first_page_cpu_ms_${size}`]: pages.cpu_ms.max,
      [`counts_ms_${size}`]: counts.ms.max,
      [`counts_cpu_ms_${size}`]: counts.cpu_ms.max,
      pages,
      counts,
      ...browser,
      tail,
    };
  } finally {
    await world.close();
  }
}
