// The upstream's answer on its way back. Bodies that are one message are read whole; event streams are relayed event by
// event, untouched, but for the final message: it waits until the outcome is on record.
import type { Outcome } from '@countersign/audit';
import { ok, type Rejection, type Result } from '../../errors.ts';
import { maskFailed } from '../../obligations/mask-failed.ts';
import { masksOf } from '../../obligations/of-call.ts';
import { setReceipt } from '../../pipeline/receipted.ts';
import type { Settlement } from '../../pipeline/settle.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import { answerHeaders } from '../../upstreams/headers.ts';
import { type Held, readCapped, readHeld } from '../../upstreams/body.ts';
import { finishMessage, type FinishDeps } from './finish.ts';
import { HELD_BYTES, mayPassUnread } from './large.ts';
import { maskAnswer } from './mask.ts';
import { errorIn, readMessage } from './message.ts';
import { inlineReceipts } from './inline-receipts.ts';
import { isQuiet } from './quiet.ts';
import { masksAround } from './tasks/rows.ts';
import { asStream, isBatching, isList } from './server-batch.ts';
import { relayLarge } from './relay-large.ts';
import { relayStream, type StreamDeps } from './stream.ts';
import { closeSession } from './sessions.ts';
import { createHash } from 'node:crypto';

export interface RelayDeps extends FinishDeps, StreamDeps {}

export async function relay(
  call: CompletedCall,
  settlement: Settlement,
  deps: RelayDeps,
): Promise<Result<Response>> {
  const { response } = call;
  const headers = new Headers([...answerHeaders(response.headers, call.protocol)]);
  headers.set('countersign-call', call.id);
  await setReceipt(headers, call, deps.pipeline);
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'text/event-stream' && response.status === 200) {
    headers.set('x-accel-buffering', 'no');
    const quiet = await isQuiet(call, deps);
    return ok(new Response(relayStream(call, settlement, deps, quiet), { status: 200, headers }));
  }

  const body = await readAnswer(call, deps);
  if (!body.ok) {
    const isTooLarge = body.error.code === 'upstream_invalid';
    const error =
      isTooLarge && (await isMasked(call, deps)) ? maskFailed(call, body.error.reason) : body.error;
    const outcome = call.http.signal.aborted ? 'aborted' : outcomeOfRefusal(error);
    const settled = await settlement.settle(
      outcomeOf(call, new Uint8Array(), outcome, { error: error.reason }),
    );
    return settled.ok ? { ok: false, error } : settled;
  }
  if (body.value.large !== null) {
    const passing = relayLarge(call, body.value.large, settlement, deps.pipeline);
    return ok(new Response(passing, { status: 200, headers }));
  }
  const bytes = body.value.whole;
  if (call.operation === 'mcp:session/delete' && response.status < 300)
    await closeSession(call, deps.sessions);
  const list = isBatching(call) && isList(bytes) ? asStream(bytes) : null;
  if (response.status === 200 && call.message?.id != null && list !== null) {
    // Whatever else stands in the list, a stream has a place for it; every client of that revision takes one.
    headers.set('content-type', 'text/event-stream');
    const quiet = await isQuiet(call, deps);
    const listed = { ...call, response: { ...response, body: list } };
    return ok(new Response(relayStream(listed, settlement, deps, quiet, bytes), { status: 200, headers }));
  }
  if (response.status === 200 && call.message?.id != null)
    return whole(call, bytes, settlement, headers, deps);

  return bare(call, bytes, settlement, headers, deps);
}

async function readAnswer(call: CompletedCall, deps: RelayDeps): Promise<Result<Held>> {
  const { response } = call;
  if (response.status === 200 && mayPassUnread(call, await isQuiet(call, deps)))
    return readHeld(response.body, Math.min(HELD_BYTES, deps.responseBytes));
  const body = await readCapped(response.body, deps.responseBytes);
  return body.ok ? ok({ whole: body.value, large: null }) : body;
}

/**
 * An answer that is no message for the caller: a notification taken, a session ended, a failure. Its status and a
 * JSON-RPC error in it pass; nothing else that the server wrote does, since nothing of it could be inspected.
 */
