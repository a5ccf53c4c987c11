// What an agent posts about a task, at the address that the gateway gave it: whose it is, whether it comes from that agent,
// and what its client may be told of it. It is read, bound and masked as any answer of an agent is.
import { ok, refuse, type Result } from '../../../errors.ts';
import { stopReason } from '../../../pipeline/forward.ts';
import type { CompletedCall, RecordedCall } from '../../../pipeline/types.ts';
import type { PushConfigRecord } from '../../../store/readers/push-configs.ts';
import type { TaskRecord } from '../../../store/readers/tasks.ts';
import { scan } from '../../json/scan.ts';
import { DIALECTS, dialectOf } from '../dialects/dialects.ts';
import type { A2aOperation } from '../operations.ts';
import { namedTaskOf } from '../named.ts';
import { unpark } from '../parked.ts';
import { isOwn } from '../reads.ts';
import { resultIn } from '../result-text.ts';
import { createTeller, type TellerDeps } from '../teller.ts';
import { type PushConfig, readPush } from './config.ts';
import { bindConfig } from './rows.ts';

export interface Incoming {
  readonly call: CompletedCall;
  readonly config: PushConfig;
  /** As the client knows it. */
  readonly task: string;
  /** JSON text of what the client may be told. */
  readonly text: string;
  /** Why the client must not be told any more; null while it may. */
  readonly stopped: () => string | null;
}

/** The message that an agent is answering just now, by the call; what it posts may come before its answer does. */
export interface InFlight {
  readonly call: RecordedCall;
  /** The task that stands for it, where it was held. */
  readonly parked: TaskRecord | null;
}

export interface IncomingDeps extends TellerDeps {
  readonly inFlight: ReadonlyMap<string, InFlight>;
}

const NEVER = new AbortController().signal;

/** The call that set an address, as it stands with the registry of now. */
export async function setterOf(
  row: PushConfigRecord,
  deps: Pick<IncomingDeps, 'pipeline'>,
): Promise<{ readonly call: CompletedCall; readonly config: PushConfig } | null> {
  if (row.parked === null) return null;
  const { call, isReachable } = await unpark(row.parked, NEVER, deps.pipeline);
  if (!isReachable) return null;
  const read = readPush(call.operation as A2aOperation, call.message?.params ?? {}, settingDialect(call));
  if (!read.ok || read.value === null) return null;
  const receipt = { index: row.decided, leaf: '', time: 0 };
  return {
    call: { ...call, approval: null, receipt, response: NOTHING } as unknown as CompletedCall,
    config: read.value,
  };
}

/** A config that came with a message is kept as 1.0 writes it, whatever version the message is in. */
function settingDialect(
  call: Parameters<typeof dialectOf>[0] & { readonly message: { readonly method: string } | null },
) {
  return call.message?.method.includes('/') === true ? dialectOf(call) : DIALECTS['a2a-1.0'];
}

const NOTHING = { status: 200, headers: new Map<string, string>(), body: new ReadableStream<Uint8Array>() };

/** @param bytes the body, as it came. */
export async function readIncoming(
  row: PushConfigRecord,
  bytes: Uint8Array,
  deps: IncomingDeps,
): Promise<Result<Incoming>> {
  const setter = await setterOf(row, deps);
  if (setter === null) return gone('what set this address is no longer known');
  const stopped = (): string | null => stopReason(setter.call, deps.pipeline);
  const why = stopped();
  if (why !== null) return gone(why);
  const alone = scan(bytes, undefined, {
    maxBytes: bytes.byteLength,
    maxKeys: 1e6,
    maxItems: 1e6,
    tolerant: true,
  });
  if (!alone.ok) return refuse('malformed_request', `${alone.error.code}: ${alone.error.message}`);
  const answer = Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":0,"result":'), bytes, Buffer.from('}')]);
  const owner = await ownerOf(row, { ...setter.call, revision: revisionOf(bytes, setter.call) }, deps);
  if (owner === null) return gone('the task of this address is not known');
  const told = await createTeller(owner.call, deps, owner.parked).tell(answer);
  if (!told.ok) return told;
  const said = told.value.answer;
  if (said === null || said.kind === 'error' || said.kind === 'message')
    return refuse('malformed_request', 'a push notification that is about no task');
  const task = owner.nameOf(told.value.bytes) ?? row.task;
  if (task === null) return gone('the task of this address is not known');
  if (row.task === null) {
    const bound = await deps.pipeline.writer.commit({ entries: [], changes: [bindConfig(row.id, task)] });
    if (!bound.ok && bound.code === 'log_unavailable') return refuse('log_unavailable', bound.message);
  }
  return ok({ call: setter.call, config: setter.config, task, text: resultIn(told.value.bytes), stopped });
}

/**
 * Agents on the official SDK post in the form of 1.0 also where the address was set in 0.3. Only what no reader of 0.3 would take for
 * one of its own objects is read so: no `kind`, and nothing beside the one member.
 */
function revisionOf(bytes: Uint8Array, { revision }: CompletedCall): CompletedCall['revision'] {
  if (revision !== 'a2a-0.3') return revision;
  const said: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  const names = typeof said === 'object' && said !== null ? Object.keys(said) : [];
  return names.length === 1 && WRAPPED.has(names[0] ?? '') ? 'a2a-1.0' : revision;
}

const WRAPPED: ReadonlySet<string> = new Set(['task', 'statusUpdate', 'artifactUpdate']);

interface Owner {
  readonly call: CompletedCall;
  readonly parked: TaskRecord | null;
  /** The task that was told of, by its client's name. */
  readonly nameOf: (told: Uint8Array) => string | null;
}

/** By whose right the post is read: the poll that it stands for, or the message that the agent is at. */
async function ownerOf(
  row: PushConfigRecord,
  setter: CompletedCall,
  deps: IncomingDeps,
): Promise<Owner | null> {
  const task = row.task === null ? null : await deps.readers.tasks.get(row.task);
  const isKnown =
    task !== null && isOwn(task, setter) && (task.upstreamTask !== null || task.result !== null);
  if (isKnown) {
    const params = { id: task.id };
    const message = { id: 0, method: 'SubscribeToTask', params, paramsText: JSON.stringify(params) };
    const call: CompletedCall = { ...setter, operation: 'a2a:task/subscribe', message };
    return { call, parked: null, nameOf: () => namedTaskOf(call) };
  }
  const open = row.message === null ? undefined : deps.inFlight.get(row.message);
  if (open === undefined || open.call.message === null) return null;
  const call: CompletedCall = {
    ...open.call,
    revision: setter.revision,
    operation: 'a2a:message/stream',
    message: { ...open.call.message, id: 0 },
    response: NOTHING,
  };
  return { call, parked: open.parked, nameOf: (told) => open.parked?.id ?? taskIn(told) };
}

function taskIn(told: Uint8Array): string | null {
  const { result } = JSON.parse(Buffer.from(told).toString('utf8')) as {
    readonly result?: Readonly<Record<string, unknown>>;
  };
  for (const payload of [result, ...Object.values(result ?? {})]) {
    if (typeof payload !== 'object' || payload === null) continue;
    const { id, taskId } = payload as { readonly id?: unknown; readonly taskId?: unknown };
    const name = taskId ?? id;
    if (typeof name === 'string') return name;
  }
  return null;
}

function gone(reason: string): Result<never> {
  return refuse('foreign_task', reason, 'there is nobody to tell');
}
