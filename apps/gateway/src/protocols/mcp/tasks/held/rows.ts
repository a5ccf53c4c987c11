// The gateway's own tasks of MCP in the store: opened for a call of a tool that is held, shown to whoever may ask, and ended
// once. Where the server itself answers the call with a task, this one is from then on another name for that.
import { randomUUID } from 'node:crypto';
import type { Approval } from '../../../../approvals/types.ts';
import { ok, refuse, type Result } from '../../../../errors.ts';
import type { Deps } from '../../../../pipeline/deps.ts';
import { refused } from '../../../../pipeline/record.ts';
import type { AuthenticatedCall, DecidedCall } from '../../../../pipeline/types.ts';
import type { CallReader } from '../../../../store/readers/calls.ts';
import type { TaskReader, TaskRecord } from '../../../../store/readers/tasks.ts';
import { createTurns } from '../../../../turns.ts';
import { taskSettled } from '../../../task-settled.ts';
import { changed, isOwnTask } from '../rows.ts';
import { AT_WORK, type EndStatus, isSettled, LOGGED, settledRow } from '../states.ts';
import { heldAgain, parkedBytes, roundIn, withRound } from './parked.ts';
import { type HeldRound, questionsText } from './round.ts';

export interface HeldTaskReaders {
  readonly tasks: Pick<TaskReader, 'get' | 'byApproval' | 'parked'>;
  readonly calls: Pick<CallReader, 'get'>;
}

/** The words of the table, which are those of A2A. */
const HELD = 'TASK_STATE_AUTH_REQUIRED';
const DAY_MS = 24 * 3_600_000;
/** The longest that any task of a server is known here. */
const ALIAS_MS = 90 * DAY_MS;

/** What the call came to, as a member of the task: `{"result":…}` or `{"error":…}`. */
export interface CameTo {
  readonly end: EndStatus;
  /** JSON text; null where nothing is told. */
  readonly text: string | null;
  /** Whether the call was sent, so that its end is an entry. */
  readonly isSent: boolean;
}

export interface HeldTasks {
  /** Null for what is not there, not the gateway's own, or somebody else's. */
  find(call: AuthenticatedCall, id: string): Promise<TaskRecord | null>;
  /** The task of this caller that waits for `approval` already; or a new one, with the call in it. */
  open(call: DecidedCall, approval: Approval): Promise<Result<TaskRecord>>;
  /** Approved: from here on it cannot be withdrawn. False where somebody else changed it first. */
  begin(row: TaskRecord): Promise<boolean>;
  holdAgain(row: TaskRecord, parked: Uint8Array, approval: Approval): Promise<void>;
  /** From here on another name for the server's task. */
  rename(row: TaskRecord, upstreamTask: string): Promise<void>;
  end(row: TaskRecord, cameTo: CameTo): Promise<void>;
  /** Its server asks, or how far its client is with the answers; the row as it is now. */
  setRound(row: TaskRecord, round: HeldRound): Promise<TaskRecord>;
  /** The row as it is now. */
  again(row: TaskRecord): Promise<TaskRecord | null>;
  /** Calls `listener` with the id of each task that has changed, once that is durable. Returns how to stop it. */
  onChange(listener: (id: string) => void): () => void;
}

/** The server's id of the task that this one is another name for; null while it is a task of the gateway's own. */
export function aliasOf({ context }: TaskRecord): string | null {
  return context === '' ? null : context;
}

export function isHeld({ parked, state }: TaskRecord): boolean {
  return parked !== null && state === HELD;
}

