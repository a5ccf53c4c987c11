// DecidedCall -> ClearedCall. What policy allowed goes on; what it denied is recorded and refused; what it guards waits
// for people, and is decided afresh before it goes on (DESIGN sections 6, 8).
import { newId } from '@countersign/audit';
import type { Decision } from '@countersign/policy';
import { closedEntry, closing, type NewApproval, requestedEntry, requestRow } from '../approvals/changes.ts';
import { answeredBy } from '../approvals/terms.ts';
import type { Approval, RequestedGuard } from '../approvals/types.ts';
import { ok, refuse, type Rejection, type Result } from '../errors.ts';
import { shownParams } from '../obligations/recorded.ts';
import type { Agent } from '../registry/types.ts';
import type { EntryReceipt } from '../store/types.ts';
import { authorize } from './authorize.ts';
import type { Deps } from './deps.ts';
import { decidedEntry, targetName } from './entries.ts';
import { decisionReceipt, refusedWith, withReceiptLine } from './receipted.ts';
import { renewed } from './renew.ts';
import { only, recordDenial, refused } from './record.ts';
import type { ClearedCall, DecidedCall } from './types.ts';

export interface HeldCall {
  readonly call: DecidedCall;
  readonly approval: Approval;
  /** Of the decision to hold it, on one line. */
  readonly receipt: string;
}

/** Lets an allowed call through; records a denied one. A held one has another way: `openRequest`. */
export async function clear(call: DecidedCall, deps: Deps): Promise<Result<ClearedCall>> {
  if (call.verdict.outcome === 'allow') return ok({ ...call, approval: call.verdict.grant });
  const recorded = await recordDenial(call, deps);
  if (!recorded.ok) return recorded;
  return { ok: false, error: await refusedWith(denial(call), call, recorded.value, deps) };
}

/** Records the hold and opens its approval request, or joins the one that an identical call opened. */
export async function openRequest(call: DecidedCall, deps: Deps): Promise<Result<HeldCall>> {
  const { agent } = call.caller;
  const { binding, decision } = call.verdict;
  if (agent === null || binding === null || decision === null)
    throw new Error('a hold without agent, binding or decision');
  await deps.approvals.sweep();

  const live = await deps.approvals.live(binding.key);
  // It may have been approved since the decision: then it is good for this call.
  const grant = live?.state === 'approved' ? await deps.approvals.grantFor(binding.key) : null;
  if (live !== null && (live.state === 'pending' || (grant?.id === live.id && covers(live, decision)))) {
    // Each of them holds a connection: identical calls must not take all there are.
    const isCrowded = deps.approvals.waiting(live.id) >= deps.settings.pendingPerAgent;
    return isCrowded ? refuseHeld(call, 'too_many_pending', deps) : join(call, live, deps);
  }
  // Whoever asks again for what was rejected learns that, and the people are not asked again (H5).
  if (live === null && (await deps.approvals.isRejected(binding.key)))
    return refuseHeld(call, 'approval_rejected', deps);
  if ((await deps.approvals.pendingOf(agent.uid)) >= deps.settings.pendingPerAgent) {
    return refuseHeld(call, 'too_many_pending', deps);
  }
  const request = newRequest(call, agent, binding, deps);
  // A grant that is not all of what policy asks for today gives way to a request for that.
  const outdated = live === null ? null : closing(live, 'expired', deps.now());
  const result = await deps.writer.commit({
    entries: [
      decidedEntry(call, request.id, deps.neverStore),
      ...(live === null
        ? []
        : [closedEntry(live, 'expired', 'what was approved is not what policy asks for now')]),
      requestedEntry(request),
    ],
    changes: [...(outdated?.changes ?? []), requestRow(request)],
    preconditions: outdated?.preconditions ?? [],
  });
  if (!result.ok) {
    // An identical call opened its request in the same instant: join that one.
    const winner = result.code === 'log_unavailable' ? null : await deps.approvals.live(binding.key);
    return winner === null ? refused(result) : join(call, winner, deps);
  }
  const approval = await deps.approvals.byId(request.id);
  if (approval === null) throw new Error(`approval ${request.id} was committed and cannot be read`);
  deps.approvals.opened(approval.id);
  return heldAt(result.receipts.slice(0, 1), call, approval, deps);
}

/**
 * Waits, bounded, for the people; then decides again with the policy, registry and grant of now.
 *
 * @param signal aborts when there is nobody to answer any more.
 * @param isGivenUp whether the caller then gave the call up, or only lost its connection and may come back for it.
 */
