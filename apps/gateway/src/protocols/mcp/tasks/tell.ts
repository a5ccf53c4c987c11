// What a server answers about a task, on its way to the task's owner: the result that a task came to is handled exactly as that
// of a direct call, and is on record before it is told; so is what the server asks meanwhile.
import { maskFailed } from '../../../obligations/mask-failed.ts';
import type { ObligationPath } from '@countersign/policy';
import { ok, type Result } from '../../../errors.ts';
import type { CompletedCall } from '../../../pipeline/types.ts';
import type { TaskRecord } from '../../../store/readers/tasks.ts';
import { editMembers, replaceValue, splice } from '../../json/splice.ts';
import type { Finished } from '../finish.ts';
import { MODERN_REVISION } from '../operations.ts';
import { type TaskAdmitDeps, taskNotFound } from './admit.ts';
import { invalidTask } from './bind.ts';
import {
  memberText,
  type Message,
  objectOf,
  quietTask,
  readServerMessage,
  type ToldTask,
  toldTask,
} from './form.ts';
import { listTasks } from './list.ts';
import { putTaskQuestions, type TaskQuestions } from './questions.ts';
import { withTaskReceipts } from './receipts.ts';
import { RELATED_TASK } from './related.ts';
import { masksAround, serverTask, taskOf } from './rows.ts';
import { labelTold, noteStatus, settleTask } from './settle.ts';
import { endOf } from './states.ts';

export interface TellDeps extends TaskAdmitDeps {
  readonly questions: TaskQuestions;
}

/** Finishes a result as that of a call of a tool. @param held what must be masked in it besides what the call owes. */
export type FinishCall = (
  call: CompletedCall,
  bytes: Uint8Array,
  held: readonly ObligationPath[],
) => Promise<Result<Finished>>;

/** The member of a message that the task stands in. */
type Root = 'result' | 'params';

/** @param bytes one whole JSON-RPC answer to a request about tasks. */
export async function finishTask(
  call: CompletedCall,
  bytes: Uint8Array,
  deps: TellDeps,
  finishCall: FinishCall,
): Promise<Result<Finished>> {
  const finished = await finishAnswer(call, bytes, deps, finishCall);
  if (!finished.ok) return finished;
  const labelled = await labelTold(call, finished.value.bytes, deps);
  return labelled.ok ? finished : labelled;
}

async function finishAnswer(
  call: CompletedCall,
  bytes: Uint8Array,
  deps: TellDeps,
  finishCall: FinishCall,
): Promise<Result<Finished>> {
  const read = readServerMessage(bytes);
  if (!read.ok) return invalidTask(call, read.error);
  const message = read.value;
  const { value } = message;
  if (value['jsonrpc'] !== '2.0' || value['id'] !== call.message?.id)
    return invalidTask(call, 'the answer is not to the request that was sent');
  const masks = await masksAround(call, deps);
  const row = await taskOf(call, deps.tasks);
  if (Object.hasOwn(value, 'error')) return tellError(call, row, message, masks, deps);
  const result = objectOf(value['result']);
  if (result === null) return invalidTask(call, 'the answer has neither result nor error');
  if (result['resultType'] !== undefined && result['resultType'] !== 'complete')
    return invalidTask(call, 'a result of another type than `complete`');
  if (call.operation === 'mcp:tasks/list') return listTasks(call, message, deps);
  if (row === null) return taskNotFound(row ?? '');
  if (call.operation === 'mcp:tasks/result') return tellResult(call, row, message, masks, deps, finishCall);
  const isAck = call.revision === MODERN_REVISION && call.operation !== 'mcp:tasks/get';
  if (!isAck) return tellStatus(call, row, message, 'result', masks, deps, finishCall);
  if (masks.length === 0) return ok(plain(message, 'ok'));
  return ok(rewritten(call, { resultType: 'complete' }, 'ok'));
}

/** A notification of a task of the caller's; an error where it may not be told. @param bytes the JSON-RPC message. */
export async function tellNotice(
  call: CompletedCall,
  row: TaskRecord,
  bytes: Uint8Array,
  { masks, isQuiet }: { readonly masks: readonly ObligationPath[]; readonly isQuiet: boolean },
  deps: TellDeps,
  finishCall: FinishCall,
): Promise<Result<Uint8Array>> {
  const read = readServerMessage(bytes);
  if (!read.ok) return invalidTask(call, read.error);
  const told = await tellStatus(call, row, read.value, 'params', masks, deps, finishCall);
  if (!told.ok) return told;
  const labelled = await labelTold(call, told.value.bytes, deps);
  if (!labelled.ok) return labelled;
  if (!isQuiet || masks.length > 0) return ok(told.value.bytes);
  const task = toldTask(read.value.value['params']);
  return task.ok
    ? ok(retold(call, read.value, 'params', quietTask(task.value)).bytes)
    : invalidTask(call, task.error);
}

