// An MCP event stream on its way back: every event is looked at, almost all pass with their own bytes. The final message
// waits for its outcome to be on record; what the server asks of its client is refused until it can be decided.
import { createHash } from 'node:crypto';
import { stopReason } from '../../pipeline/forward.ts';
import type { Deps } from '../../pipeline/deps.ts';
import type { CallOutcome, Settlement } from '../../pipeline/settle.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import { scan } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import { relayEvents, type SseAction, type SseEnd } from '../sse-relay.ts';
import { type SsePiece, withData } from '../sse.ts';
import { refusalMessage, refusedRequest } from './answers.ts';
import { type FinishDeps, finishMessage } from './finish.ts';
import type { Outstanding } from './outstanding.ts';
import { clientProgressToken } from './redeem.ts';
import { refuseServerRequest } from './server-requests.ts';

export interface StreamDeps extends FinishDeps {
  readonly pipeline: Deps;
  readonly outstanding: Outstanding;
  readonly eventBytes: number;
}

export function relayStream(
  call: CompletedCall,
  settlement: Settlement,
  deps: StreamDeps,
): ReadableStream<Uint8Array> {
  const hash = createHash('sha256');
  let bytes = 0;
  let events = 0;
  let isResumable = false;
  let isFinished = false;
  const outcome = (said: Pick<CallOutcome, 'outcome'> & Partial<CallOutcome>): CallOutcome => ({
    status: call.response.status,
    received: { bytes, events, sha256: hash.copy().digest('hex') },
    result: null,
    error: null,
    ...said,
  });

  async function onEvent(piece: SsePiece): Promise<SseAction> {
    hash.update(piece.raw);
    bytes += piece.raw.byteLength;
    events += 1;
    if (piece.id !== null) isResumable = true;
    // Quarantine stops streams too: the next event of a stopped agent is its last (H3, H7).
    const stopped = stopReason(call, deps.pipeline);
    if (stopped !== null) throw new Error(stopped);
    const message = parse(piece.data);
    // Priming events of SSE polling are empty; whatever else is no message says nothing to a client.
    if (message === null) return piece.data === null || piece.data.byteLength === 0 ? 'pass' : 'drop';
    if (typeof message['method'] === 'string') return onServerMessage(piece, message, message['method']);
    return onAnswer(piece, message);
  }

  async function onServerMessage(
    piece: SsePiece,
    message: Readonly<Record<string, unknown>>,
    method: string,
  ): Promise<SseAction> {
    const isRequest = Object.hasOwn(message, 'id');
    if (isRequest && method !== 'ping') {
      void refuseServerRequest(call, message['id'], method, deps.pipeline);
      return 'drop';
    }
    if (method.endsWith('/list_changed') && call.upstream.kind === 'mcp')
      void deps.pipeline.catalogs.refresh(call.upstream.uid);
    return method === 'notifications/progress' ? ownProgress(piece, message) : 'pass';
  }

  /** Progress of an approved call comes under the gateway's token (redeem.ts). */
  function ownProgress(piece: SsePiece, message: Readonly<Record<string, unknown>>): SseAction {
    const params = message['params'] as Readonly<Record<string, unknown>> | undefined;
    const token = clientProgressToken(call);
    if (params?.['progressToken'] !== call.id || token === undefined) return 'pass';
    return withData(piece, JSON.stringify({ ...message, params: { ...params, progressToken: token } }));
  }

  async function onAnswer(piece: SsePiece, message: Readonly<Record<string, unknown>>): Promise<SseAction> {
    const id = message['id'];
    const own = call.message?.id != null && id === call.message.id;
    // On a resumed or standalone stream the answer may belong to an earlier exchange of this session.
    const asked = own ? { call, settlement } : deps.outstanding.find(call, id);
    if (asked === null) return 'drop';
    if (own) isFinished = true;
    const finished = await finishMessage(asked.call, piece.data ?? new Uint8Array(), deps);
    if (!finished.ok) {
      await asked.settlement.settle(outcome({ outcome: 'withheld', error: finished.error.reason }));
      return withData(piece, JSON.stringify(refusalMessage(refusedRequest(asked.call), finished.error)));
    }
    const { outcome: kind, result, error } = finished.value;
    const settled = asked.settlement.settle(outcome({ outcome: kind, result, error })).then((recorded) => {
      if (!recorded.ok) throw new Error(recorded.error.reason);
      deps.outstanding.settled(asked.call);
    });
    if (finished.value.bytes === piece.data) return { hold: settled };
    return { hold: settled, bytes: withData(piece, Buffer.from(finished.value.bytes).toString('utf8')) };
  }

  async function onEnd(end: SseEnd): Promise<null> {
    if (isFinished || call.receipt === null) return null;
    // A server may hang up and let the client come back for the rest: the call stays open until it does, or gives up.
    if (isResumable && call.sessionId !== null) {
      deps.outstanding.keep(call, settlement, () =>
        outcome({ outcome: 'aborted', error: 'the client never came back for the answer' }),
      );
      return null;
    }
    const why = {
      ended: 'the server ended the stream without an answer',
      failed: 'the stream broke off',
      cancelled: 'the caller went away',
    }[end.kind];
    await settlement.settle(outcome({ outcome: 'aborted', error: why }));
    return null;
  }

  return relayEvents(call.response.body, onEvent, { maxEventBytes: deps.eventBytes, onEnd });
}

const ENVELOPE = compileShape({ '': { known: ['jsonrpc', 'id', 'method', 'params', 'result', 'error'] } });

/** Null for what is no message, and for a server's own message that another reader could take for something else. */
function parse(data: Uint8Array | null): Readonly<Record<string, unknown>> | null {
  if (data === null || data.byteLength === 0) return null;
  const scanned = scan(data, ENVELOPE, {
    maxBytes: data.byteLength,
    maxKeys: 1_000_000,
    maxItems: 1_000_000,
    tolerant: true,
  });
  if (!scanned.ok) return null;
  const { value, faults } = scanned.value;
  const isAmbiguous = faults.some(({ code }) => code === 'duplicate_key' || code === 'ambiguous_key');
  return isAmbiguous && Object.hasOwn(value, 'method') ? null : value;
}
