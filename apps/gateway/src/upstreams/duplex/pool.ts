// The open connections of one server: made on demand and, after a failure, not at once; ended when nobody has used them for a
// while; bounded, so that no principal can take what is there for the others.
import { setTimeout as delay } from 'node:timers/promises';
import { ok, type Result } from '../../errors.ts';
import type { SendFailure } from '../failures.ts';
import { createBackoff } from './backoff.ts';
import { unavailable } from './replies.ts';
import type { Channel, OpenChannel } from './types.ts';

export interface PoolOptions {
  readonly server: string;
  readonly open: OpenChannel;
  readonly most: number;
  /** Who has one besides those: the gateway itself. */
  readonly exempt?: string;
  readonly idleMs: number;
  /** For the operator. */
  readonly tell: (message: string) => void;
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
}

export interface Held {
  readonly channel: Channel;
  /** Says when it is out of use: then it may be ended after a while, or sooner for somebody else. */
  readonly keepWhile: (isUsed: () => boolean) => void;
  /** Ends it, as no failure of the server. */
  readonly release: () => Promise<void>;
}

export interface Pool {
  /** @param principal whom the connection is for: it counts as his. */
  start(principal: string, signal: AbortSignal): Promise<Result<Held, SendFailure>>;
  state(): { readonly connections: number; readonly trouble: string | null };
  close(): Promise<void>;
}

interface Entry {
  readonly principal: string;
  readonly channel: Channel;
  readonly startedAt: number;
  isUsed: () => boolean;
  idleSince: number | null;
  isReleased: boolean;
}

/** A request is held so long for a connection that may not be tried yet; a longer wait is the caller's. */
const PATIENCE_MS = 5_000;
/** What has held so long was sound. */
const SOUND_MS = 60_000;
const LOOK_MS = 5_000;
const START_MS = 15_000;

export function createPool(options: PoolOptions): Pool {
  const { server, open, most, tell, now = () => performance.now() } = options;
  const entries = new Set<Entry>();
  const backoff = createBackoff(now);
  const closing = new AbortController();
  /** Those that were ended and are not gone: of a process, until the system has taken it away. */
  const ending = new Set<Promise<void>>();
  let starting = 0;
  let trouble: string | null = null;

  function look(): void {
    const at = now();
    for (const entry of entries) {
      if (entry.isUsed()) entry.idleSince = null;
      else entry.idleSince ??= at;
      if (at - entry.startedAt > SOUND_MS) backoff.held(entry.principal);
      if (entry.idleSince !== null && at - entry.idleSince > options.idleMs) void end(entry);
    }
  }
  const timer = setInterval(look, Math.min(LOOK_MS, options.idleMs));
  timer.unref();

  function end(entry: Entry): Promise<void> {
    entry.isReleased = true;
    entries.delete(entry);
    const ended = entry.channel.close();
    if (entry.principal === options.exempt) return ended;
    const gone: Promise<void> = ended.catch(() => undefined).finally(() => ending.delete(gone));
    ending.add(gone);
    return ended;
  }

  const countedNow = (): Entry[] => [...entries].filter((entry) => entry.principal !== options.exempt);

  /** SECURITY: whoever opens and ends sessions as fast as he can must not have more processes than there may be. */
  async function untilGone(signal: AbortSignal): Promise<void> {
    const over = Promise.withResolvers<void>();
    const stop = () => over.resolve();
    signal.addEventListener('abort', stop, { once: true });
    while (!signal.aborted && ending.size > 0 && countedNow().length + starting + ending.size > most)
      await Promise.race([...ending, over.promise]);
    signal.removeEventListener('abort', stop);
  }

  /** Makes room by ending what is out of use of whoever holds most; false where that would take from somebody with less. */
  function makeRoom(principal: string): boolean {
    const counted = countedNow();
    if (principal === options.exempt || counted.length + starting < most) return true;
    const held = new Map<string, number>();
    for (const entry of entries) held.set(entry.principal, (held.get(entry.principal) ?? 0) + 1);
    const own = held.get(principal) ?? 0;
    const candidates = counted
      .filter((entry) => !entry.isUsed())
      .map((entry) => ({ entry, count: held.get(entry.principal) ?? 0 }))
      .filter(({ entry, count }) => entry.principal === principal || count > own)
      .toSorted((a, b) => b.count - a.count || (a.entry.idleSince ?? 0) - (b.entry.idleSince ?? 0));
    const [first] = candidates;
    if (first === undefined) return false;
    void end(first.entry);
    return true;
  }

  async function start(principal: string, signal: AbortSignal): Promise<Result<Held, SendFailure>> {
    const ms = backoff.wait(principal);
    if (ms > PATIENCE_MS) return { ok: false, error: resting(server, trouble, ms) };
    if (ms > 0) {
      const both = AbortSignal.any([signal, closing.signal]);
      await delay(ms, undefined, { signal: both, ref: false }).catch(() => undefined);
    }
    const left = AbortSignal.any([signal, closing.signal]);
    if (left.aborted) return nobodyWaits(server);
    if (!makeRoom(principal)) {
      const why = `all ${most} connections that it may have are in use`;
      return { ok: false, error: { ...unavailable(server, why, BUSY), retryAfterSeconds: 5 } };
    }
    const counts = principal === options.exempt ? 0 : 1;
    starting += counts;
    if (counts > 0) await untilGone(left);
    if (left.aborted) {
      starting -= counts;
      return nobodyWaits(server);
    }
    const opened = await open(AbortSignal.any([closing.signal, AbortSignal.timeout(START_MS)])).finally(
      () => (starting -= counts),
    );
    if (!opened.ok) {
      backoff.failed(principal);
      trouble = opened.error.reason;
      return opened;
    }
    trouble = null;
    return ok(holdOn(principal, opened.value));
  }

  function holdOn(principal: string, channel: Channel): Held {
    const entry: Entry = {
      principal,
      channel,
      startedAt: now(),
      isUsed: () => true,
      idleSince: null,
      isReleased: false,
    };
    entries.add(entry);
    void channel.closed.then((failure) => {
      entries.delete(entry);
      if (entry.isReleased) return;
      trouble = failure.reason;
      tell(`server \`${server}\`: ${failure.reason}`);
      if (now() - entry.startedAt > SOUND_MS) backoff.held(principal);
      backoff.failed(principal);
    });
    if (closing.signal.aborted) void end(entry);
    return {
      channel,
      keepWhile(isUsed) {
        entry.isUsed = isUsed;
      },
      release: () => end(entry),
    };
  }

  return {
    start,
    state: () => ({ connections: entries.size, trouble }),
    async close() {
      clearInterval(timer);
      closing.abort();
      await Promise.all([...entries].map(end));
    },
  };
}

function nobodyWaits(server: string): { readonly ok: false; readonly error: SendFailure } {
  return {
    ok: false,
    error: unavailable(server, 'nobody waits for it any more', 'the call was cancelled'),
  };
}

const BUSY = 'too many are using the server behind this gateway now: try again later';

function resting(server: string, trouble: string | null, ms: number): SendFailure {
  const seconds = Math.ceil(ms / 1000);
  const why = `it failed (${trouble ?? 'again and again'}), and is not tried again for ${seconds} s`;
  const message = 'the server behind this gateway could not be reached: try again later';
  return { ...unavailable(server, why, message), retryAfterSeconds: seconds };
}