export function createHeldTasks(
  { writer, now, approvals }: Pick<Deps, 'writer' | 'now' | 'approvals'>,
  { tasks, calls }: HeldTaskReaders,
): HeldTasks {
  const inTurn = createTurns();
  const listeners = new Set<(id: string) => void>();
  const told = (id: string): void => listeners.forEach((listener) => listener(id));

  async function write(
    row: TaskRecord,
    set: Parameters<typeof changed>[1],
    entries: ReturnType<typeof taskSettled>[] = [],
  ): Promise<void> {
    const result = await writer.commit({ entries, changes: changed(row, set, now()).changes });
    if (!result.ok) throw new Error(`the task ${row.id} could not be written: ${result.code}`);
    told(row.id);
  }

  async function open(call: DecidedCall, approval: Approval): Promise<Result<TaskRecord>> {
    const earlier = await tasks.byApproval(approval.id);
    const same = earlier.find((row) => row.parked !== null && isOwnTask(row, call));
    if (same !== undefined) return ok(same);
    const at = now();
    const row = {
      id: randomUUID(),
      upstream_uid: call.upstream.uid,
      upstream_task: null,
      context: '',
      call: call.id,
      chain: call.link.chain,
      agent_uid: call.caller.agent?.uid ?? '',
      subject: call.caller.subject?.key ?? '',
      state: HELD,
      minted: 1,
      approval: approval.id,
      parked: parkedBytes(call),
      tool: call.target.kind === 'tool' ? call.target.name : '',
      expires_at: approval.expiresAt + DAY_MS,
      created_at: at,
      updated_at: at,
    };
    const result = await writer.commit({ entries: [], changes: [{ insert: 'tasks', row }] });
    if (!result.ok) {
      await approvals.withdraw(approval.id, 'the held call could not be kept');
      return result.code === 'log_unavailable'
        ? refused(result)
        : refuse('log_unavailable', result.code, 'the held call could not be kept: make it again');
    }
    // Somebody relies on the request now, whoever else waits for it and gives up.
    approvals.keep(approval.id);
    const opened = await tasks.get(row.id);
    if (opened === null) throw new Error(`the task ${row.id} was committed and cannot be read`);
    return ok(opened);
  }

  return {
    async find(call, id) {
      const row = await tasks.get(id);
      return row !== null && row.minted && isOwnTask(row, call) ? row : null;
    },

    // Identical calls at once must not become two tasks, of which one would have to be approved again.
    open: (call, approval) => inTurn(approval.id, () => open(call, approval)),

    async begin(row) {
      const result = await writer.commit({ entries: [], ...changed(row, { state: AT_WORK }, now()) });
      if (result.ok) told(row.id);
      return result.ok;
    },

    holdAgain: (row, parked, { id, expiresAt }) =>
      write(row, {
        state: HELD,
        approval: id,
        parked: heldAgain(parked),
        expires_at: expiresAt + DAY_MS,
      }),

    rename: (row, upstreamTask) =>
      write(row, { context: upstreamTask, parked: null, state: AT_WORK, expires_at: now() + ALIAS_MS }),

    async setRound(row, round) {
      if (row.parked === null) throw new Error(`the task ${row.id} has no call`);
      const parked = withRound(row.parked, round);
      await write(row, { state: AT_WORK, parked });
      return { ...row, state: AT_WORK, parked };
    },
    again: ({ id }) => tasks.get(id),
    async end(row, { end, text, isSent }) {
      const call = isSent ? await calls.get(row.call) : null;
      const entries =
        call === null ? [] : [taskSettled({ ...row, decided: call.decidedIndex }, LOGGED[end], text)];
      const result = text === null ? null : Buffer.from(text);
      await write(row, { state: settledRow(end), parked: null, result }, entries);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const POLL_MS = 2_000;

/** The task as its members, as JSON text. @param approval that it waits for; null where it waits for none. */
export function taskText(row: TaskRecord, approval: Approval | null): string {
  const told = statusOf(row, approval);
  const head = {
    taskId: row.id,
    status: told.status,
    ...(told.message === undefined ? {} : { statusMessage: told.message }),
    createdAt: new Date(row.createdAt).toISOString(),
    lastUpdatedAt: new Date(row.updatedAt).toISOString(),
    ttlMs: (row.expiresAt ?? row.createdAt) - row.createdAt,
    pollIntervalMs: POLL_MS,
  };
  // What the call came to is text of its server: numbers keep their digits.
  const members = JSON.stringify(head).slice(1, -1);
  return told.text === undefined ? members : `${members},${told.text.slice(1, -1)}`;
}

function statusOf(
  row: TaskRecord,
  approval: Approval | null,
): { readonly status: string; readonly message?: string; readonly text?: string } {
  const round = isSettled(row) ? null : roundIn(row);
  const questions = round === null ? null : questionsText(round);
  if (questions !== null) return { status: 'input_required', text: `{"inputRequests":${questions}}` };
  if (!isSettled(row))
    return {
      status: 'working',
      message: approval === null ? 'approved: the call is being carried out' : awaiting(approval),
    };
  if (row.state === settledRow('cancelled'))
    return { status: 'cancelled', message: 'withdrawn: nothing was sent' };
  // An erasure took it away.
  if (row.result === null)
    return { status: 'failed', text: errorText('what this call came to is no longer kept') };
  const text = Buffer.from(row.result).toString('utf8');
  return { status: row.state === settledRow('completed') ? 'completed' : 'failed', text };
}

export function errorText(message: string): string {
  return JSON.stringify({ error: { code: -32603, message } });
}

function awaiting({ id, guards, expiresAt }: Approval): string {
  const groups = [...new Set(guards.map(({ group }) => group))].join(', ');
  return `awaiting approval ${id} by ${groups} until ${new Date(expiresAt).toISOString()}: nothing was sent yet`;
}
