// An answer that is a task in the place of a result: taken only where the client can take it, and bound to its principal, durably,
// before the client is told of it (DESIGN section 7).
import { maskFailed } from '../../../obligations/mask-failed.ts';
import { masksOf } from '../../../obligations/of-call.ts';
import { ok, refuse, type Result } from '../../../errors.ts';
import type { CompletedCall } from '../../../pipeline/types.ts';
import type { Finished } from '../finish.ts';
import { MODERN_REVISION } from '../operations.ts';
import type { TaskAdmitDeps } from './admit.ts';
import { mayBeTask, TASKS_EXTENSION } from './asked.ts';
import {
  memberText,
  type Message,
  objectOf,
  quietTask,
  readServerMessage,
  type ToldTask,
  toldTask,
} from './form.ts';
import { isOwnTask, newTask, taskKey } from './rows.ts';

/** What a task must not bring with it: that is told later, and recorded then. */
const LATER = ['result', 'error', 'inputRequests', 'content', 'structuredContent'];

/** Whether the result of a call stands for a task: then it is no result of a tool. */
export function isCreated(
  { operation, revision, message }: Pick<CompletedCall, 'operation' | 'revision' | 'message'>,
  result: Readonly<Record<string, unknown>>,
): boolean {
  if (operation !== 'mcp:tools/call') return false;
  if (revision === MODERN_REVISION) return result['resultType'] === 'task';
  const task = objectOf(result['task']);
  if (task === null || typeof task['taskId'] !== 'string') return false;
  // A result of a tool may hold whatever else it likes; without content it would be taken for an empty success.
  return Object.hasOwn(message?.params ?? {}, 'task') || !Array.isArray(result['content']);
}

export async function bindCreated(
  call: CompletedCall,
  bytes: Uint8Array,
  deps: TaskAdmitDeps,
): Promise<Result<Finished>> {
  const isModern = call.revision === MODERN_REVISION;
  if (!mayBeTask(call)) return unasked(call, isModern);
  const read = readServerMessage(bytes);
  if (!read.ok) return invalidTask(call, read.error);
  const result = objectOf(read.value.value['result']);
  const told = toldTask(isModern ? (result ?? undefined) : result?.['task']);
  if (!told.ok) return invalidTask(call, told.error);
  const early = LATER.find(
    (name) => Object.hasOwn(result ?? {}, name) || Object.hasOwn(told.value.members, name),
  );
  if (early !== undefined) return invalidTask(call, `a task that was just made comes with \`${early}\``);
  const bound = await bind(call, told.value, deps);
  if (!bound.ok) return bound;
  return ok(toldOf(call, read.value, told.value));
}

async function bind(call: CompletedCall, told: ToldTask, deps: TaskAdmitDeps): Promise<Result<void>> {
  const { pipeline, tasks } = deps;
  const row = await tasks.tasks.byUpstream(call.upstream.uid, taskKey(call, told.id));
  // The same answer again, on a stream that was resumed.
  if (row !== null && row.call === call.id && isOwnTask(row, call)) return ok(undefined);
  // SECURITY: one caller's task must not become another's, whatever the server answers.
  if (row !== null) return invalidTask(call, 'it names a task that it had made before');
  const request = newTask(call, told, call.receipt?.index ?? 0, pipeline.now());
  const result = await pipeline.writer.commit(request);
  if (result.ok) return ok(undefined);
  return result.code === 'log_unavailable'
    ? unrecorded(call, result.message)
    : invalidTask(call, 'it names a task that it made in the same moment');
}

function toldOf(call: CompletedCall, message: Message, told: ToldTask): Finished {
  const said = memberText(message, '', 'result');
  if (masksOf(call).length === 0) return { bytes: message.bytes, outcome: 'ok', result: said, error: null };
  const task = quietTask(told);
  const result = call.revision === MODERN_REVISION ? { resultType: 'task', ...task } : { task };
  const text = JSON.stringify(result);
  const bytes = Buffer.from(`{"jsonrpc":"2.0","id":${JSON.stringify(call.message?.id)},"result":${text}}`);
  return { bytes, outcome: 'ok', result: text, error: null };
}

function unasked(call: CompletedCall, isModern: boolean): Result<never> {
  const how = isModern ? `declare the extension \`${TASKS_EXTENSION}\`` : 'ask for one by `params.task`';
  const why = `it answered with a task to a client that did not ${how}`;
  const { error } = invalidTask(call, why);
  return masksOf(call).length > 0 ? { ok: false, error: maskFailed(call, why) } : { ok: false, error };
}

export function invalidTask(
  call: CompletedCall,
  why: string,
): { readonly ok: false; readonly error: ReturnType<typeof refuse>['error'] } {
  return refuse(
    'upstream_invalid',
    `${call.upstream.name}: ${why}`,
    `the server behind this gateway gave an answer about a task that cannot be relayed: ${why}`,
  );
}

export function unrecorded(call: CompletedCall, why: string): Result<never> {
  return refuse(
    'outcome_unrecorded',
    `task of ${call.id}: ${why}`,
    `what the server said of this task could not be recorded, so it is withheld`,
  );
}
