// The stream of a `subscriptions/listen` on its way back. Nothing of it is taken on trust: the acknowledgement comes first
// and names no more than was granted, each notification is one that was asked for, of this subscription, and of a resource
// that its caller may still be told of; all else is dropped and counted. It ends with a result wherever the right to it does.
import { createHash } from 'node:crypto';
import type { Rejection } from '../../errors.ts';
import { masksOf } from '../../obligations/of-call.ts';
import type { Deps } from '../../pipeline/deps.ts';
import { createSegments } from '../../pipeline/segments.ts';
import { type CallOutcome, withoutAnswer } from '../../pipeline/settle.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import { warn } from '../../warnings.ts';
import { quietEvent, quietPiece } from '../quiet-sse.ts';
import { relayEvents, type SseAction, type SseEnd, type SseInsert, type SseStop } from '../sse-relay.ts';
import { formatEvent, type SsePiece, withData } from '../sse.ts';
import { refusalMessage, refusedRequest } from './answers.ts';
import { finishCallWith, type FinishDeps, finishMessage } from './finish.ts';
import { type Filter, filterJson, honoured, type ListKind, SUBSCRIPTION_ID } from './listen-filter.ts';
import { cutJson, type Granted, settleAll, type Subscription } from './listen-subscribe.ts';
import { type ListenedTasks, type ListenTasksDeps, noticeAs, ownNotice } from './listen-tasks.ts';
import { readMessage, type ServerMessage } from './message.ts';
import type { OpenStream, OpenStreams } from './open-streams.ts';
import { changedList, unrelayed } from './server-notifications.ts';
import { permissionLost, principalLost } from './stream-rights.ts';
import { TASK_NOTICE, tellTaskNotice } from './tasks/notices.ts';

export interface ListenStreamDeps extends FinishDeps, ListenTasksDeps {
  readonly pipeline: Deps;
  readonly streams: OpenStreams;
  readonly eventBytes: number;
}

interface Listening extends Granted {
  readonly lists: Filter['lists'];
  readonly tasks: ListenedTasks;
  readonly release: () => void;
}

/** What came of one resource. */
interface Watched extends Subscription {
  readonly hash: ReturnType<typeof createHash>;
  bytes: number;
  events: number;
  firstByteAt: number | null;
  isQuiet: boolean;
}

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
const UPDATED = 'notifications/resources/updated';

