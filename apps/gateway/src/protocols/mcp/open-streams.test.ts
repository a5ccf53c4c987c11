import { newId } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RecordedCall } from '../../pipeline/types.ts';
import { type ListKind, LIST_KINDS } from './listen-filter.ts';
import { advertisedIn, createOpenStreams, type LongStream, type OpenStreams } from './open-streams.ts';

let streams: OpenStreams;
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  streams = createOpenStreams({ now: () => Date.now() });
});
afterEach(() => {
  vi.useRealTimers();
});

const server = newId('srv');

function stream(asks: readonly ListKind[] = LIST_KINDS, lifetimeMs = 3_600_000) {
  const told: ListKind[] = [];
  let reviews = 0;
  let stops = 0;
  const call = {
    receivedAt: Date.now(),
    upstream: { uid: server },
    caller: { token: { expiresAt: (Date.now() + lifetimeMs) / 1000 } },
  } as unknown as RecordedCall;
  const long: LongStream = {
    call,
    lists: () => new Set(asks),
    tell: (list) => void told.push(list),
    review: async () => void (reviews += 1),
    stop: async () => void (stops += 1),
  };
  return { long, told, reviews: () => reviews, stops: () => stops };
}

const all = { lists: () => LIST_KINDS, isReviewed: true };
const tools = { lists: (): readonly ListKind[] => ['tools'], isReviewed: false };

test('is told of what changed, if it asked for it, and is looked at again', async () => {
  const [one, other] = [stream(['tools']), stream(['prompts', 'resources'])];
  streams.open(one.long);
  streams.open(other.long);
  streams.changed(all);
  await vi.advanceTimersByTimeAsync(100);
  expect([one.told, other.told]).toEqual([['tools'], ['prompts', 'resources']]);
  expect([one.reviews(), other.reviews()]).toEqual([1, 1]);
});

test('however much changes, each list is told once a second, and the last change is never lost', async () => {
  const { long, told } = stream();
  streams.open(long);
  for (let at = 0; at < 50; at += 1) {
    streams.changed(tools);
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(told.length).toBeLessThanOrEqual(4);
  const before = told.length;
  streams.changed(tools);
  await vi.advanceTimersByTimeAsync(1_100);
  expect(told.length).toBeGreaterThan(before);
});

test('what its server just told is told again no sooner than a second later', async () => {
  const { long, told } = stream();
  streams.open(long).told('tools');
  streams.changed(tools);
  await vi.advanceTimersByTimeAsync(900);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(told).toEqual(['tools']);
});

describe('a stream that opens late', () => {
  test('is told what changed since it was asked for', async () => {
    const { long, told } = stream();
    await vi.advanceTimersByTimeAsync(10);
    streams.changed(tools);
    await vi.advanceTimersByTimeAsync(5_000);
    streams.open(long);
    await vi.advanceTimersByTimeAsync(100);
    expect(told).toEqual(['tools']);
  });

  test('is told of everything where nobody remembers what changed', async () => {
    const { long, told } = stream();
    await vi.advanceTimersByTimeAsync(10);
    for (let at = 0; at < 1_000; at += 1) streams.changed(tools);
    await vi.advanceTimersByTimeAsync(10);
    streams.open(long);
    await vi.advanceTimersByTimeAsync(100);
    expect(new Set(told)).toEqual(new Set(LIST_KINDS));
  });

  test('is told nothing of what changed before', async () => {
    streams.changed(all);
    await vi.advanceTimersByTimeAsync(1_000);
    const { long, told } = stream();
    streams.open(long);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told).toEqual([]);
  });
});

test('is looked at when the time of its token is over, and every so often besides', async () => {
  const { long, reviews } = stream(LIST_KINDS, 5_000);
  streams.open(long);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(reviews()).toBe(0);
  await vi.advanceTimersByTimeAsync(2_500);
  expect(reviews()).toBe(1);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(reviews()).toBeGreaterThan(20);
});

test('one that cannot be looked at is ended', async () => {
  const { long, stops } = stream();
  streams.open({ ...long, review: () => Promise.reject(new Error('no keys')) });
  streams.changed(all);
  await vi.advanceTimersByTimeAsync(100);
  expect(stops()).toBe(1);
});

test('once closed, it hears and costs nothing more', async () => {
  const { long, told, reviews } = stream(LIST_KINDS, 1_000);
  const open = streams.open(long);
  streams.changed(all);
  open.closed();
  await vi.advanceTimersByTimeAsync(120_000);
  expect([told, reviews()]).toEqual([[], 0]);
});

test('a gateway that stops ends all of them', async () => {
  const both = [stream(), stream()];
  for (const { long } of both) streams.open(long);
  await streams.close();
  expect(both.map(({ stops }) => stops())).toEqual([1, 1]);
});

test('what a server advertises is remembered by session', () => {
  const upstream = { uid: server } as RecordedCall['upstream'];
  const lists = advertisedIn({ tools: { listChanged: true }, prompts: {}, resources: null });
  streams.advertise({ upstream, sessionId: 's' }, lists);
  expect(streams.advertised({ upstream, sessionId: 's' })).toEqual(new Set(['tools']));
  expect(streams.advertised({ upstream, sessionId: 'another' })).toEqual(new Set());
  expect(advertisedIn('nothing')).toEqual(new Set());
});
