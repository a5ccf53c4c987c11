// Push notifications as the rest of the A2A side sees them: set, shown, ended, brought by agents and told to clients.
import type { Id } from '@countersign/audit';
import { ok, refuse, type Rejection, type Result } from '../../../errors.ts';
import type { SigningKey } from '../../../identity/keys.ts';
import { stopReason } from '../../../pipeline/forward.ts';
import { refused } from '../../../pipeline/record.ts';
import type { AuthenticatedCall, CompletedCall, RecordedCall } from '../../../pipeline/types.ts';
import type { PushConfigRecord } from '../../../store/readers/push-configs.ts';
import type { TaskRecord } from '../../../store/readers/tasks.ts';
import { createTurns } from '../../../turns.ts';
import { warn } from '../../../warnings.ts';
import { headerMap, type HttpRequest, rawBody, readBody } from '../../http.ts';
import { HTTP_STATUS } from '../../json-rpc.ts';
import { dialectOf } from '../dialects/dialects.ts';
import { isMessageCall, namedTaskOf } from '../named.ts';
import type { A2aOperation } from '../operations.ts';
import type { TellerDeps } from '../teller.ts';
import { configJson, configName, readPush } from './config.ts';
import { createDeliveries } from './deliveries.ts';
import type { DestinationRules } from './destination.ts';
import { type InFlight, readIncoming, setterOf } from './incoming.ts';
import { createPoster } from './post.ts';
import { bindConfig, digestOf, isToken, removeConfig } from './rows.ts';
import {
  establish,
  establishBeside,
  type Planned,
  planSetting,
  type Setting,
  type SettingDeps,
} from './setting.ts';
import { withConfigId } from './webhook.ts';

export interface PushSettings extends DestinationRules {
  /** Configs of unfinished tasks that one agent may have. */
  readonly perAgent: number;
  readonly timeoutMs: number;
  readonly attempts: number;
  readonly retryMs: number;
}

export interface PushDeps extends TellerDeps, Pick<SettingDeps, 'cards' | 'publicUrl'> {
  readonly settings: PushSettings;
  readonly key: SigningKey;
  /** The largest post. */
  readonly eventBytes: number;
}

export interface Push {
  /** What a request sets, with the gateway's address in it. Others stay as they are. */
  plan(call: AuthenticatedCall): Promise<Result<Planned>>;
  /** On record, and not sent yet: what it sets is taken note of, and what it ends is forgotten. */
  sending(call: RecordedCall, setting: Setting | null): Promise<Result<void>>;
  /** The same for a message that is held: `task` stands for it. */
  held(setting: Setting, task: TaskRecord, call: Id<'call'>): Promise<Result<void>>;
  /** What the call set, or names, is not there any more. */
  forget(call: RecordedCall): Promise<Result<void>>;
  /** An agent is at this message from now on, until `answered`. */
  open(call: RecordedCall, parked: TaskRecord | null): void;
  /** What it set and no task came of is forgotten: whatever is posted there could not be read. */
  answered(call: Pick<RecordedCall, 'id'>): void;
  /** An agent said which task the message opened. */
  bound(call: RecordedCall, task: string): Promise<void>;
  /** The gateway's own word about a task of its own, or an agent's that its clients did not ask the agent for. */
  tell(task: string, resultJson: string, from: 'gateway' | 'agent'): Promise<void>;
  /** JSON text of what a request for configs, or one that set one, is answered with; null for a config that is not there. */
  result(call: CompletedCall): Promise<string | null>;
  /** What an agent posts. */
  serve(request: HttpRequest, agent: string, secret: string): Promise<Response>;
  stop(): Promise<void>;
}

/** Messages that agents are at, beyond which the oldest is forgotten: what is posted early for it is lost. */
const MAX_IN_FLIGHT = 10_000;
const MAX_WAITING_POSTS = 16;