export function relayListen(
  call: CompletedCall,
  { subscriptions, cut, lists, tasks, release }: Listening,
  deps: ListenStreamDeps,
): ReadableStream<Uint8Array> {
  const { pipeline } = deps;
  const id = call.message?.id ?? null;
  const meta = { [SUBSCRIPTION_ID]: id };
  const asked: Filter = {
    lists,
    uris: subscriptions.map(({ uri }) => uri),
    tasks: [...tasks.ofServer.values()],
  };
  /** The client's names for tasks of the server, by the server's. */
  const names = new Map([...tasks.ofServer].map(([name, own]) => [own, name]));
  const watched = new Map(
    subscriptions.map((one): [string, Watched] => [
      one.uri,
      {
        ...one,
        hash: createHash('sha256'),
        bytes: 0,
        events: 0,
        firstByteAt: null,
        isQuiet: masksOf(one.call).length > 0,
      },
    ]),
  );
  /** Whether anything that a server says beside what is asked of it could repeat what is masked. */
  const isQuiet = call.upstream.mask.length > 0 || [...watched.values()].some((one) => one.isQuiet);
  /** What the server took; null until it said so. */
  let taken: Filter | null = null;
  let entry: OpenStream | null = null;
  let stopStream: SseStop = () => undefined;
  let insertEvent: SseInsert = () => false;
  let unfollow: () => void = () => undefined;
  let telling: Promise<void> = Promise.resolve();
  const segments = createSegments(call, pipeline, () => stopStream(ended({ reason: 'log_unavailable' })));
  /** Why the gateway ended it, by what was lost. */
  let lost: { readonly rejection: Rejection; readonly uri: string | null } | null = null;

  const outcomeOf = (one: Watched, said: Pick<CallOutcome, 'outcome' | 'error'>): CallOutcome => ({
    status: call.response.status,
    received: { bytes: one.bytes, events: one.events, sha256: one.hash.copy().digest('hex') },
    firstByteAt: one.firstByteAt,
    result: null,
    ...said,
  });

  async function settle(said: (one: Watched) => Pick<CallOutcome, 'outcome' | 'error'>): Promise<void> {
    const all = await Promise.all(
      [...watched.values()].map((one) => settleAll([one], outcomeOf(one, said(one)))),
    );
    const failed = all.find((each) => !each.ok);
    if (failed !== undefined && !failed.ok) throw new Error(failed.error.reason);
  }

  function over(): void {
    entry?.closed();
    unfollow();
    release();
  }

  /** Whatever stops the stream here, its calls have outcomes. */
  async function onEvent(piece: SsePiece): Promise<SseAction> {
    try {
      const action = await onPiece(piece);
      if (action !== 'drop' && piece.data !== null) segments.told(piece.raw);
      return action;
    } catch (error) {
      over();
      await segments.end().catch((failure: unknown) => warn(String(failure)));
      await settle(() => ({ outcome: 'aborted', error: String(error) }));
      throw error;
    }
  }

  async function onPiece(piece: SsePiece): Promise<SseAction> {
    const gone = await principalLost(call, pipeline);
    if (gone !== null) return end(gone, null);
    const message = readMessage(piece.data);
    if (message === null)
      return piece.data === null || piece.data.byteLength === 0 ? empty(piece) : unsaid('what is no message');
    if (message['jsonrpc'] !== '2.0') return unsaid('what is no JSON-RPC');
    if (typeof message['method'] !== 'string') return onAnswer(piece, message);
    if (Object.hasOwn(message, 'id')) return unsaid('a request');
    return onNotification(piece, message, message['method']);
  }

  const empty = (piece: SsePiece): SseAction => (isQuiet ? quietPiece(piece) : 'pass');

  function unsaid(what: string): 'drop' {
    pipeline.traffic.reject(unrelayed(call.upstream.name, `${what} to whoever listens`));
    return 'drop';
  }

  function onNotification(
    piece: SsePiece,
    message: ServerMessage,
    method: string,
  ): SseAction | Promise<SseAction> {
    const list = changedList(method);
    // Whoever is told of it, policy needs to know.
    if (list !== null && call.upstream.kind === 'mcp')
      pipeline.catalogs.refresh(call.upstream.uid).catch((error: unknown) => warn(String(error)));
    const params = (message['params'] ?? {}) as ServerMessage;
    if (!isMine(params)) return unsaid(`\`${method}\` of another subscription`);
    if (method === ACKNOWLEDGED)
      return taken === null ? onAcknowledged(piece, message, params) : unsaid('a second acknowledgement');
    if (taken === null) return unsaid(`\`${method}\` before its acknowledgement`);
    if (list !== null)
      return taken.lists.has(list) ? onList(piece, method, list) : unsaid(`\`${method}\` unasked`);
    if (method === UPDATED) return onUpdated(piece, params);
    if (method === TASK_NOTICE) return onTask(piece, params);
    return unsaid(`\`${method}\``);
  }

  function isMine(params: ServerMessage): boolean {
    const said = params['_meta'];
    return typeof said === 'object' && said !== null && (said as ServerMessage)[SUBSCRIPTION_ID] === id;
  }

  async function onAcknowledged(
    piece: SsePiece,
    message: ServerMessage,
    params: ServerMessage,
  ): Promise<SseAction> {
    taken = honoured(params['notifications'], asked);
    const untaken = [...watched.values()].filter(({ uri }) => taken?.uris.includes(uri) !== true);
    for (const one of untaken) {
      watched.delete(one.uri);
      const settled = await settleAll([one], outcomeOf(one, UNTAKEN));
      if (!settled.ok) throw new Error(settled.error.reason);
    }
    const named = taken.tasks.map((own) => names.get(own) ?? own);
    const notifications = filterJson({ ...taken, tasks: [...named, ...tasks.own] });
    const isTrue = JSON.stringify(params['notifications']) === JSON.stringify(notifications);
    if (isTrue && cut.length === 0 && !isQuiet) return 'pass';
    for (const id of tasks.own) tellOwn(id);
    const refused = cut.length === 0 ? {} : { 'dev.countersign/refused': cutJson(cut) };
    const told = isQuiet
      ? { jsonrpc: '2.0', method: ACKNOWLEDGED, params: { _meta: { ...meta, ...refused }, notifications } }
      : {
          ...message,
          params: { ...params, _meta: { ...(params['_meta'] as object), ...refused }, notifications },
        };
    return rewritten(piece, told);
  }

  function onList(piece: SsePiece, method: string, list: ListKind): SseAction {
    entry?.told(list);
    return isQuiet ? rewritten(piece, { jsonrpc: '2.0', method, params: { _meta: meta } }) : 'pass';
  }

  /** Only what a poll would tell, and on record before it is told. */
  async function onTask(piece: SsePiece, { taskId }: ServerMessage): Promise<SseAction> {
    const data = piece.data ?? new Uint8Array();
    const isAsked = taken?.tasks.some((id) => id === taskId) === true;
    const told = isAsked ? await tellTaskNotice(call, data, isQuiet, deps, finishCallWith(deps)) : null;
    if (told === null) return unsaid(`\`${TASK_NOTICE}\` of a task that was not granted, or cannot be told`);
    const name = names.get(String(taskId)) ?? taskId;
    if (told === data && name === taskId) return 'pass';
    const text = Buffer.from(name === taskId ? told : noticeAs(told, String(name))).toString('utf8');
    return isQuiet ? quietEvent(piece, text) : withData(piece, text);
  }

  /** One of the gateway's own, as a poll would tell it now. */
  function tellOwn(id: string): void {
    const told = async (): Promise<void> => {
      if ((await principalLost(call, pipeline)) !== null) return review();
      const data = await ownNotice(call, id, deps);
      if (data !== null && taken !== null) insertEvent(Buffer.from(formatEvent({ data })));
    };
    // One after another: an older state must not come after a newer one.
    telling = telling.then(told).catch((error: unknown) => warn(String(error)));
  }

  async function onUpdated(piece: SsePiece, params: ServerMessage): Promise<SseAction> {
    const uri = params['uri'];
    const one = typeof uri === 'string' ? watched.get(uri) : undefined;
    if (one === undefined) return unsaid(`\`${UPDATED}\` of a resource that was not granted`);
    const gone = await permissionLost(one.call, pipeline);
    if (gone !== null) return end(gone, one.uri);
    one.hash.update(piece.raw);
    one.bytes += piece.raw.byteLength;
    one.events += 1;
    one.firstByteAt ??= pipeline.now();
    return isQuiet
      ? rewritten(piece, { jsonrpc: '2.0', method: UPDATED, params: { _meta: meta, uri } })
      : 'pass';
  }

  function rewritten(piece: SsePiece, told: object): Uint8Array {
    const data = JSON.stringify(told);
    return isQuiet ? quietEvent(piece, data) : withData(piece, data);
  }

  async function onAnswer(piece: SsePiece, message: ServerMessage): Promise<SseAction> {
    if (message['id'] !== id) return unsaid('an answer to another request');
    const finished = await finishMessage(call, piece.data ?? new Uint8Array(), deps);
    const isError = !finished.ok || finished.value.error !== null;
    const error = finished.ok ? finished.value.error : finished.error.reason;
    over();
    await settle(() => (isError ? { outcome: 'protocol_error', error } : { outcome: 'ok', error: null }));
    if (!finished.ok) {
      const refusal = refusalMessage(refusedRequest(call), finished.error);
      return { last: Buffer.from(formatEvent({ data: JSON.stringify(refusal) })) };
    }
    if (isError && isQuiet) return { last: ended({ reason: 'mask_failed' }) };
    if (isQuiet) return { last: ended(null) };
    return { last: piece.raw };
  }

  /** The last event of a stream whose right ended, or that the gateway cannot keep. */
  function ended(why: Readonly<Record<string, unknown>> | null): Uint8Array {
    const refusal = why === null ? {} : { 'dev.countersign/refusal': why };
    const result = { resultType: 'complete', _meta: { ...meta, ...refusal } };
    return Buffer.from(formatEvent({ data: JSON.stringify({ jsonrpc: '2.0', id, result }) }));
  }

  function end(rejection: Rejection, uri: string | null): SseAction {
    lost = { rejection, uri };
    return { last: ended(toldOf(rejection, uri)) };
  }

  async function review(): Promise<void> {
    const gone = await principalLost(call, pipeline);
    if (gone !== null) return stopFor(gone, null);
    for (const one of watched.values()) {
      const refused = await permissionLost(one.call, pipeline);
      if (refused !== null) return stopFor(refused, one.uri);
    }
  }

  function stopFor(rejection: Rejection, uri: string | null): void {
    lost ??= { rejection, uri };
    stopStream(ended(toldOf(rejection, uri)));
  }

  function open(insert: SseInsert, stop: SseStop): void {
    stopStream = stop;
    insertEvent = insert;
    unfollow =
      deps.heldTasks?.tasks.onChange((id) => {
        if (tasks.own.includes(id)) tellOwn(id);
      }) ?? unfollow;
    entry = deps.streams.open({
      call,
      lists: () => taken?.lists ?? new Set(),
      tell: (list) => {
        const data = JSON.stringify({
          jsonrpc: '2.0',
          method: `notifications/${list}/list_changed`,
          params: { _meta: meta },
        });
        insert(Buffer.from(formatEvent({ data })));
      },
      review,
      async stop() {
        stop(ended(null));
        await segments.end();
        await settle(() => OVER);
      },
    });
  }

  async function onEnd(how: SseEnd): Promise<null> {
    over();
    await segments.end();
    await settle((one) => {
      if (how.kind === 'failed')
        return { outcome: 'aborted', error: `the stream broke off: ${String(how.error)}` };
      if (lost === null || (lost.uri !== null && lost.uri !== one.uri)) return OVER;
      return { outcome: 'aborted', error: lost.rejection.reason };
    });
    return null;
  }

  return relayEvents(call.response.body, onEvent, {
    maxEventBytes: deps.eventBytes,
    onOpen: open,
    onEnd,
    ...(isQuiet ? { quieten: quietPiece } : {}),
  });
}

/** Both sides may end a subscription whenever they like. */
const OVER = { outcome: 'ok', error: null } as const;
const UNTAKEN = withoutAnswer('protocol_error', 'the server did not take the subscription');

function toldOf({ code, data }: Rejection, uri: string | null): Readonly<Record<string, unknown>> {
  return { reason: data?.['reason'] ?? code, ...(uri === null ? {} : { uri }) };
}
