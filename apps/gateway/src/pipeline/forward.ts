// RecordedCall -> CompletedCall: the only place from which bytes go upstream.
import { ok, refuse, type Result } from '../errors.ts';
import { callerHeaders } from '../upstreams/headers.ts';
import type { Deps, OutboundRequest } from './deps.ts';
import { settlement, withoutAnswer } from './settle.ts';
import type { CompletedCall, RecordedCall } from './types.ts';

export async function forward(call: RecordedCall, deps: Deps): Promise<Result<CompletedCall>> {
  const stopped = stopReason(call, deps);
  if (stopped !== null) {
    const settled = await settleUnsent(call, 'aborted', stopped, deps);
    if (!settled.ok) return settled;
    return refuse('quarantined', stopped, 'this agent may not call now');
  }
  const headers = new Map(callerHeaders(call.http.headers, call.protocol));
  const token = call.receipt === null ? null : await deps.identity.callToken(call, call.receipt);
  // The callee can prove with the token whose work it does; a server that did not opt in gets only a name for the call.
  if (token !== null) headers.set('countersign-call-token', token);
  headers.set('countersign-call', call.id);
  if (call.trace !== null) headers.set('traceparent', `00-${call.trace.traceId}-${spanOf(call.id)}-01`);

  let began: number | null = null;
  const sent = await deps.send(call.upstream, {
    method: call.http.method,
    headers,
    body: call.http.method === 'POST' ? call.outbound.bytes : null,
    ...(call.receipt === null ? {} : { recorded: recordedAs(call) }),
    signal: call.http.signal,
    principal: principalOf(call),
    onFirstByte: () => {
      began ??= deps.now();
    },
  });
  if (sent.ok) return ok({ ...call, response: sent.value, firstByteAt: () => began });
  const outcome = call.http.signal.aborted ? 'aborted' : 'upstream_error';
  const { isSent, reason } = sent.error;
  const settled = isSent
    ? await settlement(call, deps).settle(withoutAnswer(outcome, reason))
    : await settleUnsent(call, outcome, reason, deps);
  return settled.ok ? sent : settled;
}

/** Whom an upstream's state belongs to: the agent, with the person it acts for. */
function principalOf({ caller }: RecordedCall): string {
  return JSON.stringify([caller.agent?.uid ?? null, caller.subject?.key ?? null]);
}

/** The last look before the first byte: an agent that was stopped since the decision sends nothing (H3, H7). */
export function stopReason(call: RecordedCall, deps: Deps): string | null {
  const name = call.caller.agent?.name;
  const now = name === undefined ? undefined : deps.registry.current().agents.get(name);
  if (now === undefined) return 'the agent is no longer registered';
  return now.status === 'active' ? null : `the agent is ${now.status}`;
}

function recordedAs({ outbound, sent }: RecordedCall): NonNullable<OutboundRequest['recorded']> {
  return { sha256: (sent ?? outbound).sha256, isBody: sent === undefined };
}

function settleUnsent(
  call: RecordedCall,
  outcome: 'aborted' | 'upstream_error',
  error: string,
  deps: Deps,
): Promise<Result<unknown>> {
  return settlement(call, deps).settle({ ...withoutAnswer(outcome, error), isUnsent: true });
}

/** A span id of our own for the upstream's trace: the last 64 bits of the call's id, which are not its time. */
function spanOf(callId: string): string {
  return callId.slice(-16);
}