export function createPush(deps: PushDeps): Push {
  const { pipeline, readers, settings } = deps;
  const rows = readers.pushConfigs;
  const inFlight = new Map<string, InFlight>();
  const turns = new Map<string, { last: Promise<unknown>; count: number }>();
  const setting: SettingDeps = {
    ...deps,
    rules: settings,
    perAgent: settings.perAgent,
    inTurn: createTurns(),
  };
  const deliveries = createDeliveries({
    ...deps,
    poster: createPoster(settings, settings.timeoutMs),
    attempts: settings.attempts,
    retryMs: settings.retryMs,
  });

  async function forget(call: RecordedCall): Promise<Result<void>> {
    const row = call.operation === 'a2a:push/set' ? await setBy(call) : await named(call);
    if (row === null) return ok(undefined);
    const result = await pipeline.writer.commit({ entries: [], changes: [removeConfig(row.id)] });
    return result.ok ? ok(undefined) : refused(result);
  }

  async function forgetUnbound(message: string): Promise<void> {
    try {
      const unbound = (await rows.ofMessage(message)).filter((row) => row.task === null);
      if (unbound.length === 0) return;
      const changes = unbound.map(({ id }) => removeConfig(id));
      const result = await pipeline.writer.commit({ entries: [], changes });
      if (!result.ok) warn(`push notifications of message ${message}: ${result.code}`);
    } catch (error) {
      warn(`push notifications of message ${message}: ${String(error)}`);
    }
  }

  /** The config that a request names. */
  async function named(call: AuthenticatedCall): Promise<PushConfigRecord | null> {
    const task = namedTaskOf(call);
    const name = configName(call);
    if (task === null) return null;
    return (await rows.ofTask(task)).find((row) => row.name === name) ?? null;
  }

  async function shown(row: PushConfigRecord, call: CompletedCall): Promise<object | null> {
    const setter = await setterOf(row, deps);
    if (setter === null) return null;
    return configJson({ ...setter.config, name: row.name }, row.task ?? '', dialectOf(call));
  }

  async function take(row: PushConfigRecord, bytes: Uint8Array, type: string): Promise<Result<void>> {
    const read = await readIncoming(row, bytes, { ...deps, inFlight });
    if (!read.ok) return read;
    const { call, config, task, text, stopped } = read.value;
    const { sha256 } = rawBody(bytes);
    const rx = { sha256, bytes: bytes.byteLength };
    return deliveries.send({ ...of(row, call), config, task, type, body: Buffer.from(text), rx, stopped });
  }

  /** One post of an address after the other: what an agent says first is told first. */
  async function inTurn<T>(id: string, work: () => Promise<Result<T>>): Promise<Result<T>> {
    const turn = turns.get(id) ?? { last: Promise.resolve(), count: 0 };
    if (turn.count >= MAX_WAITING_POSTS)
      return refuse('upstream_unavailable', 'too many posts at once', 'too many posts at once', {
        status: 429,
      });
    turn.count += 1;
    const done = turn.last.then(work);
    turn.last = done.catch(() => undefined);
    turns.set(id, turn);
    try {
      return await done;
    } finally {
      turn.count -= 1;
      if (turn.count === 0) turns.delete(id);
    }
  }

  async function receive(request: HttpRequest, agent: string, secret: string): Promise<Result<void>> {
    const fault = pipeline.health.fault();
    if (fault !== null) return refuse('log_unavailable', fault);
    if (request.method !== 'POST')
      return refuse('method_not_allowed', request.method, 'use POST here', { headers: { allow: 'POST' } });
    const headers = headerMap(request);
    if (!headers.ok) return headers;
    const row = await rows.bySecret(digestOf(secret));
    const upstream = pipeline.registry.current().a2a.get(agent);
    if (row === null || upstream === undefined || row.upstreamUid !== upstream.uid)
      return refuse('unknown_upstream', 'no such address for push notifications', 'there is nobody to tell');
    if (!isToken(row, headers.value.get('x-a2a-notification-token') ?? ''))
      return refuse(
        'unauthenticated',
        'a push notification without its token',
        'the token is wrong or missing',
      );
    const type = headers.value.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
    if (type !== 'application/json' && type !== 'application/a2a+json')
      return refuse('not_acceptable', `content type \`${type}\``, 'post JSON');
    const body = await readBody(request, deps.eventBytes);
    if (!body.ok) return body;
    // It may have been ended, or bound to its task, while it waited.
    return inTurn(row.id, async () => {
      const now = await rows.bySecret(row.secret);
      return now === null ? refuse('unknown_upstream', 'ended') : take(now, body.value.bytes, type);
    });
  }

  return {
    async plan(call) {
      if (call.operation !== 'a2a:push/delete') return planSetting(call, setting);
      const row = await named(call);
      return ok({ call: row === null ? call : withConfigId(call, row.id), setting: null });
    },
    forget,
    async sending(call, planned) {
      if (call.operation === 'a2a:push/delete') return forget(call);
      if (planned === null) return ok(undefined);
      const task = namedTaskOf(call);
      if (!isMessageCall(call)) {
        const row = task === null ? null : await readers.tasks.get(task);
        const isRegistered = row !== null && (row.upstreamTask !== null || row.result !== null);
        return establish(planned, call, { task, message: null, isRegistered }, setting);
      }
      return establishBeside(planned, { task, message: call.id }, setting);
    },
    held: (planned, { id }, call) => establishBeside(planned, { task: id, message: call }, setting),
    open(call, parked) {
      if (!sets(call)) return;
      inFlight.set(call.id, { call, parked });
      const [oldest] = inFlight.keys();
      if (inFlight.size > MAX_IN_FLIGHT && oldest !== undefined) inFlight.delete(oldest);
    },
    answered({ id }) {
      if (inFlight.delete(id)) void forgetUnbound(id);
    },
    async bound(call, task) {
      if (!sets(call)) return;
      const unbound = (await rows.ofMessage(call.id)).filter((row) => row.task === null);
      if (unbound.length === 0) return;
      const changes = unbound.map(({ id }) => bindConfig(id, task));
      const result = await pipeline.writer.commit({ entries: [], changes });
      if (!result.ok) warn(`push notifications of task ${task}: ${result.code}`);
    },
    async tell(task, resultJson, from) {
      for (const row of await rows.ofTask(task)) {
        if (from === 'agent' && row.registered) continue;
        const setter = await setterOf(row, deps);
        if (setter === null) continue;
        const { call, config } = setter;
        const stopped = (): string | null => stopReason(call, pipeline);
        const type = dialectOf(call).version === '1.0' ? 'application/a2a+json' : 'application/json';
        const body = Buffer.from(resultJson);
        const sent = await deliveries.send({ ...of(row, call), config, task, type, body, rx: null, stopped });
        if (!sent.ok) warn(`push notification of task ${task}: ${sent.error.reason}`);
      }
    },
    async result(call) {
      if (call.operation === 'a2a:push/list') {
        const task = namedTaskOf(call);
        const found = task === null ? [] : await rows.ofTask(task);
        const configs = (await Promise.all(found.map((row) => shown(row, call)))).filter(
          (each) => each !== null,
        );
        const { version } = dialectOf(call);
        return JSON.stringify(version === '1.0' ? { configs, nextPageToken: '' } : configs);
      }
      const row = call.operation === 'a2a:push/set' ? await setBy(call) : await named(call);
      const config = row === null ? null : await shown(row, call);
      return config === null ? null : JSON.stringify(config);
    },
    async serve(request, agent, secret) {
      const done = await receive(request, agent, secret);
      if (done.ok) return Response.json({}, { status: 200, headers: { 'cache-control': 'no-store' } });
      pipeline.traffic.reject(done.error);
      return refusal(done.error);
    },
    stop: () => deliveries.stop(),
  };

  async function setBy(call: AuthenticatedCall): Promise<PushConfigRecord | null> {
    const task = namedTaskOf(call);
    return task === null ? null : ((await rows.ofTask(task)).find((row) => row.call === call.id) ?? null);
  }
}

function of({ id, decided }: PushConfigRecord, call: CompletedCall) {
  const agent = call.caller.agent?.uid;
  if (agent === undefined) throw new Error('a push notification for nobody');
  return { id, call: call.id, decided, chain: call.link.chain, agent };
}

function sets(call: RecordedCall): boolean {
  const read = readPush(call.operation as A2aOperation, call.message?.params ?? {}, dialectOf(call));
  return read.ok && read.value !== null;
}

function refusal({ code, status, message, headers = {} }: Rejection): Response {
  return Response.json(
    { error: message },
    {
      status: status ?? STATUS[code] ?? HTTP_STATUS[code] ?? 400,
      headers: { 'cache-control': 'no-store', ...headers },
    },
  );
}

const STATUS: Partial<Record<Rejection['code'], number>> = { unknown_upstream: 404, foreign_task: 404 };
