import { describe, expect, test } from 'vitest';
import type { Call } from '../../../api/types.ts';
import {
  canRelease,
  emptyWindow,
  firstRows,
  KEPT_ROWS,
  KEPT_WAITING,
  received,
  released,
  withNewer,
  withOlder,
} from './call-window.ts';
import { someCall } from './some-call.ts';

const at = (firstIndex: number, change: Partial<Call> = {}): Call => someCall({ firstIndex, ...change });
const down = (from: number, count: number): Call[] => Array.from({ length: count }, (_, i) => at(from - i));
const places = (window: { readonly rows: readonly Call[] }): number[] =>
  window.rows.map((row) => row.firstIndex);
const all = (): boolean => true;
const notDone = (call: Call): boolean => call.state !== 'completed';

describe('what comes by the stream', () => {
  test('stands where it came in, whatever order it arrives in', () => {
    const window = received(firstRows([at(5), at(3)], true), [at(9), at(4), at(7)], all, false);
    expect(places(window)).toEqual([9, 7, 5, 4, 3]);
  });

  test('replaces a known call where it stands, also while held still, and never by an older state', () => {
    const window = firstRows([at(2, { state: 'completed', endedIndex: 8 }), at(1)], true);
    const ended = at(1, { state: 'completed', endedIndex: 9 });
    const after = received(window, [ended, at(2)], all, true);
    expect(after.rows.map(({ state }) => state)).toEqual(['completed', 'completed']);
    expect(after.waitingIds.size).toBe(0);
  });

  test('waits while held still, each call counted once, and is shown on request', () => {
    let window = firstRows([at(1)], true);
    window = received(window, [at(2)], all, true);
    window = received(window, [at(2, { state: 'completed', endedIndex: 4 }), at(3)], all, true);
    expect(places(window)).toEqual([1]);
    expect(window.waitingIds.size).toBe(2);
    const shown = released(window, all);
    expect(places(shown)).toEqual([3, 2, 1]);
    expect(shown.rows[1]?.state).toBe('completed');
    expect(shown.waitingIds.size).toBe(0);
  });

  test('leaves the list when it is no longer asked for, once rows may move', () => {
    const window = firstRows([at(2), at(1)], true);
    const done = at(2, { state: 'completed', endedIndex: 5 });
    const still = received(window, [done], notDone, true);
    expect(places(still)).toEqual([2, 1]);
    expect(places(released(still, notDone))).toEqual([1]);
    expect(places(received(window, [done], notDone, false))).toEqual([1]);
  });

  test('is left to be fetched where it belongs below what is held', () => {
    expect(places(received(firstRows([at(9), at(8)], false), [at(5)], all, false))).toEqual([9, 8]);
    expect(places(received(firstRows([at(9), at(8)], true), [at(5)], all, false))).toEqual([9, 8, 5]);
  });

  test('never makes the list longer than is kept, and what was let go of below can be fetched again', () => {
    const window = received(firstRows([at(1)], true), down(KEPT_ROWS + 5, KEPT_ROWS + 4), all, false);
    expect(window.rows).toHaveLength(KEPT_ROWS);
    expect(window.isEnd).toBe(false);
    const still = received(firstRows([at(1)], true), down(KEPT_WAITING + 11, KEPT_WAITING + 10), all, true);
    expect(still.waiting).toHaveLength(KEPT_WAITING);
    expect(still.waitingIds.size).toBe(KEPT_WAITING + 10);
    expect(canRelease(still)).toBe(false);
  });

  test('changes nothing when nothing comes', () => {
    expect(received(emptyWindow, [], all, false)).toBe(emptyWindow);
  });
});

describe('scrolling', () => {
  test('down lets go of what is above, and counts it', () => {
    const window = withOlder(firstRows(down(5000, 900), false), down(4100, 200), false);
    expect(window.rows).toHaveLength(KEPT_ROWS);
    expect([window.above, places(window).at(0), places(window).at(-1)]).toEqual([100, 4900, 3901]);
  });

  test('up brings it back and lets go of what is below', () => {
    const low = withOlder(firstRows(down(5000, 900), false), down(4100, 200), true);
    const up = withNewer(low, down(5000, 100), true);
    expect([up.above, up.isEnd, places(up).at(0), places(up).at(-1)]).toEqual([0, false, 5000, 4001]);
  });

  test('knows a call once, also where pages overlap', () => {
    expect(places(withOlder(firstRows([at(3), at(2)], false), [at(2), at(1)], true))).toEqual([3, 2, 1]);
  });

  test('while away from the top new calls wait, and the list is fetched anew to show them', () => {
    const low = withOlder(firstRows(down(5000, 900), false), down(4100, 200), false);
    const after = received(low, [at(6000)], all, false);
    expect(after.waitingIds.size).toBe(1);
    expect(canRelease(after)).toBe(false);
  });
});
