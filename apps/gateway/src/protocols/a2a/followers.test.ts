import { afterEach, expect, test, vi } from 'vitest';
import { createFollowers } from './followers.ts';

afterEach(() => {
  vi.useRealTimers();
});

async function read(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream).text();
}

test('each follower reads the same results under its own id, from its first task on', async () => {
  const followers = createFollowers();
  const one = read(followers.follow('t', 1, '{"task":{}}'));
  const two = read(followers.follow('t', 'b', '{"task":{}}'));
  const other = followers.follow('u', 1, '{"task":{}}');
  followers.publish('t', '{"n":1.0}');
  followers.end('t');
  followers.publish('t', '{"late":true}');
  const lines = (id: string) => [
    `data: {"jsonrpc":"2.0","id":${id},"result":{"task":{}}}`,
    `data: {"jsonrpc":"2.0","id":${id},"result":{"n":1.0}}`,
  ];
  expect((await one).split('\n').filter((line) => line.startsWith('data'))).toEqual(lines('1'));
  expect((await two).split('\n').filter((line) => line.startsWith('data'))).toEqual(lines('"b"'));
  expect([followers.isFollowed('t'), followers.isFollowed('u')]).toEqual([false, true]);
  followers.endAll();
  expect(followers.isFollowed('u')).toBe(false);
  expect(await read(other)).not.toContain('late');
});

test('a failure ends the stream with an error', async () => {
  const followers = createFollowers();
  const stream = read(followers.follow('t', 1, '{}'));
  followers.fail('t', { code: 'upstream_unavailable', reason: 'r', message: 'broke off' }, 'call_1');
  expect(await stream).toContain('"message":"broke off"');
  expect(followers.isFollowed('t')).toBe(false);
});

test('a waiting stream is kept awake, until its reader goes away', async () => {
  vi.useFakeTimers();
  const followers = createFollowers();
  const reader = followers.follow('t', 1, '{}').getReader();
  await reader.read();
  vi.advanceTimersByTime(10_000);
  expect(new TextDecoder().decode((await reader.read()).value)).toBe(': waiting\n\n');
  await reader.cancel();
  expect(followers.isFollowed('t')).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('a reader that falls too far behind is let go, and the others are not', async () => {
  const followers = createFollowers();
  const slow = followers.follow('t', 1, '{}');
  const quick = followers.follow('t', 2, '{}');
  const quickText = read(quick);
  const chunk = JSON.stringify('x'.repeat(1024 * 1024));
  for (let n = 0; n < 12; n++) {
    followers.publish('t', chunk);
    await new Promise(setImmediate);
  }
  followers.end('t');
  expect((await quickText).length).toBeGreaterThan(12 * 1024 * 1024);
  await expect(read(slow)).rejects.toThrow('too far behind');
});
