// Calls that go together or not at all: the questions of one answer, the answers in one request. Each is decided and recorded as
// a call of its own; where one may not go, no other does.
import { ok, type Rejection, type Result } from '../errors.ts';
import { authorize } from './authorize.ts';
import type { Deps } from './deps.ts';
import { awaitRelease, clear, openRequest } from './hold.ts';
import { recordWith } from './pipeline.ts';
import { settlement, withoutAnswer } from './settle.ts';
import type { AuthenticatedCall, ClearedCall, DecidedCall, RecordedCall } from './types.ts';

/**
 * Decides them all; those that a guard holds wait at the same time, bounded. Nothing that is allowed is on record yet.
 *
 * @param signal aborts when there is nobody to answer any more.
 */
export async function clearTogether(
  calls: readonly AuthenticatedCall[],
  deps: Deps,
  signal: AbortSignal,
): Promise<Result<readonly ClearedCall[]>> {
  const decided: DecidedCall[] = [];
  for (const call of calls) decided.push(await authorize(call, deps));
  // People are not asked about what may not go in any case.
  const denied = decided.filter(({ verdict }) => verdict.outcome === 'deny');
  const over = new AbortController();
  const waiting = AbortSignal.any([signal, over.signal]);
  let first: Rejection | null = null;
  const cleared = await Promise.all(
    (denied.length > 0 ? denied : decided).map(async (call) => {
      const one = await clearOne(call, deps, waiting);
      if (!one.ok && !over.signal.aborted && one.error.code !== 'approval_pending') {
        first = one.error;
        over.abort();
      }
      return one;
    }),
  );
  const failed = first ?? cleared.find((one) => !one.ok)?.error;
  if (failed === undefined) return ok(cleared.flatMap((one) => (one.ok ? [one.value] : [])));
  for (const call of decided) call.verdict.reservation?.drop();
  for (const one of cleared) if (one.ok) one.value.verdict.reservation?.drop();
  return { ok: false, error: failed };
}

async function clearOne(call: DecidedCall, deps: Deps, signal: AbortSignal): Promise<Result<ClearedCall>> {
  if (call.verdict.outcome !== 'hold') return clear(call, deps);
  const held = await openRequest(call, deps);
  return held.ok ? awaitRelease(held.value, deps, signal) : held;
}

/** Records them all; where one cannot be, those that were recorded before it have their outcome: they were not sent. */
export async function recordTogether(
  calls: readonly ClearedCall[],
  deps: Deps,
): Promise<Result<readonly RecordedCall[]>> {
  const recorded: RecordedCall[] = [];
  for (const [at, call] of calls.entries()) {
    const one = await recordWith(call, deps);
    if (one.ok) {
      recorded.push(one.value);
      continue;
    }
    for (const rest of calls.slice(at + 1)) rest.verdict.reservation?.drop();
    await unsent(recorded, `another call that belongs to it: ${one.error.reason}`, deps);
    return one;
  }
  return ok(recorded);
}

/** They were recorded, and go nowhere. */
export async function unsent(calls: readonly RecordedCall[], why: string, deps: Deps): Promise<void> {
  for (const call of calls)
    await settlement(call, deps).settle({ ...withoutAnswer('aborted', why), isUnsent: true });
}
