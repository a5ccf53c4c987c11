// The rows and entries that follow from what a server said of a task: whose it is, and, once, that it is settled (DESIGN
// sections 5, 7). Ids are the server's own: they are names within one server, and never a credential.
import { createHash, randomUUID } from 'node:crypto';
import type { ObligationPath } from '@countersign/policy';
import { memberOf, readTree } from '../../../obligations/json-tree.ts';
import { holdMasks, taskHolder } from '../../../obligations/held-masks.ts';
import { maskPaths, masksOf } from '../../../obligations/of-call.ts';
import type { Deps } from '../../../pipeline/deps.ts';
import type { AuthenticatedCall, InboundCall } from '../../../pipeline/types.ts';
import type { CallReader } from '../../../store/readers/calls.ts';
import type { TaskReader, TaskRecord } from '../../../store/readers/tasks.ts';
import type { Change, CommitRequest } from '../../../store/types.ts';
import { taskSettled } from '../../task-settled.ts';
import { namedTask } from './asked.ts';
import type { ToldTask } from './form.ts';
import { AT_WORK, type EndStatus, endedRow, isEnd, LOGGED, settledRow } from './states.ts';

export interface TaskReaders {
  readonly tasks: Pick<TaskReader, 'byUpstream' | 'expired' | 'page'>;
  readonly calls: Pick<CallReader, 'get' | 'entries'>;
}

const HOUR_MS = 3_600_000;
const MAX_DAYS = 90;

/** Until when a task is known here: its server's own time and a while, or long for one that is kept for ever. */
export function expiryOf({ ttl }: Pick<ToldTask, 'ttl'>, now: number): number {
  const longest = MAX_DAYS * 24 * HOUR_MS;
  return now + Math.min(longest, ttl === null ? longest : ttl + HOUR_MS);
}

/** Whose it is: this agent's, for this subject, at this server. */
export function isOwnTask(row: TaskRecord, { upstream, caller }: AuthenticatedCall): boolean {
  return (
    row.tool !== null &&
    row.upstreamUid === upstream.uid &&
    row.agentUid === caller.agent?.uid &&
    row.subject === (caller.subject?.key ?? '')
  );
}

/** What stands between a server's id and whose process gave it: no id has it. */
const SCOPE = '\u001f';

/**
 * What a server's task is known under. Each process counts its own tasks: where everybody has one of a server, so do the ids,
 * and two that are alike are two tasks.
 */
export function taskKey({ upstream, caller, sessionId }: AuthenticatedCall, id: string): string {
  const isOwnProcess =
    upstream.kind === 'mcp' &&
    upstream.place.transport === 'stdio' &&
    upstream.place.processes === 'per-principal';
  if (!isOwnProcess) return id;
  const owner = JSON.stringify([caller.agent?.uid, caller.subject?.key ?? '', sessionId]);
  return `${id}${SCOPE}${createHash('sha256').update(owner).digest('base64url')}`;
}

/** The server's own id. */
export function serverTask({ upstreamTask }: Pick<TaskRecord, 'upstreamTask'>): string | null {
  return upstreamTask?.split(SCOPE, 1)[0] ?? null;
}

/** The caller's task of this id; null for what is not there, and for what is somebody else's. */
export async function ownTask(
  call: AuthenticatedCall,
  id: string,
  { tasks }: Pick<TaskReaders, 'tasks'>,
): Promise<TaskRecord | null> {
  const row = await tasks.byUpstream(call.upstream.uid, taskKey(call, id));
  return row !== null && isOwnTask(row, call) ? row : null;
}

/** More ids than these are looked for among all of the caller's tasks, and not one by one: a list may be as long as its server likes. */
const ONE_BY_ONE = 32;
const PAGE = 500;
const MAX_PAGES = 40;

/** Those of these ids that are the caller's tasks; of somebody who has more than 20,000 at a server, the newest. */
export async function ownTasks(
  call: AuthenticatedCall,
  ids: readonly string[],
  { tasks }: Pick<TaskReaders, 'tasks'>,
): Promise<ReadonlyMap<string, TaskRecord>> {
  const own = new Map<string, TaskRecord>();
  if (ids.length <= ONE_BY_ONE) {
    for (const id of ids) {
      const row = await ownTask(call, id, { tasks });
      if (row !== null) own.set(id, row);
    }
    return own;
  }
  const keys = new Map(ids.map((id) => [taskKey(call, id), id]));
  const { upstream, caller } = call;
  const of = {
    upstreamUid: upstream.uid,
    agentUid: caller.agent?.uid ?? '',
    subject: caller.subject?.key ?? '',
  };
  let last: TaskRecord | null = null;
  for (let page = 0; page < MAX_PAGES && own.size < keys.size; page += 1) {
    const rows: readonly TaskRecord[] = await tasks.page(of, last, PAGE);
    for (const row of rows) {
      const id = keys.get(row.upstreamTask ?? '');
      if (id !== undefined && isOwnTask(row, call)) own.set(id, row);
    }
    last = rows.at(-1) ?? null;
    if (rows.length < PAGE) break;
  }
  return own;
}