async function tellStatus(
  call: CompletedCall,
  row: TaskRecord,
  message: Message,
  root: Root,
  masks: readonly ObligationPath[],
  deps: TellDeps,
  finishCall: FinishCall,
): Promise<Result<Finished>> {
  const read = toldTask(message.value[root]);
  if (!read.ok) return invalidTask(call, read.error);
  const told = read.value;
  if (told.id !== serverTask(row))
    return invalidTask(call, 'it is about another task than the one asked for');
  const unfit = misplaced(call, told);
  if (unfit !== null) return invalidTask(call, `a task that is ${told.status} comes with \`${unfit}\``);
  const isModern = call.revision === MODERN_REVISION;
  if (isModern && told.status === 'completed')
    return tellInlined(call, row, message, root, told, masks, deps, finishCall);
  if (isModern && told.status === 'failed') return tellFailed(call, row, message, root, told, masks, deps);
  const noted = await noteStatus(call, row, told, deps);
  if (!noted.ok) return noted;
  if (told.status === 'input_required' && isModern) {
    const put = await putTaskQuestions(call, row, message, root, masks.length > 0, deps);
    if (!put.ok) return put;
  }
  return ok(masks.length === 0 ? plain(message, 'ok') : retold(call, message, root, quietTask(told)));
}

/** A member that a task in this state must not have, or lacks. */
function misplaced({ revision }: CompletedCall, { status, members }: ToldTask): string | null {
  const isModern = revision === MODERN_REVISION;
  const own = { completed: 'result', failed: 'error', input_required: 'inputRequests' } as const;
  const wanted = isModern && status !== 'working' && status !== 'cancelled' ? own[status] : null;
  const extra = Object.values(own).find((name) => name !== wanted && Object.hasOwn(members, name));
  if (extra !== undefined) return extra;
  return wanted !== null && objectOf(members[wanted]) === null
    ? `${wanted}\` that is no object, or without \`${wanted}`
    : null;
}

/** 2026-07-28: the result stands in the task. */
async function tellInlined(
  call: CompletedCall,
  row: TaskRecord,
  message: Message,
  root: Root,
  told: ToldTask,
  masks: readonly ObligationPath[],
  deps: TellDeps,
  finishCall: FinishCall,
): Promise<Result<Finished>> {
  const type = objectOf(told.members['result'])?.['resultType'];
  if (type !== undefined && type !== 'complete')
    return invalidTask(call, 'the task came to no result that is complete');
  const inner = memberText(message, root, 'result') ?? '';
  const finished = await finishResult(call, row, answerOf(call, inner), masks, deps, finishCall);
  if (!finished.ok) return finished;
  const result = memberTextOf(finished.value.bytes);
  const at = message.containers.get(root)?.members.get('result');
  if (result === null || at === undefined) return invalidTask(call, 'the task came to no result');
  if (masks.length === 0) {
    const bytes = result === inner ? message.bytes : splice(message.bytes, [replaceValue(at, result)]);
    return ok({ ...finished.value, bytes });
  }
  return ok(retold(call, message, root, quietTask(told), `"result":${result}`));
}

/** 2025-11-25: the result is the whole answer. */
async function tellResult(
  call: CompletedCall,
  row: TaskRecord,
  message: Message,
  masks: readonly ObligationPath[],
  deps: TellDeps,
  finishCall: FinishCall,
): Promise<Result<Finished>> {
  const meta = objectOf(objectOf(message.value['result'])?.['_meta']);
  const related = objectOf(meta?.[RELATED_TASK]);
  if (related !== null && related['taskId'] !== serverTask(row))
    return invalidTask(call, 'it is the result of another task than the one asked for');
  const finished = await finishResult(call, row, message.bytes, masks, deps, finishCall);
  if (!finished.ok || masks.length === 0) return finished;
  // Only what can hold nothing of a result is told with it: whose it is, a client has to know.
  const told = readServerMessage(finished.value.bytes);
  const result = told.ok ? told.value.containers.get('result') : undefined;
  if (result === undefined) return finished;
  const own = JSON.stringify({ taskId: serverTask(row) });
  const container = told.ok ? told.value.containers.get('result._meta') : undefined;
  const edits =
    container === undefined
      ? editMembers(result, new Map([['_meta', `{${JSON.stringify(RELATED_TASK)}:${own}}`]]))
      : editMembers(container, new Map([[RELATED_TASK, own]]));
  return ok({ ...finished.value, bytes: splice(finished.value.bytes, edits) });
}

async function finishResult(
  call: CompletedCall,
  row: TaskRecord,
  bytes: Uint8Array,
  masks: readonly ObligationPath[],
  deps: TellDeps,
  finishCall: FinishCall,
): Promise<Result<Finished>> {
  const asTool: CompletedCall = {
    ...call,
    operation: 'mcp:tools/call',
    target: { kind: 'tool', name: row.tool ?? '' },
  };
  const finished = await finishCall(asTool, bytes, masks);
  const isError = finished.ok && finished.value.outcome === 'tool_error';
  const inferred = isError && call.revision !== MODERN_REVISION ? 'failed' : 'completed';
  const end = endOf(row) ?? inferred;
  const result = finished.ok ? finished.value.result : null;
  const done = await settleTask(call, row, end, result, deps);
  if (!done.ok) return done;
  deps.questions.over(row.id);
  if (!finished.ok) return finished;
  return ok({ ...finished.value, bytes: await withTaskReceipts(asTool, row, finished.value.bytes, deps) });
}

