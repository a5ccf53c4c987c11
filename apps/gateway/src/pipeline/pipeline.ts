// The composition of the stages, on one screen. No stage is skipped, none runs out of order: the types see to it.
import { ok, type Result } from '../errors.ts';
import { admit } from './admit.ts';
import { authenticate } from './authenticate.ts';
import { authorize } from './authorize.ts';
import type { Deps } from './deps.ts';
import { forward } from './forward.ts';
import { awaitRelease, clear, decideAgain, openRequest } from './hold.ts';
import { refusedWith } from './receipted.ts';
import { record } from './record.ts';
import { type Settlement, settlement, withoutAnswer } from './settle.ts';
import { type CallTrace, traceCall } from './trace.ts';
import type { ClearedCall, CompletedCall, InboundCall, RecordedCall } from './types.ts';
import type { Wire } from './wire.ts';

/** How often a call is decided again because others changed its meters meanwhile. */
const DECIDED_AGAIN = 16;

export async function run(inbound: InboundCall, wire: Wire, deps: Deps): Promise<Response> {
  const span = traceCall(inbound);
  let status = 500;
  try {
    const response = await answer(inbound, wire, deps, span);
    status = response.status;
    return response;
  } finally {
    span.answered(status);
  }
}

async function answer(inbound: InboundCall, wire: Wire, deps: Deps, span: CallTrace): Promise<Response> {
  const prepared = async (call: ClearedCall) => {
    const redeemed = wire.redeem?.(call) ?? call;
    return (await wire.dress?.(redeemed)) ?? redeemed;
  };
  const send = async (call: ClearedCall) => {
    const accompanied = (await wire.beforeRecording?.(call)) ?? ok(null);
    if (accompanied.ok) return carry(await prepared(call), deps, wire.beforeSending);
    call.verdict.reservation?.drop();
    return accompanied;
  };
  const authenticated = await authenticate(inbound, deps);
  if (!authenticated.ok) return wire.refuse(inbound, authenticated.error);

  const admitted = await admit(authenticated.value, wire, deps);
  if (!admitted.ok) return wire.refuse(inbound, admitted.error);

  const decided = await authorize(admitted.value, deps);
  span.decided(decided);
  if (decided.verdict.outcome === 'hold') {
    const held = await openRequest(decided, deps);
    if (!held.ok) return wire.refuse(inbound, held.error);
    return wire.park(held.value, async (signal, isGivenUp) => {
      const released = await awaitRelease(held.value, deps, signal, isGivenUp);
      return released.ok ? send(released.value) : released;
    });
  }

  const cleared = await clear(decided, deps);
  if (!cleared.ok) return wire.refuse(inbound, cleared.error);
  const completed = await send(cleared.value);
  if (!completed.ok) return wire.refuse(inbound, completed.error);
  return handOn(completed.value, wire, deps);
}

/** The upstream's answer, by its protocol. Whatever goes wrong with it, the call has an outcome. */
export async function handOn(call: CompletedCall, wire: Pick<Wire, 'relay'>, deps: Deps): Promise<Response> {
  const settling = settlement(call, deps);
  return orAborted(settling, () => wire.relay(call, settling));
}

/**
 * No record, no call: what is forwarded has been recorded, and only that.
 *
 * @param first what else must be on record before the call is sent, and the call as it is sent; where it fails, nothing is.
 */
export async function carry(
  cleared: ClearedCall,
  deps: Deps,
  first: (call: RecordedCall) => Promise<Result<RecordedCall>> = (call) => Promise.resolve(ok(call)),
): Promise<Result<CompletedCall>> {
  const recorded = await recordWith(cleared, deps);
  if (!recorded.ok) return recorded;
  const call = recorded.value;
  const settling = settlement(call, deps);
  const sent = await orAborted(settling, async () => {
    const before = await first(call);
    if (before.ok) return forward(before.value, deps);
    const unsent = await settling.settle({
      ...withoutAnswer('aborted', before.error.reason),
      isUnsent: true,
    });
    return unsent.ok ? before : unsent;
  });
  return sent.ok ? sent : { ok: false, error: await refusedWith(sent.error, call, call.receipt, deps) };
}

/** Whoever is overtaken at a meter is decided again, and in the end told to try again: never sent on an old count. */
export async function recordWith(cleared: ClearedCall, deps: Deps): Promise<Result<RecordedCall>> {
  let recorded = await record(cleared, deps);
  for (let left = DECIDED_AGAIN; left > 0 && !recorded.ok && recorded.error.code === 'overtaken'; left -= 1) {
    const again = await decideAgain(cleared, deps);
    if (!again.ok) return again;
    recorded = await record(again.value, deps);
  }
  return recorded;
}

async function orAborted<T>(settling: Settlement, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await settling.settle(withoutAnswer('aborted', `the gateway failed: ${String(error)}`));
    throw error;
  }
}
