// What becomes of held calls whose callers were answered with a task: as soon as people have decided, each is decided again with
// the policy of now and sent, exactly once, or its task is ended (DESIGN section 8). What an earlier process left held is taken
// up at the start; what it may have sent is never sent again. How a task is kept and told is its protocol's.
import type { Approval } from '../approvals/types.ts';
import type { Rejection, Result } from '../errors.ts';
import { denied } from '../pipeline/authorize.ts';
import type { Deps } from '../pipeline/deps.ts';
import { release } from '../pipeline/hold.ts';
import { recordDenial } from '../pipeline/record.ts';
import type { ClearedCall, CompletedCall, DecidedCall } from '../pipeline/types.ts';
import type { CallRecord } from '../store/readers/calls.ts';
import type { TaskReader, TaskRecord } from '../store/readers/tasks.ts';
import type { Awaitable } from '../store/types.ts';
import { warn } from '../warnings.ts';

/** How a task ended whose call got no answer. */
export type Ended =
  | { readonly kind: 'withdrawn' }
  /** Nothing was sent. The call and its request, where that is known. */
  | {
      readonly kind: 'refused';
      readonly rejection: Rejection;
      readonly call: DecidedCall | null;
      readonly approval: Approval | null;
    }
  /** It may have been sent, and is not sent again. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly rejection: Rejection; readonly call: DecidedCall };

interface ReleasingParts {
  readonly pipeline: Deps;
  readonly tasks: Pick<TaskReader, 'get' | 'parked' | 'byApproval'>;
  readonly calls: { get(id: string): Awaitable<CallRecord | null> };
  /** Whether the task is of this protocol. */
  isMine(row: TaskRecord): boolean;
  /** The call as it stands with the registry of now, and whether what it goes to is still the same. */
  unpark(
    parked: Uint8Array,
    signal: AbortSignal,
  ): Promise<{ readonly call: DecidedCall; readonly isReachable: boolean }>;
  /** Approved: from here on it cannot be withdrawn. False where somebody else changed the row first. */
  begin(row: TaskRecord): Promise<boolean>;
  /** Records the call and sends it. */
  send(call: ClearedCall, row: TaskRecord): Promise<Result<CompletedCall>>;
  /** Takes the answer. */
  carryOut(row: TaskRecord, call: CompletedCall): Promise<void>;
  /** Held once more, by another request. */
  holdAgain(row: TaskRecord, parked: Uint8Array, approval: Approval): Promise<void>;
  end(row: TaskRecord, how: Ended): Promise<void>;
  /** The process that was allowed to send it ended before it could say what came of it. */
  afterRestart(row: TaskRecord, call: CallRecord): Promise<void>;
  /** Looked at, though nothing is held in it any more. */
  settled(row: TaskRecord): Promise<void>;
}

export interface Releasing {
  /** Takes up what is held and decided. Call it once, when everything behind the pipeline stands. */
  start(): Promise<void>;
  /** Breaks off what is being carried out, and waits until that is on record. */
  stop(): Promise<void>;
  /** Looks at a held task: sends or ends it if people have decided. Resolves when that is done. */
  look(task: string): Promise<void>;
}

/** The log could not be written, or others were faster at a meter, so nothing was sent: try again after this. */
const RETRY_MS = 5_000;