/** 2026-07-28: the error that ended the call stands in the task. */
async function tellFailed(
  call: CompletedCall,
  row: TaskRecord,
  message: Message,
  root: Root,
  told: ToldTask,
  masks: readonly ObligationPath[],
  deps: TellDeps,
): Promise<Result<Finished>> {
  const error = masks.length === 0 ? (memberText(message, root, 'error') ?? '') : withheldError(told);
  const done = await settleTask(call, row, 'failed', `{"error":${error}}`, deps);
  if (!done.ok) return done;
  deps.questions.over(row.id);
  return ok(
    masks.length === 0
      ? plain(message, 'ok')
      : retold(call, message, root, quietTask(told), `"error":${error}`),
  );
}

/** JSON-RPC's own range: a code from it names a fault, and nothing else. */
const MIN_CODE = -32768;
const MAX_CODE = -32000;

function withheldError({ members }: ToldTask): string {
  const code = faultOf(members['error']) ?? -32603;
  return JSON.stringify({ code, message: 'withheld (mask_failed): it is an error, in words of the server' });
}

function faultOf(error: unknown): number | undefined {
  const code = objectOf(error)?.['code'];
  const isFault = typeof code === 'number' && Number.isInteger(code) && code >= MIN_CODE && code <= MAX_CODE;
  return isFault ? code : undefined;
}

/** Codes by which a server says that it cannot answer the request: they say nothing of how the task ended. */
const NO_ANSWER: ReadonlySet<unknown> = new Set([-32601, -32602]);

async function tellError(
  call: CompletedCall,
  row: TaskRecord | null,
  message: Message,
  masks: readonly ObligationPath[],
  deps: TellDeps,
): Promise<Result<Finished>> {
  const { error } = message.value;
  const text = memberText(message, '', 'error') ?? '';
  // In 2025-11-25 a task that failed by an error is told as that error.
  const isEnd =
    row !== null &&
    call.operation === 'mcp:tasks/result' &&
    (endOf(row) === 'failed' || !NO_ANSWER.has(objectOf(error)?.['code']));
  const code = faultOf(error);
  if (isEnd) {
    const recorded = masks.length === 0 ? `{"error":${text}}` : null;
    const done = await settleTask(call, row, 'failed', recorded, deps);
    if (!done.ok) return done;
    deps.questions.over(row.id);
  }
  if (masks.length > 0)
    return { ok: false, error: maskFailed(call, 'it is an error, in words of the server', code) };
  return ok({ bytes: message.bytes, outcome: 'protocol_error', result: null, error: text });
}

function plain(message: Message, outcome: Finished['outcome']): Finished {
  return { bytes: message.bytes, outcome, result: memberText(message, '', 'result'), error: null };
}

function answerOf({ message }: CompletedCall, result: string): Uint8Array {
  return Buffer.from(`{"jsonrpc":"2.0","id":${JSON.stringify(message?.id ?? null)},"result":${result}}`);
}

function memberTextOf(bytes: Uint8Array): string | null {
  const read = readServerMessage(bytes);
  return read.ok ? memberText(read.value, '', 'result') : null;
}

function rewritten(call: CompletedCall, result: object, outcome: Finished['outcome']): Finished {
  const text = JSON.stringify(result);
  return { bytes: answerOf(call, text), outcome, result: text, error: null };
}

/** The key by which a notification names the stream that it is for. */
const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';

/** The message anew, with nothing that its server says in its own words. @param more one more member, as JSON text. */
function retold(call: CompletedCall, message: Message, root: Root, task: object, more?: string): Finished {
  const members = JSON.stringify(task).slice(1, -1) + (more === undefined ? '' : `,${more}`);
  if (root === 'result') {
    const type = call.revision === MODERN_REVISION ? '"resultType":"complete",' : '';
    const text = `{${type}${members}}`;
    return { bytes: answerOf(call, text), outcome: 'ok', result: text, error: null };
  }
  const subscription = objectOf(objectOf(message.value['params'])?.['_meta'])?.[SUBSCRIPTION_ID];
  const meta =
    subscription === call.message?.id
      ? `,"_meta":{"${SUBSCRIPTION_ID}":${JSON.stringify(subscription)}}`
      : '';
  const method = JSON.stringify(message.value['method']);
  const bytes = Buffer.from(`{"jsonrpc":"2.0","method":${method},"params":{${members}${meta}}}`);
  return { bytes, outcome: 'ok', result: null, error: null };
}
