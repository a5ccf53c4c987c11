// Setting an address for push notifications, by itself or along with a message: where it may go is checked, policy decides
// it as a call of its own, and what the agent is told instead is an address of the gateway's (ADR 0030).
import { randomUUID } from 'node:crypto';
import { newId } from '@countersign/audit';
import { ok, refuse, type Result } from '../../../errors.ts';
import { authorize, denied } from '../../../pipeline/authorize.ts';
import type { Deps } from '../../../pipeline/deps.ts';
import { clear } from '../../../pipeline/hold.ts';
import { record, recordDenial, refused } from '../../../pipeline/record.ts';
import { settlement, withoutAnswer } from '../../../pipeline/settle.ts';
import type { AuthenticatedCall, RecordedCall } from '../../../pipeline/types.ts';
import { rawBody } from '../../http.ts';
import type { PushConfigRecord } from '../../../store/readers/push-configs.ts';
import { dialectOf } from '../dialects/dialects.ts';
import { isMessageCall, namedTaskOf } from '../named.ts';
import { INVALID_PARAMS, type A2aOperation, PUSH_NOT_SUPPORTED } from '../operations.ts';
import { parkCall } from '../parked.ts';
import { type A2aReaders, principalOf } from '../reads.ts';
import { settledState } from '../states.ts';
import type { UpstreamCards } from '../upstream-card.ts';
import { type PushConfig, pushInput, pushPath, readPush } from './config.ts';
import type { InTurn } from '../../../turns.ts';
import { checkDestination, type DestinationRules } from './destination.ts';
import { newWebhook, putConfig, removeConfig, type Webhook } from './rows.ts';
import { configText, webhookUrl, withWebhook } from './webhook.ts';

export interface SettingDeps {
  readonly pipeline: Deps;
  readonly readers: A2aReaders;
  readonly cards: Pick<UpstreamCards, 'card'>;
  readonly rules: DestinationRules;
  readonly perAgent: number;
  /** By agent: what one sets at the same time is counted one after another. */
  readonly inTurn: InTurn;
  /** Canonical URL of the data plane, without a trailing slash. */
  readonly publicUrl: () => string;
}

/** What a request sets, once it may. */
export interface Setting {
  readonly config: PushConfig & { readonly name: string };
  readonly webhook: Webhook;
  /** What policy decides: the request itself, or, for a message, a call of its own beside it. */
  readonly call: AuthenticatedCall;
}

export interface Planned {
  /** With the gateway's address in the place of the client's. */
  readonly call: AuthenticatedCall;
  readonly setting: Setting | null;
}

/** Takes a request as `admitIds` gives it back. One that sets nothing stays as it is. */
export async function planSetting(call: AuthenticatedCall, deps: SettingDeps): Promise<Result<Planned>> {
  const operation = call.operation as A2aOperation;
  if (!isMessageCall(call) && operation !== 'a2a:push/set') return ok({ call, setting: null });
  const dialect = dialectOf(call);
  const read = readPush(operation, call.message?.params ?? {}, dialect);
  if (!read.ok) return invalid(read.error);
  if (read.value === null || call.upstream.kind !== 'a2a') return ok({ call, setting: null });
  const card = await deps.cards.card(call.upstream);
  if (!card.ok) return card;
  if (card.value.capabilities['pushNotifications'] !== true) return unsupported();
  const fit = checkDestination(read.value.url, deps.rules);
  if (!fit.ok) return invalid(fit.error);
  const known = await sameName(call, read.value.name, deps);
  const roomy = known === null ? await checkRoom(call, deps) : ok(undefined);
  if (!roomy.ok) return roomy;
  const webhook = newWebhook(known?.id ?? randomUUID());
  const config = { ...read.value, name: read.value.name ?? webhook.id };
  const path = pushPath(operation, dialect);
  const outbound = rawBody(
    withWebhook(
      call.outbound.bytes,
      path,
      webhook,
      webhookUrl(deps.publicUrl(), call.upstream.name, webhook),
    ),
  );
  const planned = { ...call, outbound };
  if (!isMessageCall(call)) return ok({ call: planned, setting: { config, webhook, call: planned } });
  const beside = besideMessage(call, read.value);
  const may = await decideBeside(beside, deps);
  return may.ok ? ok({ call: planned, setting: { config, webhook, call: beside } }) : may;
}

/**
 * Takes note of the address, before the agent is told of it: what it posts must be known when it comes.
 *
 * @param task the owner's name for the task, where it has one already.
 */
export async function establish(
  { config, webhook, call }: Setting,
  recorded: RecordedCall,
  of: { readonly task: string | null; readonly message: string | null; readonly isRegistered: boolean },
  deps: SettingDeps,
): Promise<Result<void>> {
  const { pipeline } = deps;
  const row: Omit<PushConfigRecord, 'secret' | 'token'> = {
    id: webhook.id,
    name: config.name,
    task: of.task,
    message: of.message,
    upstreamUid: recorded.upstream.uid,
    ...principalOf(call),
    call: recorded.id,
    decided: recorded.receipt?.index ?? 0,
    registered: of.isRegistered,
    // What the agent is told is a secret of the agent's: nothing here needs it.
    parked: parkCall({ ...recorded, outbound: recorded.body }),
    createdAt: pipeline.now(),
  };
  return deps.inTurn(row.agentUid, async () => {
    // Others may have been set since this one was planned: people may have had to approve it.
    const isOther = !(await deps.readers.pushConfigs.ofAgent(row.agentUid)).some(({ id }) => id === row.id);
    const roomy = isOther ? await checkRoom(call, deps) : ok(undefined);
    if (!roomy.ok) return roomy;
    const settled = await settledOf(call, deps);
    const result = await pipeline.writer.commit({
      entries: [],
      changes: [...settled.map(({ id }) => removeConfig(id)), putConfig(row, webhook)],
    });
    return result.ok ? ok(undefined) : refused(result);
  });
}

