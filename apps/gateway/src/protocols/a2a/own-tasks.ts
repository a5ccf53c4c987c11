// The gateway's own tasks in the store: opened for a message that is held, shown to whoever may ask, and ended once.
import type { EntryDraft } from '@countersign/audit';
import type { Approval } from '../../approvals/types.ts';
import { ok, refuse, type Result } from '../../errors.ts';
import type { Deps } from '../../pipeline/deps.ts';
import { refused } from '../../pipeline/record.ts';
import type { DecidedCall } from '../../pipeline/types.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';
import type { Change } from '../../store/types.ts';
import { dialectOfTask } from './dialects/of-task.ts';
import { bareStatus, heldStatus, statusText, taskJson } from './held-task.ts';
import { namedContextOf, namedTaskOf } from './named.ts';
import { parkCall } from './parked.ts';
import { type A2aReaders, principalOf } from './reads.ts';
import { contextChange, mintId, newContext, sameTask, settledEntry, taskChange } from './rows.ts';
import { type TaskState, taskStateOf } from './states.ts';

/** How an own task ends: with what there is to say, or with the task itself, as JSON text. */
export type Ending = {
  readonly state: TaskState;
  /** The task's metadata as JSON text, where it has any. */
  readonly metadata?: string | undefined;
} & ({ readonly text: string } | { readonly json: string });

export interface OwnTasks {
  /** A new task that waits, with its message, for `approval`. Refused where its context is held already. */
  open(call: DecidedCall, approval: Approval): Promise<Result<TaskRecord>>;
  /** The task as JSON text. */
  show(row: TaskRecord): Promise<string>;
  /** Keeps what the agent said before it is told: it is told once the call's outcome is on record. */
  keep(row: TaskRecord, json: string): Promise<Result<void>>;
  /** Approved: from here on it cannot be withdrawn. False where somebody else changed it first. */
  begin(row: TaskRecord): Promise<boolean>;
  /** Held once more, by another request. */
  holdAgain(row: TaskRecord, approval: string, parked: Uint8Array): Promise<void>;
  /** Nothing is left to do for it: the agent's own task says the rest. */
  handOver(row: TaskRecord): Promise<void>;
  /** Resolves with the task as JSON text. `isSent`: its message went to the agent, so that its end is an entry. */
  end(row: TaskRecord, ending: Ending, isSent: boolean): Promise<string>;
}

export function createOwnTasks(pipeline: Deps, readers: A2aReaders): OwnTasks {
  const { writer, now } = pipeline;

  async function contextFor(call: DecidedCall): Promise<string> {
    const named = namedContextOf(call);
    if (named !== null) return named;
    const task = namedTaskOf(call);
    const context = task === null ? null : (await readers.tasks.get(task))?.context;
    return context === undefined || context === null || context === '' ? mintId() : context;
  }

  /** Ends it whatever happened to the row since it was read: only one process writes it, in turn. */
  async function write(
    row: TaskRecord,
    set: Parameters<typeof taskChange>[1],
    entries: EntryDraft[],
  ): Promise<void> {
    const free: Change = { update: 'contexts', set: { held_by: null }, where: heldContext(row) };
    const { changes } = taskChange(row, { ...set, parked: null }, now());
    const result = await writer.commit({ entries, changes: [...changes, free] });
    if (!result.ok) throw new Error(`the task ${row.id} could not be written: ${result.code}`);
  }

  return {
    async open(call, approval) {
      const id = mintId();
      const context = await contextFor(call);
      const known = await readers.tasks.context(call.upstream.uid, context);
      const { agentUid, subject } = principalOf(call);
      const row = {
        id,
        upstream_uid: call.upstream.uid,
        upstream_task: null,
        context,
        call: call.id,
        chain: call.link.chain,
        agent_uid: agentUid,
        subject,
        state: 'TASK_STATE_AUTH_REQUIRED',
        minted: 1,
        approval: approval.id,
        parked: parkCall(call),
        created_at: now(),
        updated_at: now(),
      };
      const hold =
        known === null
          ? newContext(call, { id: context, upstreamContext: null, heldBy: call.id }, now())
          : contextChange(known, { held_by: call.id });
      const where = { id: context, upstream_uid: call.upstream.uid, held_by: null };
      const result = await writer.commit({
        entries: [],
        changes: [{ insert: 'tasks', row }, hold],
        preconditions: known === null ? [] : [{ table: 'contexts', where, expect: 'exists' }],
      });
      if (!result.ok) return result.code === 'log_unavailable' ? refused(result) : alreadyHeld(context);
      const opened = await readers.tasks.get(id);
      if (opened === null) throw new Error(`the task ${id} was committed and cannot be read`);
      return ok(opened);
    },

    async show(row) {
      const task = { id: row.id, context: row.context };
      if (row.result !== null && sameTask(row) === null) return Buffer.from(row.result).toString('utf8');
      const dialect = await dialectOfTask(row, readers);
      const state = taskStateOf(row.state) ?? 'TASK_STATE_WORKING';
      const approval =
        row.parked !== null && row.approval !== null && state === 'TASK_STATE_AUTH_REQUIRED'
          ? await pipeline.approvals.byId(row.approval)
          : null;
      const status =
        approval !== null
          ? heldStatus(task, approval, now(), dialect)
          : row.parked !== null
            ? statusText(task, state, 'the message was approved and is being sent', now(), dialect)
            : bareStatus(state, dialect);
      return JSON.stringify(taskJson(task, status, dialect));
    },

    async keep(row, json) {
      const { changes } = taskChange(row, { result: Buffer.from(json) }, now());
      const result = await writer.commit({ entries: [], changes });
      return result.ok ? ok(undefined) : refused(result);
    },

    async begin(row) {
      const result = await writer.commit({
        entries: [],
        ...taskChange(row, { state: 'TASK_STATE_WORKING' }, now()),
      });
      return result.ok;
    },

    async holdAgain(row, approval, parked) {
      const set = { state: 'TASK_STATE_AUTH_REQUIRED', approval, parked };
      const { changes } = taskChange(row, set, now());
      const result = await writer.commit({ entries: [], changes });
      if (!result.ok) throw new Error(`the task ${row.id} could not be held again: ${result.code}`);
    },

    handOver: (row) => write(row, {}, []),

    async end(row, ending, isSent) {
      const dialect = await dialectOfTask(row, readers);
      const task = { id: row.id, context: row.context };
      const bare =
        'json' in ending
          ? ending.json
          : JSON.stringify(
              taskJson(task, statusText(task, ending.state, ending.text, now(), dialect), dialect),
            );
      // The gateway's own text, which has no metadata yet: the agent's parts in it keep their digits.
      const json =
        ending.metadata === undefined ? bare : `${bare.slice(0, -1)},"metadata":${ending.metadata}}`;
      const call = isSent ? await readers.calls.get(row.call) : null;
      const owner = { call: row.call, chain: row.chain, agentUid: row.agentUid };
      const entries =
        call === null ? [] : settledEntry({ ...owner, decided: call.decidedIndex }, ending.state, json);
      await write(row, { state: ending.state, result: Buffer.from(json) }, entries);
      return json;
    },
  };
}

function heldContext(row: TaskRecord) {
  return { id: row.context, upstream_uid: row.upstreamUid, held_by: row.call };
}

function alreadyHeld(context: string): Result<never> {
  return refuse(
    'too_many_pending',
    `the context \`${context}\` is held already`,
    'an earlier message of this context is held: send this one again when that one is settled',
  );
}
