// The live stream of calls: server-sent events whose id is the entry's index. It reads the log forward from where the
// reader stands and waits at its end, so that "catching up" and "live" are one loop: no gap, no duplicate, and nothing
// is buffered for a reader that does not keep up.
import { type EntryKind, parseEntry, type StoredEntry, toHex } from '@countersign/audit';
import { checkedCalls } from './checked-calls.ts';
import type { AdminDeps } from './deps.ts';
import type { Call, StreamEvent } from './client.ts';
import type { Standing } from './principal.ts';
import { isoTimeOfEntry } from './view.ts';

const BATCH = 200;
/** Events that come at once are written at once, as long as they are not larger than this. */
const WRITTEN_AT_ONCE = 32_768;

/** Kinds that move a call or an approval, or what may be called. */
const STREAMED: ReadonlySet<EntryKind> = new Set([
  'call.decided',
  'call.completed',
  'call.unknown',
  'task.settled',
  'approval.requested',
  'approval.reviewed',
  'approval.closed',
  'catalog.changed',
  'definition.accepted',
]);

export interface StreamSink {
  /** Resolves once the reader has taken it; rejects or never resolves when it has gone. */
  write(text: string): Promise<unknown>;
  readonly signal: AbortSignal;
  /** SECURITY: asked before anything is told, after that was read: what was recorded once access had ended is told to nobody. */
  readonly standing: Standing;
}

export interface StreamTimes {
  readonly heartbeatMs: number;
  /** A reader that takes longer for one write is cut off; it comes back with Last-Event-ID. */
  readonly stallMs: number;
}

/** Runs until the reader goes, stalls, loses its access, or the signal aborts. `from` is the first index to send. */
export async function streamEntries(
  deps: Pick<AdminDeps, 'readers' | 'onCommitted'>,
  from: number,
  sink: StreamSink,
  times: StreamTimes,
): Promise<void> {
  const news = createBell();
  const ring = (): void => news.ring();
  const stops = [deps.onCommitted(ring), sink.standing.onDoubt(ring)];
  sink.signal.addEventListener('abort', ring);
  const told = async (text: string): Promise<boolean> => {
    if (!(await sink.standing.isGood())) return false;
    if (text !== '') await writeOrStall(sink, text, times.stallMs);
    return true;
  };
  try {
    // What is archived is not streamed any more.
    let next = Math.max(from, await deps.readers.log.archivedTo());
    if (!(await told(': connected\n\n'))) return;
    while (!sink.signal.aborted) {
      // Taken before reading: an entry that arrives while we read rings for the next round.
      const heard = news.listen();
      const start = next;
      const known = new Map<string, Call>();
      let text = '';
      for await (const stored of deps.readers.log.entries(start, start + BATCH)) {
        const event = await eventOf(deps, stored, known);
        if (event !== null) text += formatEvent(event);
        if (text.length >= WRITTEN_AT_ONCE) {
          if (!(await told(text))) return;
          text = '';
        }
        if (sink.signal.aborted) return;
        next = stored.index + 1;
      }
      if (!(await told(text))) return;
      if (next === start + BATCH) continue;
      if (!(await heard.within(times.heartbeatMs)) && !(await told(': heartbeat\n\n'))) return;
    }
  } finally {
    sink.signal.removeEventListener('abort', ring);
    for (const stop of stops) stop();
  }
}

/** `known`: calls as they were shown already; one that was read after the entry was recorded need not be read again. */
async function eventOf(
  deps: Pick<AdminDeps, 'readers'>,
  stored: StoredEntry,
  known: Map<string, Call>,
): Promise<StreamEvent | null> {
  const parsed = parseEntry(stored.header);
  if (!parsed.ok) throw new Error(`entry ${stored.index} cannot be read: ${parsed.error.message}`);
  const header = parsed.value;
  if (!STREAMED.has(header.kind)) return null;
  const shown = header.call === null ? null : await shownCall(deps, header.call, stored.index, known);
  return {
    index: stored.index,
    kind: header.kind,
    leaf: toHex(stored.leaf),
    time: isoTimeOfEntry(header.time),
    call: shown,
    approval: 'approval' in header.body ? header.body.approval : null,
  };
}

async function shownCall(
  { readers }: Pick<AdminDeps, 'readers'>,
  id: string,
  index: number,
  known: Map<string, Call>,
): Promise<Call | null> {
  const before = known.get(id);
  if (before !== undefined && Math.max(before.decidedIndex, before.endedIndex ?? -1) >= index) return before;
  const call = await readers.calls.get(id);
  const [shown = null] = call === null ? [] : await checkedCalls(readers, [call]);
  if (shown !== null) known.set(id, shown);
  return shown;
}

/** JSON has no raw line breaks, so one `data` line always suffices. */
function formatEvent(event: StreamEvent): string {
  return `id: ${event.index}\nevent: entry\ndata: ${JSON.stringify(event)}\n\n`;
}

async function writeOrStall(sink: StreamSink, text: string, stallMs: number): Promise<void> {
  const { promise: stalled, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new SlowReader()), stallMs);
  try {
    await Promise.race([sink.write(text), stalled]);
  } finally {
    clearTimeout(timer);
  }
}

/** The reader took nothing for too long; the connection is cut. */
export class SlowReader extends Error {
  constructor() {
    super('the reader of the stream does not keep up');
  }
}

/** A bell that remembers having rung since it was last listened to. */
function createBell(): { ring(): void; listen(): { within(ms: number): Promise<boolean> } } {
  let ears = Promise.withResolvers<boolean>();
  return {
    ring: () => ears.resolve(true),
    listen() {
      ears = Promise.withResolvers<boolean>();
      const { promise, resolve } = ears;
      return {
        async within(ms) {
          const timer = setTimeout(() => resolve(false), ms);
          try {
            return await promise;
          } finally {
            clearTimeout(timer);
          }
        },
      };
    },
  };
}
