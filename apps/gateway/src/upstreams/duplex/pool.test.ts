import { afterEach, describe, expect, test } from 'vitest';
import type { SendFailure } from '../failures.ts';
import { createPool, type Held, type Pool } from './pool.ts';
import { unavailable } from './replies.ts';
import type { Channel } from './types.ts';

interface Made extends Channel {
  readonly at: number;
  breakOff(failure: SendFailure): void;
  isClosed(): boolean;
}

let pool: Pool;
afterEach(() => pool.close());

function start(
  options: {
    readonly most?: number;
    readonly idleMs?: number;
    readonly fails?: number;
    /** What an ended connection waits for before it is gone. */
    readonly lingers?: Promise<void>;
  } = {},
) {
  const made: Made[] = [];
  const told: string[] = [];
  let now = 0;
  let attempts = 0;
  const open = async () => {
    attempts += 1;
    if (attempts <= (options.fails ?? 0))
      return { ok: false as const, error: unavailable('s', 'it is not there', 'away') };
    const { promise, resolve } = Promise.withResolvers<SendFailure>();
    let isClosed = false;
    const channel: Made = {
      at: made.length,
      listen: () => undefined,
      send: async () => ({ ok: true, value: undefined }),
      pause: () => undefined,
      resume: () => undefined,
      closed: promise,
      close: async () => {
        isClosed = true;
        await options.lingers;
        resolve(unavailable('s', 'closed', 'closed'));
      },
      breakOff: resolve,
      isClosed: () => isClosed,
    };
    made.push(channel);
    return { ok: true as const, value: channel };
  };
  pool = createPool({
    server: 's',
    open,
    most: options.most ?? 10,
    idleMs: options.idleMs ?? 3_600_000,
    tell: (line) => void told.push(line),
    now: () => now,
  });
  return { made, told, attempts: () => attempts, pass: (ms: number) => void (now += ms) };
}

const { signal } = new AbortController();
async function held(principal: string, isUsed = false): Promise<Held> {
  const started = await pool.start(principal, signal);
  if (!started.ok) throw new Error(started.error.reason);
  started.value.keepWhile(() => isUsed);
  return started.value;
}

describe('a pool of connections', () => {
  test('takes the place of what is out of use from whoever holds most, and from nobody with less', async () => {
    const { made } = start({ most: 3 });
    await held('ann');
    await held('ann');
    await held('bob', true);
    await held('cleo');
    expect(made.map((channel) => channel.isClosed())).toEqual([true, false, false, false]);
    await held('ann');
    expect(made.map((channel) => channel.isClosed())).toEqual([true, true, false, false, false]);
    await expect(held('bob')).rejects.toThrow('all 3 connections');
    expect(pool.state().connections).toBe(3);
  });

  test('counts what was ended until it is gone: sessions that come and go are never more than there may be', async () => {
    const { promise: lingers, resolve: leave } = Promise.withResolvers<void>();
    const { made } = start({ most: 2, lingers });
    const first = await held('ann');
    await held('ann');
    void first.release();
    const third = held('ann');
    const gone = new AbortController();
    const given = pool.start('bob', gone.signal);
    gone.abort();
    expect(await given).toMatchObject({ ok: false, error: { isSent: false } });
    expect(made.map((channel) => channel.isClosed())).toEqual([true, true]);
    leave();
    await third;
    expect(made).toHaveLength(3);
  });

  test('makes a caller wait for a while after a failure, and then refuses; nothing was sent', async () => {
    const { attempts, pass, told } = start({ fails: 1_000 });
    for (let times = 0; times < 3; times += 1) {
      const failed = await pool.start('ann', signal);
      expect(failed).toMatchObject({
        ok: false,
        error: { isSent: false, reason: expect.stringContaining('not there') },
      });
      pass(60_000);
    }
    for (let times = 0; times < 8; times += 1) {
      await pool.start('ann', signal);
      pass(30_001);
    }
    const before = attempts();
    pass(-30_001);
    const refused = await pool.start('ann', signal);
    expect(refused).toMatchObject({
      ok: false,
      error: { isSent: false, retryAfterSeconds: expect.any(Number) },
    });
    expect(attempts()).toBe(before);
    expect(pool.state()).toMatchObject({ connections: 0, trouble: expect.stringContaining('not there') });
    expect(told).toEqual([]);
  });

  test('tells what broke, and not what it ended itself', async () => {
    const { made, told } = start();
    const first = await held('ann');
    await held('ann');
    await first.release();
    made[1]?.breakOff(unavailable('s', 'it broke', 'x'));
    await made[1]?.closed;
    await Promise.resolve();
    expect(told).toEqual([expect.stringContaining('it broke')]);
    expect(pool.state()).toEqual({ connections: 0, trouble: expect.stringContaining('it broke') });
  });

  test('starts nothing for a caller that is gone, or once closed', async () => {
    const { made } = start();
    expect(await pool.start('ann', AbortSignal.abort())).toMatchObject({
      ok: false,
      error: { isSent: false },
    });
    await pool.close();
    expect(await pool.start('ann', signal)).toMatchObject({ ok: false });
    expect(made).toEqual([]);
  });
});
