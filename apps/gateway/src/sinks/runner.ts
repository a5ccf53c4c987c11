// One sink at work: read, send, remember how far it got; back off while the receiver does not take it. At least once and
// in order: the position moves only after the receiver took a batch, so that a crash repeats at most what was sent since.
import { setTimeout as wait } from 'node:timers/promises';
import type { LogReader } from '../store/readers/log.ts';
import type { LogWriter } from '../store/types.ts';
import { readBatch } from './batch.ts';
import type { Delivery, SinkConfig, SinkStatus } from './types.ts';

/** Entries that come close together are sent together. */
const LINGER_MS = 100;
/** A position is written at most this often: each write is one more sync of the log's disk. */
const SAVE_MS = 1000;
const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 30_000;
const CLOSE_MS = 2000;

export interface SinkDeps {
  readonly config: SinkConfig;
  readonly delivery: Delivery;
  readonly log: Pick<LogReader, 'entries' | 'head'>;
  readonly writer: LogWriter;
  /** Index of the first entry that it has not taken. */
  readonly start: number;
  /** Number of entries in the log, as far as they are durable. */
  readonly size: () => number;
  readonly now: () => number;
  readonly tell: (message: string) => void;
}

export interface RunningSink {
  /** There may be new entries. */
  wake(): void;
  status(): SinkStatus;
  /** Ends what is under way within seconds and remembers how far it got. */
  close(): Promise<void>;
}

export function runSink(deps: SinkDeps): RunningSink {
  const { config, delivery, log, writer, size, now, tell } = deps;
  const stop = new AbortController();
  let next = deps.start;
  let saved = deps.start;
  let savedAt = Number.NEGATIVE_INFINITY;
  let state: SinkStatus['state'] = 'current';
  let error: string | null = null;
  let failingSince: number | null = null;
  let firstTime: number | null = null;
  let delivered = 0;
  let failures = 0;
  let backoff = FIRST_BACKOFF_MS;
  let wakeUp: () => void = () => {};

  const worked = work();

  return {
    wake: () => wakeUp(),
    status: () => ({
      name: config.name,
      kind: config.kind,
      next,
      lag: Math.max(0, size() - next),
      lagMs: firstTime === null || next >= size() ? 0 : Math.max(0, now() - Math.floor(firstTime / 1000)),
      state,
      error,
      failingSince,
      delivered,
      failures,
    }),
    async close() {
      state = 'stopped';
      stop.abort();
      wakeUp();
      await worked;
      await save();
      await Promise.race([delivery.close(), wait(CLOSE_MS, undefined, { ref: false })]);
    },
  };

  async function work(): Promise<void> {
    while (!stop.signal.aborted) {
      if (next >= size()) await idle();
      else if (!(await step())) await pause(jittered(backoff));
    }
  }

  /** Whether it got further. Never throws: what fails is tried again. */
  async function step(): Promise<boolean> {
    try {
      const batch = await readBatch(log, next, size(), config);
      firstTime = batch.firstTime;
      if (batch.entries.length > 0) {
        if (state !== 'failing' && !stop.signal.aborted) state = 'sending';
        await delivery.send(batch.entries, stop.signal);
      }
      next = batch.next;
      delivered += batch.entries.length;
      succeeded();
      if (now() - savedAt >= SAVE_MS) await save();
      return true;
    } catch (fault) {
      if (!stop.signal.aborted) failed(fault);
      return false;
    }
  }

  async function idle(): Promise<void> {
    if (state === 'sending') state = 'current';
    firstTime = null;
    const isUnsaved = saved !== next;
    const woken = new Promise<void>((resolve) => {
      wakeUp = resolve;
    });
    // A commit that came since the size was read has woken nobody.
    if (next < size() || stop.signal.aborted) return;
    await (isUnsaved ? Promise.race([woken, pause(SAVE_MS)]) : woken);
    if (isUnsaved && now() - savedAt >= SAVE_MS) await save();
    await pause(LINGER_MS);
  }

  function succeeded(): void {
    if (failingSince !== null) tell(`sink \`${config.name}\` takes entries again`);
    if (!stop.signal.aborted) state = 'current';
    error = null;
    failingSince = null;
    backoff = FIRST_BACKOFF_MS;
  }

  function failed(fault: unknown): void {
    error = messageOf(fault);
    if (failingSince === null) tell(`sink \`${config.name}\` does not take entries, trying again: ${error}`);
    state = 'failing';
    failingSince ??= now();
    failures += 1;
    backoff = Math.min(MAX_BACKOFF_MS, backoff * 2);
  }

  /** A position that cannot be written is written later; until then a crash repeats more. */
  async function save(): Promise<void> {
    if (saved === next) return;
    const position = next;
    savedAt = now();
    const row = { name: config.name, next_index: position, updated_at: savedAt };
    const result = await writer.commit({ entries: [], changes: [{ put: 'sinks', row }] });
    if (result.ok) saved = position;
  }

  async function pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: stop.signal, ref: false }).catch(() => {});
  }
}

/** Many nodes must not come back at once to a receiver that was down. */
function jittered(ms: number): number {
  return ms * (0.8 + Math.random() * 0.4);
}

function messageOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  // Several addresses of one host failed: the first says enough.
  if (fault instanceof AggregateError && fault.message === '') return messageOf(fault.errors[0]);
  return fault.message;
}
