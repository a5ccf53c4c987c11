// ClearedCall -> RecordedCall: the decision becomes durable, together with all that it changes. This is the only place
// that makes a RecordedCall, and `forward` takes nothing else: no record, no call (A4).
import type { Id } from '@countersign/audit';
import { ok, refuse, type Rejection, type Result } from '../errors.ts';
import { holdMasks, sessionHolder } from '../obligations/held-masks.ts';
import { masksOf } from '../obligations/of-call.ts';
import type { Change, CommitResult, EntryReceipt, Precondition } from '../store/types.ts';
import type { Deps } from './deps.ts';
import { decidedEntry } from './entries.ts';
import { holdersOf } from './facts.ts';
import { refusedWith } from './receipted.ts';
import { isAggregated } from './recording.ts';
import type { ClearedCall, DecidedCall, RecordedCall } from './types.ts';

export async function record(call: ClearedCall, deps: Deps): Promise<Result<RecordedCall>> {
  // A call may have been held while the node left service.
  const fault = deps.health.fault();
  if (fault !== null) {
    call.verdict.reservation?.drop();
    return outOfService(fault);
  }
  if (isAggregated(call.operation)) {
    deps.traffic.count(call.upstream.uid, call.operation);
    return ok(stamp(call, null));
  }
  const request = {
    entries: [decidedEntry(call, call.approval, deps.neverStore)],
    changes: [
      ...labelChanges(call, deps),
      ...holdMasks(sessionHolder(call), masksOf(call)),
      ...consume(call.approval, call.id),
    ],
    preconditions: unspent(call.approval),
  };
  const result = await deps.meters.commit(request, call.verdict.reservation);
  if (result.ok) return ok(stamp(call, only(result.receipts)));
  if (result.code === 'overtaken') return overtaken(call);
  if (result.code === 'log_unavailable' || call.approval === null) return refused(result);
  // Another call redeemed the grant first, or it was taken back: this call has none, and the record says so.
  const none = { grant: null, reservation: null };
  const spent = { ...call.verdict, ...none, outcome: 'deny', reason: 'approval_expired' } as const;
  const denial = await recordDenial({ ...call, verdict: spent }, deps);
  if (!denial.ok) return denial;
  return { ok: false, error: await refusedWith(refused(result).error, call, denial.value, deps) };
}

/** A denial is an entry too (A5). Nothing else follows from it: nothing was forwarded. */
export async function recordDenial(call: DecidedCall, deps: Deps): Promise<Result<EntryReceipt>> {
  const result = await deps.writer.commit({ entries: [decidedEntry(call, null, deps.neverStore)] });
  return result.ok ? ok(only(result.receipts)) : refused(result);
}

/**
 * Labels apply when the call is decided, before it is sent: chain and exposure carry them from here on, whatever
 * the upstream answers, so that an error or an abort cannot skip them (DESIGN section 6).
 */
function labelChanges(call: DecidedCall, deps: Deps): Change[] {
  // Who is sent a message sees what the message carries.
  const callee = call.upstream.kind === 'a2a' ? [call.upstream.uid] : [];
  const holders = [...holdersOf(call), ...callee];
  return exposureChanges(holders, call.verdict.labels, call, deps);
}

export function exposureChanges(
  holders: readonly string[],
  labels: readonly string[],
  call: DecidedCall,
  deps: Deps,
): Change[] {
  const until = deps.now() + deps.settings.exposureMs;
  return labels.flatMap((label): Change[] => [
    { ensure: 'chain_labels', row: { chain: call.link.chain, label } },
    ...holders.map((holder): Change => ({ put: 'exposures', row: { holder, label, until, call: call.id } })),
  ]);
}

export function outOfService(fault: string): Result<never> {
  return refuse('log_unavailable', fault, 'this gateway is out of service and forwards nothing', {
    retryAfterSeconds: 30,
  });
}

function overtaken({ id }: ClearedCall): Result<never> {
  return refuse(
    'overtaken',
    `the meters that ${id} was decided by have changed since`,
    'too many calls are counted together just now, so this one was not decided and nothing was sent: try it again',
    { retryAfterSeconds: 1 },
  );
}

export function refused(result: Exclude<CommitResult, { ok: true }>): {
  readonly ok: false;
  readonly error: Rejection;
} {
  switch (result.code) {
    case 'precondition_failed':
    case 'conflict':
      return refuse(
        'denied',
        'the grant was used, taken back or ended meanwhile',
        'the approval for this call was used, taken back or ended meanwhile',
      );
    case 'log_unavailable':
      return refuse(
        'log_unavailable',
        result.message,
        'the audit log cannot be written, so nothing was forwarded',
        {
          retryAfterSeconds: 30,
        },
      );
  }
}

function consume(approval: Id<'apr'> | null, call: Id<'call'>): Change[] {
  if (approval === null) return [];
  return [
    {
      update: 'approvals',
      set: { state: 'consumed', consumed_by: call },
      where: { id: approval, state: 'approved' },
    },
  ];
}

function unspent(approval: Id<'apr'> | null): Precondition[] {
  if (approval === null) return [];
  return [{ table: 'approvals', where: { id: approval, state: 'approved' }, expect: 'exists' }];
}

export function only(receipts: readonly EntryReceipt[]): EntryReceipt {
  const [receipt] = receipts;
  if (receipt === undefined) throw new Error('a commit of one entry returned no receipt');
  return receipt;
}

function stamp(call: ClearedCall, receipt: EntryReceipt | null): RecordedCall {
  return { ...call, receipt } as RecordedCall;
}
