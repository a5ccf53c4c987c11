import { expect, test } from 'vitest';
import type { AuthenticatedCall } from '../../../pipeline/types.ts';
import type { TaskRecord } from '../../../store/readers/tasks.ts';
import { digestOf, expiryOf, ownTasks, serverTask, taskKey } from './rows.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('a task is known as long as its server keeps it, and a while; never for ever', () => {
  expect(expiryOf({ ttl: 60_000 }, 0)).toBe(60_000 + HOUR);
  expect(expiryOf({ ttl: null }, 5)).toBe(5 + 90 * DAY);
  expect(expiryOf({ ttl: Number.MAX_SAFE_INTEGER }, 0)).toBe(90 * DAY);
});

test('the digest of a result is of all that it holds, but of how its answer came', () => {
  const told = digestOf('{"content":[],"_meta":{"a":1}}');
  expect(digestOf('{ "content": [], "_meta": {"a":2} }')).toBe(told);
  expect(digestOf('{"content":[1]}')).not.toBe(told);
  expect(digestOf('{"content":[],"isError":true}')).not.toBe(told);
  expect(digestOf('{"content":[],"n":1.0}')).not.toBe(digestOf('{"content":[],"n":1}'));
});

const stdio = { transport: 'stdio', processes: 'per-principal' };
const callOf = (place: object, agent = 'agt_a', sessionId: string | null = null) =>
  ({
    upstream: { kind: 'mcp', uid: 'srv_1', place },
    caller: { agent: { uid: agent }, subject: null },
    sessionId,
  }) as unknown as AuthenticatedCall;

test('ids of tasks are names within one server; where everybody has a process of it, within that', () => {
  const http = callOf({ transport: 'streamable-http' });
  expect(taskKey(http, '1')).toBe('1');
  expect(taskKey(callOf({ ...stdio, processes: 'shared' }), '1')).toBe('1');
  const keys = [
    callOf(stdio),
    callOf(stdio, 'agt_b'),
    callOf(stdio, 'agt_a', 'session'),
    callOf(stdio, 'agt_b', 'session'),
  ].map((call) => taskKey(call, '1'));
  expect(new Set(keys).size).toBe(4);
  expect(taskKey(callOf(stdio), '1')).toBe(keys[0]);
  for (const upstreamTask of keys) expect(serverTask({ upstreamTask })).toBe('1');
});

test('a long list is looked up among the caller’s own tasks, in pages, and not one by one', async () => {
  const call = callOf({ transport: 'streamable-http' });
  const rows = Array.from(
    { length: 1_200 },
    (_, at) =>
      ({
        id: `row-${at}`,
        upstreamUid: 'srv_1',
        upstreamTask: `task-${at}`,
        agentUid: at === 7 ? 'agt_b' : 'agt_a',
        subject: '',
        tool: 'work',
        updatedAt: 5_000 - at,
      }) as TaskRecord,
  );
  let reads = 0;
  const tasks = {
    byUpstream: () => Promise.reject(new Error('one by one')),
    expired: () => Promise.resolve([]),
    page: (_: unknown, after: { readonly id: string } | null, limit: number) => {
      reads += 1;
      const from = after === null ? 0 : rows.findIndex(({ id }) => id === after.id) + 1;
      return Promise.resolve(rows.slice(from, from + limit));
    },
  };
  const ids = [...Array.from({ length: 100 }, (_, at) => `task-${at * 11}`), 'task-7', 'somebody-else-s'];
  const own = await ownTasks(call, ids, { tasks });
  expect([...own.keys()].toSorted()).toEqual(ids.slice(0, 100).toSorted());
  expect(reads).toBe(3);
});
