// The upstream's answer on its way back. Bodies that are one message are read whole; event streams are relayed event by
// event, untouched, but for the final message: it waits until the outcome is on record.
import type { Outcome } from '@countersign/audit';
import { ok, type Result } from '../../errors.ts';
import type { Settlement } from '../../pipeline/settle.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import { answerHeaders } from '../../upstreams/headers.ts';
import { readCapped } from '../../upstreams/body.ts';
import { finishMessage, type FinishDeps } from './finish.ts';
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
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'text/event-stream' && response.status === 200) {
    headers.set('x-accel-buffering', 'no');
    return ok(new Response(relayStream(call, settlement, deps), { status: 200, headers }));
  }

  const body = await readCapped(response.body, deps.responseBytes);
  if (!body.ok) {
    await settlement.settle(
      outcomeOf(call, new Uint8Array(), 'upstream_error', { error: body.error.reason }),
    );
    return body;
  }
  if (call.operation === 'mcp:session/delete' && response.status < 300)
    await closeSession(call, deps.sessions);
  if (response.status === 200 && call.message?.id != null)
    return whole(call, body.value, settlement, headers, deps);

  // An HTTP-level answer (202, 404, 405, a failure): it says nothing to filter, and is relayed as it is.
  const outcome: Outcome = response.status < 400 ? 'ok' : 'upstream_error';
  const settled = await settlement.settle(
    outcomeOf(call, body.value, outcome, { error: outcome === 'ok' ? null : `HTTP ${response.status}` }),
  );
  if (!settled.ok) return settled;
  const isEmpty = body.value.byteLength === 0 || [101, 204, 205, 304].includes(response.status);
  return ok(new Response(isEmpty ? null : asBody(body.value), { status: response.status, headers }));
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
  return ok(new Response(asBody(finished.value.bytes), { status: 200, headers }));
}

export function outcomeOf(
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

export function asBody(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
