// A whole answer that is larger than what is held: its bytes go on as they come, and the last of them when its outcome is on
// record. Where it turns out to be no answer, the connection breaks off before it could be taken for one.
import type { Deps } from '../../pipeline/deps.ts';
import { stopReason } from '../../pipeline/forward.ts';
import type { Settlement } from '../../pipeline/settle.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import type { Outcome } from '@countersign/audit';
import { createCameCount } from '../came.ts';
import { readLarge } from './large.ts';
import { OutlineError } from '../json/outline.ts';
import type { LargeHead } from '../../upstreams/body.ts';
import { messageOf } from '../../message-of.ts';

export function relayLarge(
  call: CompletedCall,
  { chunks, reader }: LargeHead,
  settlement: Settlement,
  deps: Deps,
): ReadableStream<Uint8Array> {
  const answer = readLarge(call);
  const received = createCameCount();
  const waiting = [...chunks];
  /** The newest bytes: they may be the last. */
  let held: Uint8Array | null = null;
  let isOver = false;

  const settle = (outcome: Outcome, error: string | null) =>
    settlement.settle({
      status: call.response.status,
      received: { ...received.came(), events: 0 },
      result: null,
      outcome,
      error,
    });

  async function next(): Promise<Uint8Array | null> {
    const first = waiting.shift();
    if (first !== undefined) return first;
    const { done, value } = await reader.read();
    return done ? null : value;
  }

  async function pull(out: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    for (;;) {
      const chunk = await next();
      if (isOver) return;
      if (chunk === null) return last(out);
      if (chunk.byteLength === 0) continue;
      // Quarantine stops answers too (H3, H7).
      const stopped = stopReason(call, deps);
      if (stopped !== null) throw new Error(stopped);
      received.count(chunk);
      answer.push(chunk);
      const before = held;
      held = chunk;
      if (before === null) continue;
      out.enqueue(before);
      return;
    }
  }

  async function last(out: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const outcome = answer.end();
    const settled = await settlement.settle({
      status: call.response.status,
      received: { ...received.came(), events: 0 },
      ...outcome,
    });
    if (isOver) return;
    isOver = true;
    if (!settled.ok) return out.error(new Error(settled.error.reason));
    if (held !== null) out.enqueue(held);
    out.close();
  }

  async function fail(error: unknown, out: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (isOver) return;
    isOver = true;
    const why = messageOf(error);
    const isUnfit = error instanceof OutlineError;
    await settle(isUnfit ? 'withheld' : 'upstream_error', isUnfit ? `the answer is unfit: ${why}` : why);
    out.error(error);
    await reader.cancel(error).catch(() => undefined);
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(out) {
        await pull(out).catch((error: unknown) => fail(error, out));
      },
      async cancel(reason) {
        if (isOver) return;
        isOver = true;
        await reader.cancel(reason).catch(() => undefined);
        await settle('aborted', 'the caller went away');
      },
    },
    { highWaterMark: 0 },
  );
}
