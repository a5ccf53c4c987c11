import { beforeEach, describe, expect, test } from 'vitest';
import type { Call, CallPage, StreamEvent } from '../../api/types.ts';
import { type Ask, type CallList, createCallList, type Place } from './call-list.ts';
import { someCall } from './model/some-call.ts';

const at = (firstIndex: number, change: Partial<Call> = {}): Call => someCall({ firstIndex, ...change });
const event = (index: number, call: Call, kind = 'call.decided'): StreamEvent => ({
  index,
  kind,
  leaf: '0'.repeat(64),
  time: '2026-11-22T12:00:00.000Z',
  call,
  approval: null,
});
const page = (calls: Call[], asOf: number, nextCursor: string | null = null): CallPage => ({
  calls,
  nextCursor,
  prevCursor: null,
  asOf,
  archived: null,
});
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
};

describe('the list of calls', () => {
  let pages: (place: Place, ask: Ask) => Promise<CallPage>;
  let asked: Place[];
  let from: number;
  let stream: (events: readonly StreamEvent[]) => void;
  let tasks: (() => void)[];
  let list: CallList;
  const everything: Ask = { q: null, from: null, to: null, isWanted: () => true };
  const shown = (): number[] => list.state().window.rows.map(({ firstIndex }) => firstIndex);

  beforeEach(() => {
    pages = async () => page([at(4), at(2)], 5);
    [asked, from, tasks] = [[], 3, []];
    list = createCallList({
      loadPage: (ask, place) => {
        asked.push(place);
        return pages(place, ask);
      },
      listen: (onEvents) => {
        stream = onEvents;
        return () => undefined;
      },
      streamFrom: async () => from,
      defer: (task) => {
        tasks.push(task);
        return () => {
          tasks = tasks.filter((each) => each !== task);
        };
      },
    });
    list.ask(everything);
  });

  test('shows the newest page, and then what comes', async () => {
    list.subscribe(() => undefined);
    await settled();
    expect(list.state().status).toBe('ready');
    stream([event(6, at(6)), event(7, at(7))]);
    expect(shown()).toEqual([7, 6, 4, 2]);
  });

  test('misses nothing that is recorded while the page is on its way, and takes nothing twice', async () => {
    list.subscribe(() => undefined);
    stream([event(4, at(4)), event(5, at(5))]);
    await settled();
    expect(shown()).toEqual([5, 4, 2]);
  });

  test('reads the page again where the stream began after it', async () => {
    from = 9;
    let answers = 0;
    pages = async () => {
      answers += 1;
      return answers === 1 ? page([at(4)], 5) : page([at(8), at(4)], 9);
    };
    list.subscribe(() => undefined);
    await settled();
    expect(shown()).toEqual([8, 4]);
  });

  test('takes only what is asked for, and another question drops the answer to the first', async () => {
    list.subscribe(() => undefined);
    let answer: (page: CallPage) => void = () => undefined;
    pages = () => new Promise((resolve) => (answer = resolve));
    list.ask({ ...everything, q: 'first' });
    const first = answer;
    pages = async () => page([at(2)], 5);
    list.ask({ ...everything, q: 'second', isWanted: ({ agent }) => agent === 'clerk' });
    await settled();
    first(page([at(1)], 5));
    await settled();
    expect(shown()).toEqual([2]);
    stream([event(8, at(8)), event(9, at(9, { agent: 'clerk' }))]);
    expect(shown()).toEqual([9]);
  });

  test('waits while held still, and shows what waited when it is let go', async () => {
    list.subscribe(() => undefined);
    await settled();
    list.holdStill(true);
    stream([event(6, at(6))]);
    expect(shown()).toEqual([4, 2]);
    expect(list.state().window.waitingIds.size).toBe(1);
    list.holdStill(false);
    expect(shown()).toEqual([6, 4, 2]);
  });

  test('fetches the list anew where more waits than was kept', async () => {
    list.subscribe(() => undefined);
    await settled();
    list.holdStill(true);
    stream(Array.from({ length: 400 }, (_, i) => event(6 + i, at(6 + i))));
    pages = async () => page([at(405), at(404)], 406, 'more');
    list.showWaiting();
    await settled();
    expect(shown()).toEqual([405, 404]);
  });

  test('goes on from its last call, once at a time', async () => {
    pages = async () => page([at(4), at(3)], 5, 'more');
    list.subscribe(() => undefined);
    await settled();
    pages = async () => page([at(2), at(1)], 5);
    list.loadOlder();
    list.loadOlder();
    await settled();
    expect(asked).toEqual([{}, { at: 'call_3', direction: 'older' }]);
    expect(shown()).toEqual([4, 3, 2, 1]);
    list.loadOlder();
    expect(asked).toHaveLength(2);
  });

  test('announces first decisions only, at most once in ten seconds', async () => {
    list.subscribe(() => undefined);
    await settled();
    stream([event(6, at(6, { decision: 'deny' })), event(7, at(4, { endedIndex: 7 }), 'call.completed')]);
    stream([event(8, at(8))]);
    expect(tasks).toHaveLength(1);
    tasks[0]?.();
    expect(list.state().announcement).toBe('2 new calls, 1 denied');
  });

  test('says that it could not be read, and reads it on request', async () => {
    pages = () => Promise.reject(new Error('the gateway does not answer'));
    list.subscribe(() => undefined);
    await settled();
    expect(list.state()).toMatchObject({
      status: 'failed',
      error: { message: 'the gateway does not answer' },
    });
    pages = async () => page([at(4)], 5);
    list.reload();
    await settled();
    expect(shown()).toEqual([4]);
  });
});
