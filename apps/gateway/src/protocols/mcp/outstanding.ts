// Answers that are still owed: a server may end an event stream early and deliver the answer on another one. Outcomes
// are keyed by session and request id, not by HTTP exchange (DESIGN section 9).
import { createHash } from 'node:crypto';
import type { CallOutcome, Settlement } from '../../pipeline/settle.ts';
import type { CompletedCall, InboundCall } from '../../pipeline/types.ts';

/** How long a client may take to come back; then the outcome is recorded as aborted. */
const PATIENCE_MS = 5 * 60_000;
const MAX_OUTSTANDING = 10_000;
/** Of requests, which a call holds on to. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_IDS = 256;

export interface Owed {
  readonly call: CompletedCall;
  readonly settlement: Settlement;
}

export interface Outstanding {
  /** @param ids of the events of its stream, after which its client may come back. */
  keep(
    call: CompletedCall,
    settlement: Settlement,
    ids: ReadonlySet<string>,
    abandoned: () => CallOutcome,
  ): void;
  /** What a stream is resumed for, by the event that its client names; null where it is for no call that is known. */
  resumed(stream: InboundCall): Owed | null;
  /** A further event of the call came, on a stream that resumes it. */
  goesOn(call: CompletedCall, id: string): void;
  /** What the answer with this id on `stream`'s session belongs to; null when nothing of that id was asked. */
  find(stream: InboundCall, id: unknown): Owed | null;
  /** Whether this is the first answer of the call, or the same again: one outcome is on record, so one is handed out. */
  isItsAnswer(call: CompletedCall, data: Uint8Array): boolean;
  /** The answer is on record; replays of it may still pass for a while. */
  settled(call: CompletedCall): void;
  /** Records what is still owed as aborted: nobody can deliver it once the process is gone. */
  close(): Promise<void>;
}

interface Entry extends Owed {
  readonly timer: NodeJS.Timeout;
  readonly giveUp: () => Promise<unknown>;
  readonly ids: Set<string>;
  /** SHA-256 of the answer, once there was one. */
  answer: string | null;
}

export function createOutstanding(): Outstanding {
  const owed = new Map<string, Entry>();
  let bytes = 0;

  const forget = (key: string) => {
    const entry = owed.get(key);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    bytes -= entry.call.body.bytes.byteLength;
    owed.delete(key);
  };

  return {
    keep(call, settlement, ids, abandoned) {
      const key = keyOf(call, call.message?.id);
      // Its client has taken the id for another request: no answer can be told to be the first one's any more.
      void owed.get(key)?.giveUp();
      const giveUp = () => {
        forget(key);
        return settlement.settle(abandoned());
      };
      const timer = setTimeout(() => void giveUp(), PATIENCE_MS);
      timer.unref();
      owed.set(key, { call, settlement, timer, giveUp, ids: new Set(ids), answer: null });
      bytes += call.body.bytes.byteLength;
      for (const oldest of owed.values()) {
        if (owed.size <= MAX_OUTSTANDING && bytes <= MAX_BYTES) break;
        void oldest.giveUp();
      }
    },
    resumed(stream) {
      const after = stream.http.headers.get('last-event-id');
      if (after === undefined || stream.sessionId === null) return null;
      for (const entry of owed.values()) {
        const isSame =
          entry.call.sessionId === stream.sessionId && entry.call.upstream.uid === stream.upstream.uid;
        if (isSame && entry.ids.has(after)) return entry;
      }
      return null;
    },
    goesOn(call, id) {
      const ids = owed.get(keyOf(call, call.message?.id))?.ids;
      ids?.add(id);
      for (const oldest of ids ?? []) {
        if ((ids?.size ?? 0) <= MAX_IDS) break;
        ids?.delete(oldest);
      }
    },
    find: (stream, id) => owed.get(keyOf(stream, id)) ?? null,
    isItsAnswer(call, data) {
      const entry = owed.get(keyOf(call, call.message?.id));
      if (entry === undefined) return true;
      const answer = createHash('sha256').update(data).digest('hex');
      entry.answer ??= answer;
      return entry.answer === answer;
    },
    settled(call) {
      const entry = owed.get(keyOf(call, call.message?.id));
      entry?.timer.refresh();
    },
    async close() {
      await Promise.all([...owed.values()].map((entry) => entry.giveUp()));
    },
  };
}

function keyOf(call: InboundCall, id: unknown): string {
  return JSON.stringify([call.upstream.uid, call.sessionId, id]);
}
