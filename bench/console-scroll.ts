// The list of a million calls, scrolled as fast as the browser takes it, by wheel and by keyboard; in turns with a page of which
// nothing is ours.
import type { Browser, Page } from 'playwright-core';
import { openControl } from './console-control.ts';
import {
  countFrames,
  probe,
  probedIn,
  rounded,
  settled,
  signedIn,
  smoothness,
  workOf,
} from './console-probe.ts';
import type { ConsoleWorld } from './console-world.ts';

const ROW = 'tbody tr[data-index]';
const TURNS = 3;
const TURN_MS = 4000;
const NOTCH_PX = 240;
/** Presses and notches after which the control, which is short, is scrolled the other way. */
const CONTROL_STEPS = { wheel: 36, keys: 200 } as const;

type Way = keyof typeof CONTROL_STEPS;

interface Turn {
  readonly frames: readonly number[];
  readonly longestTaskMs: number;
  readonly cpuMs: number;
  /** Notches or presses that were taken. */
  readonly steps: number;
}

/** Of frames how many were late in the list, and in the control beside it. */
export async function scrollFigures(browser: Browser, world: ConsoleWorld) {
  const [list, control] = [await openList(browser, world), await openControl(browser)];
  const byWheel = await inTurns('wheel', list, control);
  const reached = Number(await list.locator(ROW).last().getAttribute('data-index'));
  await list.locator(`${ROW} a`).nth(15).focus();
  const byKeys = await inTurns('keys', list, control);
  const rows = await list.locator(ROW).count();
  await Promise.all([list.context().close(), control.context().close()]);
  return {
    scrolling_late: byWheel.late_share,
    scrolling_control_late: byWheel.control.late_share,
    scrolled: { wheel: { ...byWheel, reached_row: reached }, keys: byKeys, rows_drawn: rows },
  };
}

async function openList(browser: Browser, world: ConsoleWorld): Promise<Page> {
  const page = await signedIn(browser, world);
  await probe(page, ROW);
  await page.goto(`${world.gateway.admin}/calls`);
  await settled(page);
  return page;
}

/** WHY in turns: what else the machine does comes and goes, and has to meet both. */
async function inTurns(way: Way, list: Page, control: Page) {
  const [ours, theirs]: [Turn[], Turn[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn += 1) {
    theirs.push(await oneTurn(way, control, CONTROL_STEPS[way]));
    ours.push(await oneTurn(way, list, Number.POSITIVE_INFINITY));
  }
  return { ...summed(ours), control: summed(theirs) };
}

async function oneTurn(way: Way, page: Page, stepsOneWay: number): Promise<Turn> {
  const { taskMs } = await workOf(page);
  await page.mouse.move(700, 500);
  await countFrames(page);
  const [worked, until] = [await taskMs(), performance.now() + TURN_MS];
  let steps = 0;
  for (; performance.now() < until; steps += 1) {
    const isBack = Math.floor(steps / stepsOneWay) % 2 === 1;
    if (way === 'wheel') await page.mouse.wheel(0, isBack ? -NOTCH_PX : NOTCH_PX);
    // The list goes on by a key of its own, the control by one of the browser's.
    else await page.keyboard.press(Number.isFinite(stepsOneWay) ? (isBack ? 'ArrowUp' : 'ArrowDown') : 'j');
  }
  const { frames, longTasks } = await probedIn(page);
  const cpuMs = (await taskMs()) - worked;
  return { frames, steps, cpuMs, longestTaskMs: Math.max(0, ...longTasks.map(({ ms }) => ms)) };
}

function summed(turns: readonly Turn[]) {
  const steps = turns.reduce((sum, turn) => sum + turn.steps, 0);
  const cpuMs = turns.reduce((sum, turn) => sum + turn.cpuMs, 0);
  return {
    ...smoothness(...turns.map(({ frames }) => frames)),
    longest_task_ms: Math.round(Math.max(...turns.map(({ longestTaskMs }) => longestTaskMs))),
    steps_per_s: Math.round((steps / TURNS / TURN_MS) * 1000),
    cpu_ms_per_step: rounded(cpuMs / steps),
    cpu_share: rounded(cpuMs / TURNS / TURN_MS),
  };
}
