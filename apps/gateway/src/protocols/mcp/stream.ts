// An MCP event stream on its way back: every event is looked at, almost all pass with their own bytes. The final message
// waits for its outcome to be on record; what the server asks of its client is decided as a call of its own (asking.ts).
import { masksOf } from '../../obligations/of-call.ts';
import { stopReason } from '../../pipeline/forward.ts';
import { createSegments } from '../../pipeline/segments.ts';
import type { Deps } from '../../pipeline/deps.ts';
import type { CallOutcome, Settlement } from '../../pipeline/settle.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import { warn } from '../../warnings.ts';
import { createCameCount } from '../came.ts';
import { relayEvents, type SseAction, type SseEnd, type SseStop } from '../sse-relay.ts';
import type { LongEvent } from '../sse-long.ts';
import { type SsePiece, withData } from '../sse.ts';
import { refusalMessage, refusedRequest } from './answers.ts';
import { type Asking, type AskingDeps, createAsking } from './asking.ts';
import { type FinishDeps, finishMessage } from './finish.ts';
import { inlineReceipts, isInline } from './inline-receipts.ts';
import { peekMessage, type ServerMessage } from './message.ts';
import { quietEvent, quietPiece } from '../quiet-sse.ts';
import type { OpenStream, OpenStreams } from './open-streams.ts';
import type { Outstanding } from './outstanding.ts';
import { HELD_BYTES, mayPassUnread, readLarge } from './large.ts';
import { isBatching, unpacked } from './server-batch.ts';
import { messageOf } from '../../message-of.ts';
import { brokenOff, whyEnded } from './stream-end.ts';
import { createNotices, quietly } from './stream-notices.ts';
import { standalone } from './stream-standalone.ts';

export interface StreamDeps extends FinishDeps, AskingDeps {
  readonly pipeline: Deps;
  readonly outstanding: Outstanding;
  readonly streams: OpenStreams;
  readonly eventBytes: number;
}

/** Event ids of one stream that are remembered: clients come back after the last that they read. */
const MAX_IDS = 256;

/**
 * @param isQuietStream whether only what can hold nothing of a result may be told beside the masked answers.
 * @param body what came, where it was no stream.
 */
