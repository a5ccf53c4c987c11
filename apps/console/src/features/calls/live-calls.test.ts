import { beforeEach, describe, expect, test } from 'vitest';
import type { EntryStreamListener } from '../../api/entry-stream.ts';
import type { Call, CallPage, StreamEvent } from '../../api/types.ts';
import { createLiveCalls, type LiveCalls } from './live-calls.ts';

const call = (index: number, change: Partial<Call> = {}): Call => ({
  id: `call_${index}`,
  chain: 'chain_1',
  parent: null,
  link: 'root',
  depth: 1,
  protocol: 'mcp',
  revision: '2025-11-25',
  operation: 'mcp:tools/call',
  agent: 'invoice-agent',
  owner: 'Ida',
  team: 'billing',
  subject: null,
  upstream: 'payments',
  resource: 'payments/pay',
  agents: ['invoice-agent'],
  decision: 'allow',
  reason: 'permitted',
  policies: ['pay-approved-vendors'],
  approval: null,
  sentence: null,
  traceId: null,
  labels: [],
  state: 'open',
  round: 1,
  outcome: null,
  httpStatus: null,
  durationUs: null,
  firstIndex: 1,
  decidedIndex: index,
  endedIndex: null,
  startedAt: '2026-11-22T12:00:00.000Z',
  endedAt: null,
  tampered: false,
  ...change,
});
const event = (index: number, about: Call, kind = 'call.decided'): StreamEvent => ({
  index,
  kind,
  leaf: '0'.repeat(64),
  time: '2026-11-22T12:00:00.000Z',
  call: about,
  approval: null,
});

/** The world of the list: what it asked for, and the means to answer. */
class World {
  page: () => Promise<CallPage> = async () => ({
    calls: [call(4), call(2)],
    nextCursor: null,
    prevCursor: null,
    asOf: 5,
  });
  readonly streamedFrom: number[] = [];
  stream: EntryStreamListener | undefined;
  closed = 0;
  signedOut = 0;
  readonly told: number[][] = [];
  private tasks: { task: () => void; ms: number }[] = [];

  list(): LiveCalls {
    return createLiveCalls({
      loadPage: () => this.page(),
      openStream: (from, listener) => {
        this.streamedFrom.push(from);
        this.stream = listener;
        return () => {
          this.closed += 1;
        };
      },
      defer: (task, ms) => {
        const entry = { task, ms };
        this.tasks.push(entry);
        return () => {
          this.tasks = this.tasks.filter((each) => each !== entry);
        };
      },
      onEvents: (events) => this.told.push(events.map((each) => each.index)),
      onSignedOut: () => {
        this.signedOut += 1;
      },
    });
  }

  /** Runs what was deferred for at most `ms`. */
  pass(ms: number): void {
    const due = this.tasks.filter((each) => each.ms <= ms);
    this.tasks = this.tasks.filter((each) => each.ms > ms);
    for (const each of due) each.task();
  }
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};
const shown = (list: LiveCalls): number[] => list.state().feed.shown.map((each) => each.decidedIndex);

describe('the live list', () => {
  let world: World;
  let list: LiveCalls;
  let leave: () => void;

  beforeEach(async () => {
    world = new World();
    list = world.list();
    leave = list.subscribe(() => undefined);
    await settled();
  });

  test('shows the newest page and streams from exactly where it was read', () => {
    expect(shown(list)).toEqual([4, 2]);
    expect(world.streamedFrom).toEqual([5]);
    expect(list.state().status).toBe('loading');
    world.stream?.onStatus('live');
    expect(list.state().status).toBe('live');
  });

  test('draws a burst of entries once, and tells the rest of the page about all of them', () => {
    let drawn = 0;
    list.subscribe(() => {
      drawn += 1;
    });
    for (let index = 5; index < 105; index += 1) world.stream?.onEvent(event(index, call(index)));
    expect(drawn).toBe(0);
    world.pass(200);
    expect(drawn).toBe(1);
    expect(shown(list)).toHaveLength(102);
    expect(world.told).toHaveLength(1);
    expect(world.told[0]).toHaveLength(100);
  });

  test('holds new calls back while held still, but takes outcomes of those that are shown', () => {
    list.holdStill(true);
    world.stream?.onEvent(event(5, call(5)));
    world.stream?.onEvent(event(6, call(4, { state: 'completed', outcome: 'ok' }), 'call.completed'));
    world.pass(200);
    expect(shown(list)).toEqual([4, 2]);
    expect(list.state().feed.waitingCount).toBe(1);
    expect(list.state().feed.shown[0]?.state).toBe('completed');
    list.holdStill(false);
    expect(shown(list)).toEqual([5, 4, 2]);
  });

  test('shows what waits on request and stays still', () => {
    list.holdStill(true);
    world.stream?.onEvent(event(5, call(5)));
    world.pass(200);
    list.showWaiting();
    expect(shown(list)).toEqual([5, 4, 2]);
    world.stream?.onEvent(event(6, call(6)));
    world.pass(200);
    expect(shown(list)).toEqual([5, 4, 2]);
  });

  test('announces first decisions only, at most once in ten seconds', () => {
    world.stream?.onEvent(event(5, call(5, { decision: 'deny' })));
    world.stream?.onEvent(event(6, call(4, { state: 'completed' }), 'call.completed'));
    world.pass(200);
    world.stream?.onEvent(event(7, call(7)));
    world.pass(200);
    expect(list.state().announcement).toBe('');
    world.pass(10_000);
    expect(list.state().announcement).toBe('2 new calls, 1 denied');
  });

  test('keeps its rows while it reconnects', () => {
    world.stream?.onStatus('reconnecting');
    expect(list.state().status).toBe('reconnecting');
    expect(shown(list)).toEqual([4, 2]);
  });

  test('says when the session is over', () => {
    world.stream?.onStatus('signed_out');
    expect(world.signedOut).toBe(1);
  });

  test('closes the stream with its last subscriber', () => {
    leave();
    expect(world.closed).toBe(1);
    expect(shown(list)).toEqual([]);
  });
});

test('reports a page that cannot be read, and tries again on request', async () => {
  const world = new World();
  const answer = world.page;
  world.page = () => Promise.reject(new Error('the gateway does not answer'));
  const list = world.list();
  list.subscribe(() => undefined);
  await settled();
  expect(list.state()).toMatchObject({ status: 'failed', error: { message: 'the gateway does not answer' } });
  world.page = answer;
  list.retry();
  expect(list.state()).toMatchObject({ status: 'loading', error: null });
  await settled();
  expect(shown(list)).toEqual([4, 2]);
});

test('ignores a page that arrives after everybody left', async () => {
  const world = new World();
  const list = world.list();
  list.subscribe(() => undefined)();
  await settled();
  expect(world.streamedFrom).toEqual([]);
  expect(shown(list)).toEqual([]);
});
