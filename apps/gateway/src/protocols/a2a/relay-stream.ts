// An agent's event stream on its way back to its caller: every event is read and what it names is bound; the last one is
// held until the call's outcome is on record.
import { stopReason } from '../../pipeline/forward.ts';
import type { Settlement } from '../../pipeline/settle.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import { quietEvent, quietPiece } from '../quiet-sse.ts';
import { relayEvents, type SseAction, type SseEnd } from '../sse-relay.ts';
import { formatEvent, type SsePiece, withData } from '../sse.ts';
import { refusalMessage } from './answers.ts';
import { inlineReceipts } from './inline-receipts.ts';
import { createMeter, createTeller, type TellerDeps } from './teller.ts';

export interface StreamDeps extends TellerDeps {
  /** The largest event of a stream. */
  readonly eventBytes: number;
}

/** @param isQuiet whether only what was masked may be told. */
export function relayStream(
  call: CompletedCall,
  settlement: Settlement,
  deps: StreamDeps,
  isQuiet: boolean,
): ReadableStream<Uint8Array> {
  const meter = createMeter(call);
  const teller = createTeller(call, { ...deps, responseBytes: deps.eventBytes }, null);
  let isOver = false;
  /** The newest result: what the call came to, should the stream just end. */
  let latest: string | null = null;

  async function onEvent(piece: SsePiece): Promise<SseAction> {
    meter.count(piece.raw, true);
    if (isOver || piece.data === null || piece.data.byteLength === 0) return 'drop';
    // Quarantine stops streams too: the next event of a stopped agent is its last (H3, H7).
    const stopped = stopReason(call, deps.pipeline);
    if (stopped !== null) {
      isOver = true;
      await settlement.settle(meter.outcome({ outcome: 'aborted', error: stopped }));
      throw new Error(stopped);
    }
    const told = await teller.tell(piece.data);
    if (!told.ok) {
      isOver = true;
      const settled = await settlement.settle(
        meter.outcome({ outcome: 'withheld', error: told.error.reason }),
      );
      const rejection = settled.ok ? told.error : settled.error;
      return (isQuiet ? quietEvent : withData)(
        piece,
        JSON.stringify(refusalMessage(call.message?.id ?? null, rejection, call.id)),
      );
    }
    const { bytes, isFinal, isMasked, outcome, result, error } = told.value;
    latest = result;
    const withAnswer = isMasked ? quietEvent : withData;
    const text = bytes === piece.data ? null : withAnswer(piece, Buffer.from(bytes).toString('utf8'));
    if (!isFinal) return text ?? 'pass';
    isOver = true;
    const recorded = settlement.settle(meter.outcome({ outcome, result, error })).then((settled) => {
      if (!settled.ok) throw new Error(settled.error.reason);
      return settled.value;
    });
    if (call.upstream.receipts === 'inline') {
      // The receipt of the outcome is part of the event: none of it can be sent before.
      const answer = await inlineReceipts(call, bytes, await recorded, deps.pipeline);
      return withAnswer(piece, Buffer.from(answer).toString('utf8'));
    }
    return text === null ? { hold: recorded } : { hold: recorded, bytes: text };
  }

  async function onEnd(end: SseEnd): Promise<Uint8Array | null> {
    if (isOver) return null;
    // A stream may end at a task that waits for somebody: that is its answer.
    if (end.kind === 'ended' && latest !== null) {
      const settled = await settlement.settle(meter.outcome({ outcome: 'ok', result: latest }));
      if (!settled.ok) throw new Error(settled.error.reason);
      return null;
    }
    const why = {
      ended: 'the agent ended the stream without an answer',
      failed: 'the stream of the agent broke off',
      cancelled: 'the caller went away',
      stopped: 'the gateway ended the stream',
    }[end.kind];
    await settlement.settle(meter.outcome({ outcome: 'aborted', error: why }));
    if (end.kind === 'cancelled') return null;
    const rejection = { code: 'upstream_unavailable', reason: why, message: why } as const;
    const message = refusalMessage(call.message?.id ?? null, rejection, call.id);
    return Buffer.from(formatEvent({ data: JSON.stringify(message) }));
  }

  return relayEvents(call.response.body, onEvent, {
    maxEventBytes: deps.eventBytes,
    onEnd,
    ...(isQuiet ? { quieten: quietPiece } : {}),
  });
}