export async function awaitRelease(
  held: HeldCall,
  deps: Deps,
  signal: AbortSignal,
  isGivenUp: () => boolean = () => true,
): Promise<Result<ClearedCall>> {
  const { call, approval } = held;
  const settled = await deps.approvals.settled(approval.id, deps.settings.holdMs, signal);
  if (signal.aborted && isGivenUp()) {
    // Nobody wants the answer any more: an approval that came later would execute an orphan (DESIGN section 8).
    await deps.approvals.abandon(approval.id, 'the caller went away while the call was held');
    return refuse('approval_expired', 'caller gone', 'the call was abandoned while it was held');
  }
  if (signal.aborted || settled === null) {
    deps.approvals.keep(approval.id);
    return { ok: false, error: pending(held) };
  }
  return release(call, settled, deps);
}

/** What became of a held call once its request was settled. The final word is a fresh decision, not the old one. */
export async function release(
  call: DecidedCall,
  settled: Approval,
  deps: Deps,
): Promise<Result<ClearedCall>> {
  switch (settled.state) {
    case 'rejected':
      return clear(withVerdict(call, 'approval_rejected'), deps);
    case 'withdrawn':
      return clear(settled.grantExpiresAt === null ? expired(call) : takenBack(call), deps);
    case 'expired':
    case 'consumed':
    case 'pending':
      return clear(expired(call), deps);
    case 'approved': {
      const now = await renewed(call, deps);
      if (now === null) return clear(withVerdict(call, 'tool_unavailable'), deps);
      const again = await authorize(now, deps, call.verdict.round + 1);
      return clearAgain(again, settled.id, deps);
    }
  }
}

/**
 * What follows from a decision that was made again. A guard that matches newly holds; a retry finds its request.
 *
 * @param grant by which it would have been sent; null where it needed none.
 */
async function clearAgain(
  again: DecidedCall,
  grant: string | null,
  deps: Deps,
): Promise<Result<ClearedCall>> {
  if (again.verdict.outcome !== 'hold') return clear(again, deps);
  // Whoever took the approval back is not asked for it again, unless the agent does.
  const isTakenBack = grant !== null && (await deps.approvals.byId(grant))?.state === 'withdrawn';
  if (isTakenBack) return clear(takenBack(again, again.verdict.round), deps);
  const reopened = await openRequest(again, deps);
  return reopened.ok ? { ok: false, error: pending(reopened.value) } : reopened;
}

/** A call that lost against others at a meter, decided anew by what the meter shows now; nothing of it is on record. */
export async function decideAgain(call: DecidedCall, deps: Deps): Promise<Result<ClearedCall>> {
  return clearAgain(await authorize(call, deps, call.verdict.round), call.verdict.grant, deps);
}

function pending({ approval, receipt }: HeldCall): Rejection {
  const groups = [...new Set(approval.guards.map((guard) => guard.group))].join(', ');
  const message =
    `this call is held for approval (${approval.id}) by ${groups} until ${new Date(approval.expiresAt).toISOString()}; ` +
    'nothing was sent; make the same call again with the same arguments to learn the outcome';
  const data = { approvalId: approval.id, expiresAt: new Date(approval.expiresAt).toISOString() };
  return withReceiptLine({ code: 'approval_pending', reason: message, message, data }, receipt);
}

function covers(approval: Approval, { guards }: Decision): boolean {
  return answeredBy(approval, guards).length === guards.length;
}

async function join(call: DecidedCall, approval: Approval, deps: Deps): Promise<Result<HeldCall>> {
  const result = await deps.writer.commit({ entries: [decidedEntry(call, approval.id, deps.neverStore)] });
  return result.ok ? heldAt(result.receipts, call, approval, deps) : refused(result);
}

async function heldAt(
  entries: readonly EntryReceipt[],
  call: DecidedCall,
  approval: Approval,
  deps: Deps,
): Promise<Result<HeldCall>> {
  return ok({ call, approval, receipt: await decisionReceipt(call, only(entries), deps) });
}

/** Denied without a request of its own: this is the first and last word on the call. */
function refuseHeld(
  call: DecidedCall,
  reason: 'approval_rejected' | 'too_many_pending',
  deps: Deps,
): Promise<Result<never>> {
  return clear(withVerdict(call, reason, call.verdict.round), deps) as Promise<Result<never>>;
}

