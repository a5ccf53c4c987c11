// The list of a million calls, scrolled by wheel and by keyboard: in the pace of a person in a hurry, which has to stay smooth, and as fast as
// the browser takes it, which says what is left. In turns with a page of which nothing is ours.
import { setTimeout as sleep } from 'node:timers/promises';
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
/**
 * A wheel spun fast: some hundred rows a second. A key held down repeats thirty times a second on most systems. `null`: the next step
 * as soon as the browser has taken the one before.
 */
const PACES = {
  person: { notchPx: 120, perSecond: 30 },
  most: { notchPx: 240, perSecond: null },
} as const;
/** Pixels and presses after which the control, which is short, is scrolled the other way. */
const CONTROL_ENDS = { wheel: 8640, keys: 200 } as const;

type Way = keyof typeof CONTROL_ENDS;
type Pace = (typeof PACES)[keyof typeof PACES];

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
  const wheel = await inTurns('wheel', PACES.person, list, control);
  const mostByWheel = await inTurns('wheel', PACES.most, list, control);
  const reached = Number(await list.locator(ROW).last().getAttribute('data-index'));
  await list.locator(`${ROW} a`).nth(15).focus();
  const keys = await inTurns('keys', PACES.person, list, control);
  const mostByKeys = await inTurns('keys', PACES.most, list, control);
  const rows = await list.locator(ROW).count();
  await Promise.all([list.context().close(), control.context().close()]);
  return {
    scrolling_late: Math.max(wheel.late_share, keys.late_share),
    scrolling_control_late: Math.max(wheel.control.late_share, keys.control.late_share),
    scrolled: {
      wheel,
      keys,
      most: { wheel: mostByWheel, keys: mostByKeys },
      reached_row: reached,
      rows_drawn: rows,
    },
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
async function inTurns(way: Way, pace: Pace, list: Page, control: Page) {
  const [ours, theirs]: [Turn[], Turn[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn += 1) {
    theirs.push(await oneTurn(way, pace, control, CONTROL_ENDS[way] / (way === 'wheel' ? pace.notchPx : 1)));
    ours.push(await oneTurn(way, pace, list, Number.POSITIVE_INFINITY));
  }
  return { ...summed(ours), control: summed(theirs) };
}

async function oneTurn(
  way: Way,
  { notchPx, perSecond }: Pace,
  page: Page,
  stepsOneWay: number,
): Promise<Turn> {
  const { taskMs } = await workOf(page);
  await page.mouse.move(700, 500);
  await countFrames(page);
  const [worked, began] = [await taskMs(), performance.now()];
  let steps = 0;
  for (; performance.now() < began + TURN_MS; steps += 1) {
    const isBack = Math.floor(steps / stepsOneWay) % 2 === 1;
    if (way === 'wheel') await page.mouse.wheel(0, isBack ? -notchPx : notchPx);
    // The list goes on by a key of its own, the control by one of the browser's.
    else await page.keyboard.press(Number.isFinite(stepsOneWay) ? (isBack ? 'ArrowUp' : 'ArrowDown') : 'j');
    const due = perSecond === null ? 0 : began + ((steps + 1) * 1000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
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