export function createReleasing(parts: ReleasingParts): Releasing {
  const { pipeline, tasks, calls } = parts;
  const { approvals } = pipeline;
  const stopping = new AbortController();
  const turns = new Map<string, Promise<void>>();
  const retries = new Set<NodeJS.Timeout>();
  let unsubscribe = (): void => undefined;

  /** One look at a time for each task: two could send its call twice. */
  function look(task: string): Promise<void> {
    const before = turns.get(task) ?? Promise.resolve();
    const turn = before
      .then(() => settle(task))
      .catch((error: unknown) => report(task, error))
      .finally(() => {
        if (turns.get(task) === turn) turns.delete(task);
      });
    turns.set(task, turn);
    return turn;
  }

  function lookLater(task: string): void {
    if (stopping.signal.aborted) return;
    const timer = setTimeout(() => {
      retries.delete(timer);
      void look(task);
    }, RETRY_MS);
    timer.unref();
    retries.add(timer);
  }

  async function settle(id: string): Promise<void> {
    const row = await tasks.get(id);
    if (row === null || !parts.isMine(row)) return;
    if (row.parked === null || row.approval === null) return parts.settled(row);
    if (stopping.signal.aborted) return;
    const call = await calls.get(row.call);
    // SECURITY: what was allowed may have been sent. It is never sent again, whatever became of it.
    if (call?.decision === 'allow') return parts.afterRestart(row, call);
    if (call?.decision === 'deny') return refused(row, DENIED, null, null);
    const approval = await approvals.byId(row.approval);
    if (approval === null) throw new Error(`its approval ${row.approval} is not there`);
    switch (approval.state) {
      case 'pending':
        return;
      case 'withdrawn':
        // What had been approved was taken back by people, and not given up by its caller.
        if (approval.grantExpiresAt !== null) return decideAgain(row, row.parked, approval);
        return parts.end(row, { kind: 'withdrawn' });
      default:
        return decideAgain(row, row.parked, approval);
    }
  }

  async function decideAgain(row: TaskRecord, parked: Uint8Array, approval: Approval): Promise<void> {
    if (approval.state === 'approved' && !(await parts.begin(row))) return lookLater(row.id);
    const { call, isReachable } = await parts.unpark(parked, stopping.signal);
    if (!isReachable) return denyUnreachable(row, call);
    const released = await release(call, approval, pipeline);
    if (!released.ok) return notReleased(row, parked, approval, call, released.error);
    const sent = await parts.send(released.value, row);
    if (sent.ok) return parts.carryOut((await tasks.get(row.id)) ?? row, sent.value);
    const isAllowed = (await calls.get(row.call))?.decision === 'allow';
    if (!isAllowed) return notReleased(row, parked, approval, call, sent.error);
    if (stopping.signal.aborted) return parts.end(row, { kind: 'unknown' });
    return parts.end(row, { kind: 'failed', rejection: sent.error, call });
  }

  async function notReleased(
    row: TaskRecord,
    parked: Uint8Array,
    approval: Approval,
    call: DecidedCall,
    rejection: Rejection,
  ): Promise<void> {
    // Nothing of it is on record or sent: people agreed to it, and it is tried again.
    if (rejection.code === 'log_unavailable' || rejection.code === 'overtaken') return lookLater(row.id);
    const reopened = rejection.code === 'approval_pending' ? rejection.data?.['approvalId'] : undefined;
    if (typeof reopened !== 'string') return refused(row, rejection, call, approval);
    // A guard that did not match before asks now.
    const next = await approvals.byId(reopened);
    if (next === null) throw new Error(`its approval ${reopened} is not there`);
    await parts.holdAgain(row, parked, next);
    if (next.state !== 'pending') void look(row.id);
  }

  async function denyUnreachable(row: TaskRecord, call: DecidedCall): Promise<void> {
    const kind = call.upstream.kind === 'mcp' ? 'server' : 'agent';
    const why = `the ${kind} \`${call.upstream.name}\` is no longer registered here`;
    const refusal = denied(call, 'tool_unavailable', why);
    const verdict = { ...refusal.verdict, round: call.verdict.round + 1 };
    const recorded = await recordDenial({ ...refusal, verdict }, pipeline);
    if (!recorded.ok) return lookLater(row.id);
    return refused(row, { code: 'denied', reason: why, message: why }, call, null);
  }

  function refused(
    row: TaskRecord,
    rejection: Rejection,
    call: DecidedCall | null,
    approval: Approval | null,
  ): Promise<void> {
    return parts.end(row, { kind: 'refused', rejection, call, approval });
  }

  async function lookAtAll(approval: string): Promise<void> {
    for (const row of await tasks.byApproval(approval)) void look(row.id);
  }

  return {
    look,
    async start() {
      unsubscribe = approvals.onChange(({ id, state }) => {
        if (state === 'pending') return;
        lookAtAll(id).catch((error: unknown) => report(id, error));
      });
      for (const row of await tasks.parked()) void look(row.id);
    },
    async stop() {
      unsubscribe();
      stopping.abort();
      for (const timer of retries) clearTimeout(timer);
      await Promise.all(turns.values());
    },
  };
}

const DENIED: Rejection = {
  code: 'denied',
  reason: 'it was denied when it was to be sent',
  message: 'it was denied when it was to be sent',
};

function report(id: string, error: unknown): void {
  warn(`held call ${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}
