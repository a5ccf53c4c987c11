// What becomes of held messages: each is decided again and sent, exactly once, as soon as people have decided, or its task is
// ended (protocols/releasing.ts); here is how a task of A2A says so, and who follows it.
import type { Approval } from '../../approvals/types.ts';
import { ok, type Rejection } from '../../errors.ts';
import type { Deps } from '../../pipeline/deps.ts';
import { carry } from '../../pipeline/pipeline.ts';
import type { CallRecord } from '../../store/readers/calls.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';
import { createReleasing, type Ended, type Releasing } from '../releasing.ts';
import { carryOut, type CarryOutDeps } from './carry-out.ts';
import { dialectOfTask } from './dialects/of-task.ts';
import { heldStatus, statusUpdateJson, taskResult } from './held-task.ts';
import type { Ending, OwnTasks } from './own-tasks.ts';
import type { Push } from './push/push.ts';
import { heldAgain, unpark } from './parked.ts';
import { sameTask } from './rows.ts';
import { dressCall } from './send.ts';
import type { UpstreamCards } from './upstream-card.ts';

export interface Releases extends Releasing {
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

export function createReleases(deps: ReleasesDeps): Releases {
  const { readers, ownTasks, followers } = deps;
  const pipeline: Deps = { ...deps.pipeline, send: deps.send };
  const { approvals } = pipeline;

  const releasing = createReleasing({
    pipeline,
    tasks: readers.tasks,
    calls: readers.calls,
    isMine: ({ tool }) => tool === null,
    unpark: (parked, signal) => unpark(parked, signal, pipeline),
    begin: (row) => ownTasks.begin(row),
    async send(call, row) {
      const sent = await carry(await dressCall(call, deps), pipeline, async (recorded) => {
        deps.push.open(recorded, row);
        return ok(recorded);
      });
      if (!sent.ok) deps.push.answered(call);
      return sent;
    },
    carryOut: (row, call) => carryOut(row, call, deps).finally(() => deps.push.answered(call)),
    async holdAgain(row, parked, approval) {
      await ownTasks.holdAgain(row, approval.id, heldAgain(parked));
      const task = { id: row.id, context: row.context };
      const dialect = await dialectOfTask(row, readers);
      const status = heldStatus(task, approval, pipeline.now(), dialect);
      followers.publish(row.id, statusUpdateJson(task, status, dialect));
    },
    async end(row, how) {
      return finish(row, await endingOf(how), how.kind === 'failed');
    },
    afterRestart,
    settled: tellFollowers,
  });

  async function endingOf(how: Ended): Promise<Ending> {
    switch (how.kind) {
      case 'withdrawn':
        return { state: 'TASK_STATE_CANCELED', text: 'the held message was withdrawn by its caller' };
      case 'unknown':
        return { state: 'TASK_STATE_FAILED', text: UNKNOWN };
      case 'failed':
        return { state: 'TASK_STATE_FAILED', text: how.rejection.message };
      case 'refused':
        return { state: 'TASK_STATE_REJECTED', text: await whyNot(how.approval, how.rejection) };
    }
  }

  async function whyNot(approval: Approval | null, rejection: Rejection): Promise<string> {
    if (approval?.state !== 'rejected') return rejection.message;
    const reviews = await readers.approvals.reviews(approval.id);
    const reason = reviews.find(({ verdict }) => verdict === 'reject')?.reason ?? '';
    return reason === '' ? 'a reviewer rejected the message' : `a reviewer rejected the message: ${reason}`;
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
    ...releasing,
    async stop() {
      await releasing.stop();
      followers.endAll();
    },
    async withdraw(row) {
      if (row.parked === null || row.approval === null) return null;
      await approvals.withdraw(row.approval, 'the caller canceled the held message');
      await releasing.look(row.id);
      const now = await fresh(row);
      return now.state === 'TASK_STATE_CANCELED' ? ownTasks.show(now) : null;
    },
  };
}
