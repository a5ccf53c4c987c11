// What becomes of held messages: as soon as people have decided, each is decided again with the policy of now and sent,
// exactly once, or its task is ended (DESIGN section 8). What an earlier process left held is taken up at the start; what
// it may have sent is never sent again.
import type { Approval } from '../../approvals/types.ts';
import { ok, type Rejection } from '../../errors.ts';
import { denied } from '../../pipeline/authorize.ts';
import type { Deps } from '../../pipeline/deps.ts';
import { release } from '../../pipeline/hold.ts';
import { carry } from '../../pipeline/pipeline.ts';
import { recordDenial } from '../../pipeline/record.ts';
import type { DecidedCall } from '../../pipeline/types.ts';
import type { CallRecord } from '../../store/readers/calls.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';
import { warn } from '../../warnings.ts';
import { carryOut, type CarryOutDeps } from './carry-out.ts';
import { dialectOfTask } from './dialects/of-task.ts';
import { heldStatus, statusUpdateJson, taskResult } from './held-task.ts';
import type { Ending, OwnTasks } from './own-tasks.ts';
import type { Push } from './push/push.ts';
import { heldAgain, unpark } from './parked.ts';
import { sameTask } from './rows.ts';
import { dressCall } from './send.ts';
import type { UpstreamCards } from './upstream-card.ts';

export interface Releases {
  /** Takes up what is held and decided. Call it once, when everything behind the pipeline stands. */
  start(): Promise<void>;
  /** Breaks off what is being carried out, and waits until that is on record. */
  stop(): Promise<void>;
  /** Looks at a held task: sends or ends it if people have decided. Resolves when that is done. */
  look(task: string): Promise<void>;
  /** The task as JSON text once its message is withdrawn; null where it is too late for that. */
  withdraw(row: TaskRecord): Promise<string | null>;
}

export interface ReleasesDeps extends CarryOutDeps {
  readonly ownTasks: OwnTasks;
  readonly cards: Pick<UpstreamCards, 'interfaceOf'>;
  /** Sends to the agents themselves. */
  readonly send: Deps['send'];
  readonly push: Pick<Push, 'open' | 'answered'>;
}

const UNKNOWN =
  'the outcome is unknown: the gateway stopped while the message was being sent, so it may have been carried out; it is not sent again';

/** The log could not be written, or others were faster at a meter, so nothing was sent: try again after this. */
const RETRY_MS = 5_000;