/** Decides and records what a message sets, and takes note of it. Nothing else is sent for it: the message carries it. */
export async function establishBeside(
  setting: Setting,
  of: { readonly task: string | null; readonly message: string },
  deps: SettingDeps,
): Promise<Result<void>> {
  const { pipeline } = deps;
  const decided = await authorize(setting.call, pipeline);
  if (decided.verdict.outcome !== 'allow') return notAllowed(decided.verdict.sentence);
  const cleared = await clear(decided, pipeline);
  if (!cleared.ok) return cleared;
  const recorded = await record(cleared.value, pipeline);
  if (!recorded.ok) return recorded;
  const settling = settlement(recorded.value, pipeline);
  const noted = await establish(setting, recorded.value, { ...of, isRegistered: true }, deps);
  const outcome = noted.ok
    ? { ...withoutAnswer('ok', ''), error: null }
    : withoutAnswer('aborted', noted.error.reason);
  const settled = await settling.settle(outcome);
  return settled.ok ? noted : settled;
}

function besideMessage(call: AuthenticatedCall, config: PushConfig): AuthenticatedCall {
  const text = configText(call.body.bytes, pushPath(call.operation as A2aOperation, dialectOf(call)));
  const task = namedTaskOf(call);
  const params = {
    ...(JSON.parse(text) as Readonly<Record<string, unknown>>),
    ...(task === null ? {} : { taskId: task }),
  };
  const paramsText = JSON.stringify(params);
  const message = { id: 0, method: 'CreateTaskPushNotificationConfig', params, paramsText };
  const body = rawBody(
    Buffer.from(`{"jsonrpc":"2.0","id":0,"method":${JSON.stringify(message.method)},"params":${paramsText}}`),
  );
  return {
    ...call,
    id: newId('call'),
    operation: 'a2a:push/set',
    body,
    outbound: body,
    message,
    said: { input: pushInput(config), meta: null },
  };
}

/** What would be denied is denied before the message is decided, let alone held. */
async function decideBeside(call: AuthenticatedCall, { pipeline }: SettingDeps): Promise<Result<void>> {
  const decided = await authorize(call, pipeline);
  decided.verdict.reservation?.drop();
  const { outcome, reason, sentence } = decided.verdict;
  if (outcome === 'allow') return ok(undefined);
  if (outcome === 'deny') {
    const recorded = await recordDenial(decided, pipeline);
    if (!recorded.ok) return recorded;
    return refuse(
      'denied',
      sentence,
      'policy does not permit push notifications to this address: send the message without them',
      { data: { reason } },
    );
  }
  const why = 'push notifications to this address need an approval';
  const recorded = await recordDenial(denied(call, 'guarded', why), pipeline);
  if (!recorded.ok) return recorded;
  return notAllowed(why);
}

function notAllowed(reason: string): Result<never> {
  return refuse(
    'denied',
    reason,
    'push notifications to this address are not permitted along with a message: send it without them, and ask for them by CreateTaskPushNotificationConfig',
  );
}

async function sameName(
  call: AuthenticatedCall,
  name: string | null,
  { readers }: SettingDeps,
): Promise<PushConfigRecord | null> {
  const task = namedTaskOf(call);
  if (task === null || name === null) return null;
  return (await readers.pushConfigs.ofTask(task)).find((row) => row.name === name) ?? null;
}

async function checkRoom(call: AuthenticatedCall, deps: SettingDeps): Promise<Result<void>> {
  const rows = await deps.readers.pushConfigs.ofAgent(principalOf(call).agentUid);
  const settled = await settledOf(call, deps);
  if (rows.length - settled.length < deps.perAgent) return ok(undefined);
  return refuse(
    'too_many_pending',
    `${rows.length} push notification configs`,
    `there are ${deps.perAgent} push notification configs of unfinished tasks already: delete one first`,
  );
}

/** Those of tasks that ended a while ago: nothing comes for them any more. */
async function settledOf(
  call: AuthenticatedCall,
  { readers, pipeline }: SettingDeps,
): Promise<PushConfigRecord[]> {
  const before = pipeline.now() - SETTLED_MS;
  const gone: PushConfigRecord[] = [];
  for (const row of await readers.pushConfigs.ofAgent(principalOf(call).agentUid)) {
    const task = row.task === null ? null : await readers.tasks.get(row.task);
    const isOver =
      task === null ? row.createdAt < before : settledState(task.state) !== null && task.updatedAt < before;
    if (isOver && (row.task === null || task !== null)) gone.push(row);
  }
  return gone;
}

const SETTLED_MS = 24 * 3_600_000;

function unsupported(): Result<never> {
  const message = 'this agent sends no push notifications: follow the task, or ask for it';
  return refuse('invalid_arguments', message, message, { rpcCode: PUSH_NOT_SUPPORTED });
}

function invalid(message: string): Result<never> {
  return refuse('invalid_arguments', message, message, { rpcCode: INVALID_PARAMS });
}