async function bare(
  call: CompletedCall,
  bytes: Uint8Array,
  settlement: Settlement,
  headers: Headers,
  deps: RelayDeps,
): Promise<Result<Response>> {
  const { status } = call.response;
  const isRequest = call.message?.id != null;
  const error = isSignIn(status) ? null : errorIn(readMessage(bytes), call.message?.id ?? null);
  if (error !== null && (await isMasked(call, deps))) return maskedError(call, bytes, settlement);
  const rejection = error === null && (status >= 300 || isRequest) ? httpFailure(call) : null;
  const settled = await settlement.settle(
    outcomeOf(call, bytes, outcomeOfStatus(error, rejection), {
      error: error === null ? (rejection?.reason ?? null) : JSON.stringify(error),
    }),
  );
  if (!settled.ok) return settled;
  if (rejection !== null) return { ok: false, error: rejection };
  // An error under a status that says otherwise is told as the answer that it is.
  if (error !== null)
    return ok(new Response(asBody(bytes), { status: status >= 400 && status < 600 ? status : 200, headers }));
  headers.delete('content-type');
  return ok(new Response(null, { status, headers }));
}

/** Words of the server under a status that a client must see: the status passes, the words do not. */
async function maskedError(
  call: CompletedCall,
  bytes: Uint8Array,
  settlement: Settlement,
): Promise<Result<Response>> {
  const { status } = call.response;
  const masked = maskAnswer(call.operation, bytes, masksOf(call));
  const failed = masked.ok
    ? maskFailed(call, 'it is a result under a status that says otherwise')
    : maskFailed(call, masked.why, masked.code);
  const settled = await settlement.settle(outcomeOf(call, bytes, 'withheld', { error: failed.reason }));
  if (!settled.ok) return settled;
  return { ok: false, error: status >= 400 && status < 600 ? { ...failed, status } : failed };
}

async function isMasked(call: CompletedCall, deps: RelayDeps): Promise<boolean> {
  return (await masksAround(call, deps)).length > 0;
}

function outcomeOfRefusal({ code }: Rejection): Outcome {
  return code === 'mask_failed' ? 'withheld' : 'upstream_error';
}

function outcomeOfStatus(error: unknown, rejection: Rejection | null): Outcome {
  if (error !== null) return 'protocol_error';
  return rejection === null ? 'ok' : 'upstream_error';
}

/** To a client, these mean "get another token"; but the credential that was refused is the gateway's own. */
function isSignIn(status: number): boolean {
  return status === 401 || status === 403 || status === 407;
}

function httpFailure({ response: { status, headers } }: CompletedCall): Rejection {
  const what =
    status < 300
      ? `took the request and gave no answer (HTTP ${status})`
      : isSignIn(status)
        ? `refused the gateway's own credential (HTTP ${status}): tell its operator`
        : `failed with HTTP ${status}`;
  const passed = ['allow', 'retry-after'].flatMap((name) => {
    const value = headers.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    code: 'upstream_invalid',
    reason: `the server ${what}`,
    message: `the server behind this gateway ${what}`,
    // 404 asks for a new session, 405 says that there is no stream, 429 asks for patience: the client must see those.
    ...(status >= 400 && status < 500 && !isSignIn(status) ? { status } : {}),
    headers: Object.fromEntries(passed),
  };
}

async function whole(
  call: CompletedCall,
  bytes: Uint8Array,
  settlement: Settlement,
  headers: Headers,
  deps: RelayDeps,
): Promise<Result<Response>> {
  const finished = await finishMessage(call, bytes, deps);
  if (!finished.ok) {
    const settled = await settlement.settle(
      outcomeOf(call, bytes, 'withheld', { error: finished.error.reason }),
    );
    return settled.ok ? finished : settled;
  }
  const { outcome, result, error } = finished.value;
  const settled = await settlement.settle(outcomeOf(call, bytes, outcome, { result, error }));
  if (!settled.ok) return settled;
  const told = await inlineReceipts(call, finished.value.bytes, settled.value, deps.pipeline);
  return ok(new Response(asBody(told), { status: 200, headers }));
}

function outcomeOf(
  call: CompletedCall,
  bytes: Uint8Array,
  outcome: Outcome,
  said: { readonly result?: string | null; readonly error?: string | null; readonly events?: number },
) {
  return {
    outcome,
    status: call.response.status,
    received: {
      bytes: bytes.byteLength,
      events: said.events ?? 0,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    },
    result: said.result ?? null,
    error: said.error ?? null,
  };
}

function asBody(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