export function createReleases(deps: ReleasesDeps): Releases {
  const { readers, ownTasks, followers } = deps;
  const pipeline: Deps = { ...deps.pipeline, send: deps.send };
  const { approvals } = pipeline;
  const stopping = new AbortController();
  const turns = new Map<string, Promise<void>>();
  const retries = new Set<NodeJS.Timeout>();
  let unsubscribe = (): void => undefined;

  /** One look at a time for each task: two could send its message twice. */
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
    const row = await readers.tasks.get(id);
    if (row === null) return;
    if (row.parked === null || row.approval === null) return tellFollowers(row);
    if (stopping.signal.aborted) return;
    const call = await readers.calls.get(row.call);
    // SECURITY: what was allowed may have been sent. It is never sent again, whatever became of it.
    if (call?.decision === 'allow') return afterRestart(row, call);
    if (call?.decision === 'deny')
      return finish(row, refusedAs('the message was denied when it was to be sent'));
    const approval = await approvals.byId(row.approval);
    if (approval === null) throw new Error(`its approval ${row.approval} is not there`);
    switch (approval.state) {
      case 'pending':
        return;
      case 'withdrawn':
        return finish(row, {
          state: 'TASK_STATE_CANCELED',
          text: 'the held message was withdrawn by its caller',
        });
      default:
        return decideAgain(row, row.parked, approval);
    }
  }

  async function decideAgain(row: TaskRecord, parked: Uint8Array, approval: Approval): Promise<void> {
    if (approval.state === 'approved' && !(await ownTasks.begin(row))) return lookLater(row.id);
    const { call, isReachable } = await unpark(parked, stopping.signal, pipeline);
    if (!isReachable) return denyUnreachable(row, call);
    const released = await release(call, approval, pipeline);
    if (!released.ok) return notReleased(row, parked, approval, released.error);
    const sent = await carry(await dressCall(released.value, deps), pipeline, async (recorded) => {
      deps.push.open(recorded, row);
      return ok(recorded);
    });
    if (sent.ok) return carryOut(await fresh(row), sent.value, deps).finally(() => deps.push.answered(call));
    deps.push.answered(call);
    const isAllowed = (await readers.calls.get(row.call))?.decision === 'allow';
    if (!isAllowed) return notReleased(row, parked, approval, sent.error);
    if (stopping.signal.aborted) return finish(row, { state: 'TASK_STATE_FAILED', text: UNKNOWN });
    return finish(row, { state: 'TASK_STATE_FAILED', text: sent.error.message }, true);
  }

  async function notReleased(
    row: TaskRecord,
    parked: Uint8Array,
    approval: Approval,
    rejection: Rejection,
  ): Promise<void> {
    // Nothing of it is on record or sent: people agreed to it, and it is tried again.
    if (rejection.code === 'log_unavailable' || rejection.code === 'overtaken') return lookLater(row.id);
    const reopened = rejection.code === 'approval_pending' ? rejection.data?.['approvalId'] : undefined;
    if (typeof reopened !== 'string') return finish(row, refusedAs(await whyNot(approval, rejection)));
    // A guard that did not match before asks now.
    await ownTasks.holdAgain(row, reopened, heldAgain(parked));
    const next = await approvals.byId(reopened);
    if (next === null) return;
    const task = { id: row.id, context: row.context };
    const dialect = await dialectOfTask(row, readers);
    const status = heldStatus(task, next, pipeline.now(), dialect);
    followers.publish(row.id, statusUpdateJson(task, status, dialect));
    if (next.state !== 'pending') void look(row.id);
  }

  async function whyNot(approval: Approval, rejection: Rejection): Promise<string> {
    if (approval.state !== 'rejected') return rejection.message;
    const reviews = await readers.approvals.reviews(approval.id);
    const reason = reviews.find(({ verdict }) => verdict === 'reject')?.reason ?? '';
    return reason === '' ? 'a reviewer rejected the message' : `a reviewer rejected the message: ${reason}`;
  }

  async function denyUnreachable(row: TaskRecord, call: DecidedCall): Promise<void> {
    const why = `the agent \`${call.upstream.name}\` is no longer registered here`;
    const refusal = denied(call, 'tool_unavailable', why);
    const verdict = { ...refusal.verdict, round: call.verdict.round + 1 };
    const recorded = await recordDenial({ ...refusal, verdict }, pipeline);
    return recorded.ok ? finish(row, refusedAs(why)) : lookLater(row.id);
  }

  /** The process that sent it ended before it could say what came of it. */
  async function afterRestart(row: TaskRecord, call: CallRecord): Promise<void> {
    if (row.upstreamTask !== null || sameTask(row) !== null) return ownTasks.handOver(row);
    if (row.result !== null && call.state === 'completed') {
      const json = Buffer.from(row.result).toString('utf8');
      return finish(row, { state: 'TASK_STATE_COMPLETED', json }, true);
    }
    return finish(row, { state: 'TASK_STATE_FAILED', text: UNKNOWN });
  }

  async function finish(row: TaskRecord, ending: Ending, isSent = false): Promise<void> {
    await ownTasks.end(row, ending, isSent);
    await tellFollowers(await fresh(row));
  }

  async function tellFollowers(row: TaskRecord): Promise<void> {
    if (!followers.isFollowed(row.id)) return;
    const dialect = await dialectOfTask(row, readers);
    followers.publish(row.id, taskResult(await ownTasks.show(row), dialect));
    followers.end(row.id);
  }

  async function fresh(row: TaskRecord): Promise<TaskRecord> {
    return (await readers.tasks.get(row.id)) ?? row;
  }

  return {
    look,
    async start() {
      unsubscribe = approvals.onChange(({ id, state }) => {
        if (state === 'pending') return;
        lookAtAll(id).catch((error: unknown) => report(id, error));
      });
      for (const row of await readers.tasks.parked()) void look(row.id);
    },
    async stop() {
      unsubscribe();
      stopping.abort();
      for (const timer of retries) clearTimeout(timer);
      await Promise.all(turns.values());
      followers.endAll();
    },
    async withdraw(row) {
      if (row.parked === null || row.approval === null) return null;
      await approvals.withdraw(row.approval, 'the caller canceled the held message');
      await look(row.id);
      const now = await fresh(row);
      return now.state === 'TASK_STATE_CANCELED' ? ownTasks.show(now) : null;
    },
  };

  async function lookAtAll(approval: string): Promise<void> {
    for (const row of await readers.tasks.byApproval(approval)) void look(row.id);
  }
}

function refusedAs(text: string): Ending {
  return { state: 'TASK_STATE_REJECTED', text };
}

function report(id: string, error: unknown): void {
  warn(`held message ${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}
