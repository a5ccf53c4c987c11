import { newId } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ok } from '../../errors.ts';
import { type CallOutcome, withoutAnswer } from '../../pipeline/settle.ts';
import { fetched } from './client-tasks.ts';
import {
  type Asked,
  type AskedIn,
  createOpenRequests,
  type OpenRequests,
  type Told,
} from './open-requests.ts';

const upstream = { uid: newId('srv') } as AskedIn['upstream'];
const session = (sessionId: string | null = 's', authorization = 'Bearer a') => ({
  upstream,
  sessionId,
  credentials: { authorization },
  message: { id: 7, method: 'tools/call', params: {}, paramsText: '' },
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function ask(
  requests: OpenRequests,
  id: string | number = 1,
  of = session(),
  eventId: string | null = null,
): Asked {
  const asked = requests.ask(of, id, 'mcp:elicitation', eventId);
  if (typeof asked === 'string') throw new Error(asked);
  return asked;
}

function letThrough(requests: OpenRequests, asked: Asked, bytes = 10) {
  const settled: CallOutcome[] = [];
  const heard: string[] = [];
  requests.letThrough(asked, {
    call: { body: { bytes: { byteLength: bytes } }, caller: { agent: null } } as Told['call'],
    settlement: {
      settle: async (outcome) => {
        settled.push(outcome);
        return ok(null);
      },
    },
    tellServer: (why) => void heard.push(why),
  });
  return { settled, heard };
}

test('an answer is found by session and id, once, and only after the client was asked', () => {
  const requests = createOpenRequests();
  const asked = ask(requests);
  expect(requests.find(session(), 1)).toBeNull();
  letThrough(requests, asked);
  expect(requests.find(session(), 1)).toBe(asked);
  expect(requests.find(session(), '1')).toBeNull();
  expect(requests.find(session('other'), 1)).toBeNull();
  expect(requests.claim(asked)).toBe(true);
  expect(requests.claim(asked)).toBe(false);
  expect(requests.find(session(), 1)).toBe('answered');
  requests.unclaim(asked);
  expect(requests.claim(asked)).toBe(true);
  requests.answered(asked);
  expect(requests.find(session(), 1)).toBe('answered');
});

test('without a session only the same credential finds it', () => {
  const requests = createOpenRequests();
  const asked = ask(requests, 1, session(null));
  letThrough(requests, asked);
  expect(requests.find(session(null, 'Bearer b'), 1)).toBeNull();
  expect(requests.find(session(null), 1)).toBe(asked);
});

test('an id is used by one open request; the same event again is a replay, and an answered id is free again', () => {
  const requests = createOpenRequests();
  const asked = ask(requests, 1, session(), 'e1');
  letThrough(requests, asked);
  const again = (eventId: string | null) => requests.ask(session(), 1, 'mcp:elicitation', eventId);
  expect(again(null)).toBe('taken');
  expect(again('e2')).toBe('taken');
  expect(again('e1')).toBe('again');
  requests.claim(asked);
  requests.answered(asked);
  expect(again('e1')).toBe('answered');
  expect(typeof again('e3')).toBe('object');
});

test('a session has so many open requests and no more; unanswered pings do not count', () => {
  const requests = createOpenRequests();
  for (let id = 0; id < 100; id += 1) {
    const ping = requests.ask(session(), `ping ${id}`, 'mcp:ping', null);
    if (typeof ping !== 'string') requests.letThrough(ping, null);
  }
  for (let id = 0; id < 32; id += 1) ask(requests, id);
  expect(requests.ask(session(), 32, 'mcp:roots', null)).toBe('too_many');
  expect(typeof requests.ask(session('other'), 32, 'mcp:roots', null)).toBe('object');
});

test('whatever ends it, it has one outcome, and nobody can answer it any more', async () => {
  const requests = createOpenRequests();
  const cases: [string, (asked: Asked) => unknown][] = [
    ['given up', (asked) => requests.giveUp(asked, 'x')],
    ['taken back', (asked) => requests.takeBack(session(), asked.id)],
    ['the session ended', () => requests.endSession(session())],
    ['nobody answered', () => vi.advanceTimersByTimeAsync(31 * 60_000)],
    ['the gateway stopped', () => requests.close()],
  ];
  for (const [name, end] of cases) {
    const asked = ask(requests, name);
    const { settled } = letThrough(requests, asked);
    await end(asked);
    await requests.giveUp(asked, 'again');
    expect(settled, name).toMatchObject([{ outcome: 'aborted' }]);
    expect(asked.signal.aborted, name).toBe(true);
    expect(requests.claim(asked), name).toBe(false);
    expect(requests.find(session(), name), name).toBeNull();
  }
});

test('a server is told when time is over, and whether its client ever saw what it takes back', async () => {
  const requests = createOpenRequests();
  const { heard } = letThrough(requests, ask(requests, 'told'));
  expect(requests.takeBack(session(), 'told')).toBe(true);
  expect(heard).toEqual([]);
  ask(requests, 'held');
  expect(requests.takeBack(session(), 'held')).toBe(false);
  const late = letThrough(requests, ask(requests, 'late'));
  await vi.advanceTimersByTimeAsync(31 * 60_000);
  expect(late.heard).toHaveLength(1);
});

test('a client that cancels its call gives up what still waits for people there, and keeps what it was asked', () => {
  const requests = createOpenRequests();
  const [held, told] = [ask(requests, 'held'), ask(requests, 'told')];
  letThrough(requests, told);
  requests.cancelParent(session(), 8);
  expect(held.signal.aborted).toBe(false);
  requests.cancelParent(session(), 7);
  expect([held.signal.aborted, told.signal.aborted]).toEqual([true, false]);
});

test('what is open is bounded by bytes: whoever has most makes room, and nobody else', () => {
  const requests = createOpenRequests();
  const before = letThrough(requests, ask(requests, 'before', session('quiet')), 1024 * 1024);
  const all = Array.from({ length: 12 }, (_, at) => letThrough(requests, ask(requests, at), 4 * 1024 * 1024));
  expect(all.map(({ settled }) => settled.length)).toEqual(
    Array.from({ length: 12 }, (_, at) => (at < 4 ? 1 : 0)),
  );
  expect(before.settled).toEqual([]);
});

describe('a task that a client made of a question', () => {
  const asTask = (requests: OpenRequests, of = session()) => {
    const asked = requests.ask(of, 1, 'mcp:elicitation', null, { mayBeTask: true });
    if (typeof asked === 'string') throw new Error(asked);
    const told = letThrough(requests, asked);
    expect(requests.claim(asked)).toBe(true);
    expect(requests.becameTask(asked, { id: 't', ttl: 1_000 })).toBe(true);
    requests.answered(asked);
    return told;
  };

  test('is known to the session in which it was asked, and has no outcome before it is fetched', async () => {
    const requests = createOpenRequests();
    const { settled } = asTask(requests);
    expect(requests.task(session('other'), 't')).toBeNull();
    const task = requests.task(session(), 't');
    if (task === null) throw new Error('no task');
    await fetched(task).settle(withoutAnswer('aborted', 'the request for it was lost'));
    expect(settled).toEqual([]);
    await fetched(task).settle(withoutAnswer('ok', ''));
    expect(settled).toMatchObject([{ outcome: 'ok' }]);
  });

  test('has one name: another question cannot become the same', () => {
    const requests = createOpenRequests();
    asTask(requests);
    const asked = ask(requests, 2);
    letThrough(requests, asked);
    expect(requests.becameTask(asked, { id: 't', ttl: null })).toBe(false);
  });

  test('is given up when it was never fetched, with its session, and at the end', async () => {
    const requests = createOpenRequests();
    const late = asTask(requests);
    await vi.advanceTimersByTimeAsync(31 * 60_000);
    expect(late.settled).toMatchObject([{ outcome: 'aborted' }]);
    expect(requests.task(session(), 't')).toBeNull();
    const gone = asTask(requests);
    requests.endSession(session());
    expect(gone.settled).toMatchObject([{ outcome: 'aborted' }]);
    const left = asTask(requests);
    await requests.close();
    expect(left.settled).toMatchObject([{ outcome: 'aborted' }]);
  });

  test('comes to nothing when it is cancelled', async () => {
    const requests = createOpenRequests();
    const { settled } = asTask(requests);
    const task = requests.task(session(), 't');
    if (task === null) throw new Error('no task');
    await requests.tasks.noted(task, { status: 'working' });
    expect(settled).toEqual([]);
    await requests.tasks.noted(task, { status: 'cancelled' });
    expect(settled).toMatchObject([{ outcome: 'aborted' }]);
  });
});