export function relayStream(
  call: CompletedCall,
  settlement: Settlement,
  deps: StreamDeps,
  isQuietStream: boolean,
  body: Uint8Array | null = null,
): ReadableStream<Uint8Array> {
  const received = createCameCount();
  if (body !== null) received.count(body);
  let events = 0;
  let asking: Asking | null = null;
  let open: OpenStream | null = null;
  /** The events that a client may come back after. */
  const ids = new Set<string>();
  let isFinished = false;
  /** Whether a part of an answer that is not held is with the client. */
  let isInLong = false;
  let stopStream: SseStop = () => undefined;
  // The standalone stream is no call: what comes on it would be nowhere on record.
  const segments =
    call.operation === 'mcp:stream'
      ? createSegments(call, deps.pipeline, () => stopStream(new Uint8Array()))
      : null;
  // Of the standalone stream: what it goes on with, where a client comes back for the rest of a call.
  const resumed = call.operation === 'mcp:stream' ? deps.outstanding.resumed(call) : null;
  const outcome = (said: Pick<CallOutcome, 'outcome'> & Partial<CallOutcome>): CallOutcome => ({
    status: call.response.status,
    received: { ...received.came(), events },
    result: null,
    error: null,
    ...said,
  });

  const onNotification = createNotices(call, deps, {
    isQuietStream,
    cancelled: (message) => asking?.onCancelled(message) !== false,
    told: (list) => open?.told(list),
  });

  function onEvent(piece: SsePiece): SseAction | Promise<SseAction> {
    try {
      const action = onPiece(piece);
      if (!(action instanceof Promise)) return told(piece, action);
      return action.then((one) => told(piece, one)).catch(broken);
    } catch (error) {
      return broken(error);
    }
  }

  function told(piece: SsePiece, action: SseAction): SseAction {
    if (action !== 'drop') segments?.told(piece.raw);
    return action;
  }

  /** Whatever stops the stream here, the call has an outcome. */
  async function broken(error: unknown): Promise<never> {
    open?.closed();
    await segments?.end().catch((failure: unknown) => warn(messageOf(failure)));
    asking?.end('failed', false);
    await settlement.settle(outcome({ outcome: 'aborted', error: messageOf(error) }));
    throw error;
  }

  function onPiece(piece: SsePiece): SseAction | Promise<SseAction> {
    events += 1;
    if (piece.id !== null) remember(piece.id);
    // Quarantine stops streams too: the next event of a stopped agent is its last (H3, H7).
    const stopped = stopReason(call, deps.pipeline);
    if (stopped !== null) throw new Error(stopped);
    const message = peekMessage(piece.data);
    // Priming events of SSE polling are empty; whatever else is no message says nothing to a client.
    if (message === null) return piece.data === null || piece.data.byteLength === 0 ? empty(piece) : 'drop';
    const { method } = message;
    if (method === null) return onAnswer(piece, message.whole());
    if (message.hasId) return onServerRequest(piece, message.whole(), method);
    return onNotification(piece, message, method);
  }

  function arrived(piece: SsePiece): readonly SsePiece[] {
    if (piece.data !== null && body === null) received.count(piece.raw);
    return isBatching(call) ? unpacked(piece, deps.eventBytes) : [piece];
  }

  function remember(id: string): void {
    if (resumed !== null) deps.outstanding.goesOn(resumed.call, id);
    ids.add(id);
    for (const oldest of ids) {
      if (ids.size <= MAX_IDS) break;
      ids.delete(oldest);
    }
  }

  const empty = (piece: SsePiece): SseAction => (isQuietStream ? quietPiece(piece) : 'pass');

  async function onServerRequest(
    piece: SsePiece,
    message: ServerMessage,
    method: string,
  ): Promise<SseAction> {
    const action = (await asking?.onRequest(piece, message, method)) ?? 'drop';
    // Of what is told on a quiet stream, a ping is all that comes this far.
    return isQuietStream && action === 'pass' ? quietly(piece, message, method) : action;
  }

  async function onAnswer(piece: SsePiece, message: ServerMessage): Promise<SseAction> {
    const id = message['id'];
    const own = call.message?.id != null && id === call.message.id;
    // Only one outcome is on record, so only one answer is handed out.
    if (own && isFinished) return 'drop';
    // On a resumed or standalone stream the answer may belong to an earlier exchange of this session.
    const asked = own ? { call, settlement } : deps.outstanding.find(call, id);
    const data = piece.data ?? new Uint8Array();
    if (asked === null) return 'drop';
    if (!own && !deps.outstanding.isItsAnswer(asked.call, data)) return 'drop';
    if (own) isFinished = true;
    const finished = await finishMessage(asked.call, data, deps);
    const withAnswer = isQuietStream || masksOf(asked.call).length > 0 ? quietEvent : withData;
    if (!finished.ok) {
      const settled = await asked.settlement.settle(
        outcome({ outcome: 'withheld', error: finished.error.reason }),
      );
      if (!settled.ok) throw new Error(settled.error.reason);
      return withAnswer(piece, JSON.stringify(refusalMessage(refusedRequest(asked.call), finished.error)));
    }
    const { outcome: kind, result, error } = finished.value;
    const settled = asked.settlement.settle(outcome({ outcome: kind, result, error })).then((recorded) => {
      if (!recorded.ok) throw new Error(recorded.error.reason);
      deps.outstanding.settled(asked.call);
      return recorded.value;
    });
    if (isInline(asked.call)) {
      // The receipt of the outcome is part of the event: none of it can be sent before.
      const told = await inlineReceipts(asked.call, finished.value.bytes, await settled, deps.pipeline);
      return withAnswer(piece, Buffer.from(told).toString('utf8'));
    }
    if (finished.value.bytes === piece.data) return { hold: settled };
    return { hold: settled, bytes: withAnswer(piece, Buffer.from(finished.value.bytes).toString('utf8')) };
  }

  /** An answer that is not held: its length and digest are recorded, and its end waits for that (large.ts). */
  function onLong(): LongEvent | null {
    if (isFinished || !mayPassUnread(call, isQuietStream)) return null;
    const answer = readLarge(call);
    events += 1;
    isInLong = true;
    return {
      raw(chunk) {
        const stopped = stopReason(call, deps.pipeline);
        if (stopped !== null) throw new Error(stopped);
        received.count(chunk);
      },
      data: (chunk) => answer.push(chunk),
      id: remember,
      async end() {
        isFinished = true;
        const settled = await settlement.settle(outcome(answer.end()));
        if (!settled.ok) throw new Error(settled.error.reason);
        deps.outstanding.settled(call);
        isInLong = false;
      },
      fail: (error) => settlement.settle(outcome({ outcome: 'withheld', error: messageOf(error) })),
    };
  }

  async function onEnd(end: SseEnd): Promise<Uint8Array | null> {
    open?.closed();
    await segments?.end();
    const isResumable = ids.size > 0;
    asking?.end(end.kind, isResumable && call.sessionId !== null);
    if (isFinished || call.message?.id == null) return null;
    // A server may hang up and let the client come back for the rest: the call stays open until it does, or gives up.
    if (isResumable && call.sessionId !== null) {
      deps.outstanding.keep(call, settlement, ids, () =>
        outcome({ outcome: 'aborted', error: 'the client never came back for the answer' }),
      );
      return null;
    }
    const settled = await settlement.settle(outcome({ outcome: 'aborted', error: whyEnded(end) }));
    if (!settled.ok) throw new Error(settled.error.reason);
    return brokenOff(call, isInLong);
  }

  return relayEvents(call.response.body, onEvent, {
    maxEventBytes: body === null ? deps.eventBytes : body.byteLength * 2 + deps.eventBytes,
    onEnd,
    long: { heldBytes: Math.min(HELD_BYTES, deps.eventBytes / 2), open: onLong },
    unpack: arrived,
    onOpen: (insert, stop) => {
      // What is asked on a resumed stream is asked in the call whose stream it was.
      const above = resumed?.call;
      const stream =
        above === undefined
          ? call
          : { ...call, id: above.id, link: above.link, receipt: above.receipt, message: above.message };
      asking = createAsking(stream, deps, insert, isQuietStream);
      stopStream = stop;
      if (segments !== null) open = deps.streams.open(standalone(call, deps, insert, stop, segments));
    },
    ...(isQuietStream ? { quieten: quietPiece } : {}),
  });
}