/** The task that a call names, if it is its caller's. */
export async function taskOf(
  call: AuthenticatedCall,
  readers: Pick<TaskReaders, 'tasks'>,
): Promise<TaskRecord | null> {
  const id = namedTask(call);
  return id === null ? null : ownTask(call, id, readers);
}

/** What must stay masked in all that is told of a task. */
export async function masksOfTask(
  row: Pick<TaskRecord, 'id'>,
  { masks }: Pick<Deps, 'masks'>,
): Promise<readonly ObligationPath[]> {
  return maskPaths(await masks.held([taskHolder(row.id)]));
}

/** Of the call itself, and of the task that it is about. */
export async function masksAround(
  call: AuthenticatedCall,
  { pipeline, tasks }: { readonly pipeline: Pick<Deps, 'masks'>; readonly tasks: TaskReaders },
): Promise<readonly ObligationPath[]> {
  const own = masksOf(call);
  const row = await taskOf(call, tasks);
  return row === null ? own : [...own, ...(await masksOfTask(row, pipeline))];
}

/** The call's new task, as it was told. */
export function newTask(
  call: AuthenticatedCall & Pick<InboundCall, 'target'>,
  told: ToldTask,
  decided: number,
  now: number,
): CommitRequest {
  const id = randomUUID();
  const agentUid = call.caller.agent?.uid ?? '';
  const { chain } = call.link;
  const end = isEnd(told.status) ? told.status : null;
  const ended = end === null ? AT_WORK : (endedRow(end) ?? settledRow(end));
  const isOver = end !== null && endedRow(end) === null;
  const row = {
    id,
    upstream_uid: call.upstream.uid,
    upstream_task: taskKey(call, told.id),
    context: '',
    call: call.id,
    chain,
    agent_uid: agentUid,
    subject: call.caller.subject?.key ?? '',
    state: ended,
    minted: 0,
    tool: call.target.kind === 'tool' ? call.target.name : '',
    expires_at: expiryOf(told, now),
    created_at: now,
    updated_at: now,
  };
  return {
    entries: isOver ? [taskSettled({ call: call.id, chain, agentUid, decided }, LOGGED[end], null)] : [],
    changes: [{ insert: 'tasks', row }, ...holdMasks([taskHolder(id)], masksOf(call))],
  };
}

/** Changes a task that is still as it was read. */
export function changed(
  row: TaskRecord,
  set: Readonly<Record<string, string | number | Uint8Array | null>>,
  now: number,
): Required<Pick<CommitRequest, 'changes' | 'preconditions'>> {
  const change: Change = { update: 'tasks', set: { ...set, updated_at: now }, where: { id: row.id } };
  return {
    changes: [change],
    preconditions: [{ table: 'tasks', where: { id: row.id, state: row.state }, expect: 'exists' }],
  };
}

/** That it ended, with what it came to. @param result JSON text; null where there is none. */
export async function settled(
  row: TaskRecord,
  end: EndStatus,
  result: string | null,
  now: number,
  { calls }: Pick<TaskReaders, 'calls'>,
): Promise<Required<Pick<CommitRequest, 'entries' | 'changes' | 'preconditions'>>> {
  const decided = (await calls.get(row.call))?.decidedIndex ?? 0;
  const cell = result === null ? null : Buffer.from(JSON.stringify({ sha256: digestOf(result) }));
  return {
    entries: [taskSettled({ ...row, decided }, LOGGED[end], result)],
    ...changed(row, { state: settledRow(end), result: cell }, now),
  };
}

/** The digest of the result that is on record; null where none is, or where it was erased. */
export function recordedDigest({ result }: TaskRecord): string | null {
  if (result === null) return null;
  const { sha256 } = JSON.parse(Buffer.from(result).toString('utf8')) as { readonly sha256?: string };
  return sha256 ?? null;
}

/** Of all that a result holds but `_meta`, which says of each answer how it came. */
export function digestOf(result: string): string {
  const tree = readTree(result) ?? undefined;
  const members = tree?.kind === 'object' ? tree.members : [];
  const hash = createHash('sha256');
  for (const { name } of members) {
    const value = memberOf(tree, name);
    if (name !== '_meta' && value !== undefined)
      hash.update(JSON.stringify([name, result.slice(value.start, value.end)]));
  }
  return hash.digest('hex');
}