const expired = (call: DecidedCall): DecidedCall => withVerdict(call, 'approval_expired');
const takenBack = (call: DecidedCall, round?: number): DecidedCall =>
  withVerdict(call, 'approval_expired', round, 'the approval was taken back');

const WHY = {
  approval_rejected: 'a reviewer rejected it',
  approval_expired: 'nobody approved it in time',
  too_many_pending: 'the agent has too many calls waiting for approval',
  tool_unavailable: 'what it was aimed at is no longer registered',
} as const;

function withVerdict(
  call: DecidedCall,
  reason: keyof typeof WHY,
  round = call.verdict.round + 1,
  why: string = WHY[reason],
): DecidedCall {
  const sentence = call.verdict.sentence.replace(/ and this .*$/s, ` and this was denied: ${why}`);
  return { ...call, verdict: { ...call.verdict, outcome: 'deny', reason, sentence, round, grant: null } };
}

const CODES = {
  unregistered: 'unregistered',
  quarantined: 'quarantined',
  unknown_tool: 'unknown_target',
  invalid_arguments: 'invalid_arguments',
  approval_rejected: 'approval_rejected',
  approval_expired: 'approval_expired',
  too_many_pending: 'too_many_pending',
  policy_unavailable: 'policy_unavailable',
} as const;

function denial(call: DecidedCall): Rejection {
  const { reason, sentence, decision, told } = call.verdict;
  const code = told ?? (CODES as Partial<Record<string, Rejection['code']>>)[reason] ?? 'denied';
  return {
    code,
    reason: sentence,
    message: callerText(call),
    data: { reason, policies: decision?.determining.map(({ id }) => id) ?? [], callId: call.id },
  };
}

/** What the model at the other end reads: what happened and that a retry changes nothing. */
function callerText(call: DecidedCall): string {
  const what = `${call.operation} \`${targetName(call.target, call.upstream.name)}\``;
  switch (call.verdict.reason) {
    case 'unknown_tool':
      return `Unknown tool: ${targetName(call.target, call.upstream.name)}`;
    case 'invalid_arguments':
      return call.verdict.sentence.replace(/^.* and this was denied: /s, '');
    case 'definition_not_accepted':
      return `${what} was denied: its definition is new or changed, and the gateway's operator has to accept it first (call ${call.id}); do not retry it until then`;
    case 'policy_broken':
    case 'policy_error':
    case 'policy_unavailable':
      return `${what} was denied: the gateway's policies cannot decide it as they are (${call.verdict.reason}, call ${call.id}); do not retry it until its operator has corrected them`;
    case 'unregistered':
      return `${what} was denied: your identity is not bound to a registered agent (call ${call.id}); ask the gateway's operator to register it`;
    default:
      return `${what} was denied by policy (${call.verdict.reason}, call ${call.id}); do not retry it unchanged`;
  }
}

function newRequest(
  call: DecidedCall,
  agent: Agent,
  binding: NonNullable<DecidedCall['verdict']['binding']>,
  { now, digestKey, neverStore }: Pick<Deps, 'now' | 'digestKey' | 'neverStore'>,
): NewApproval {
  const guards = requestedGuards(call);
  const requestedAt = now();
  const resource = neverStore.clean(targetName(call.target, call.upstream.name));
  const shortest = Math.min(...(call.verdict.decision?.guards ?? []).map((guard) => guard.expiresMs));
  return {
    id: newId('apr'),
    binding: binding.key,
    callDigest: binding.callDigest,
    call: call.id,
    chain: call.link.chain,
    agentUid: agent.uid,
    agent: agent.name,
    subject: call.caller.subject?.user?.name ?? call.caller.subject?.sub ?? '',
    upstreamUid: call.upstream.uid,
    resource,
    guards,
    shown: {
      sentence: neverStore.clean(call.verdict.sentence),
      operation: call.operation,
      upstream: call.upstream.name,
      resource,
      params: shownParams(call, digestKey, neverStore),
      owner: agent.owner.name,
    },
    requestedAt,
    expiresAt: requestedAt + shortest,
  };
}

function requestedGuards(call: DecidedCall): RequestedGuard[] {
  const decision = call.verdict.decision;
  return (decision?.guards ?? []).map(({ id, group, quorum, reasonRequired, maxWaitMs }) => ({
    policy: id,
    group,
    quorum,
    reasonRequired,
    maxWaitMs: maxWaitMs ?? null,
    description: decision?.determining.find((policy) => policy.id === id)?.description ?? null,
  }));
}
