// `subscriptions/listen` of MCP 2026-07-28: one long stream, for whatever of its filter the caller may be told of. The
// stream itself is counted as lists are; each resource on it is a call of its own (listen-subscribe.ts), on record before
// the request goes on, and with an outcome when the stream ends (ADR 0032).
import { refuse } from '../../errors.ts';
import { withoutAnswer } from '../../pipeline/settle.ts';
import type { CompletedCall, InboundCall } from '../../pipeline/types.ts';
import type { Wire } from '../../pipeline/wire.ts';
import { answerHeaders } from '../../upstreams/headers.ts';
import { type Filter, readFilter } from './listen-filter.ts';
import { type ListenStreamDeps, relayListen } from './listen-stream.ts';
import { type Granted, settleAll, subscribe } from './listen-subscribe.ts';
import { type ListenedTasks, listenedTasks } from './listen-tasks.ts';

/** Each is a decision, and two entries. */
const MAX_RESOURCES = 100;
/** Each is looked up, and again with each event of it. */
const MAX_TASKS = 100;
/** Of one agent, on all its streams: each is held on to while its stream is open. */
const MAX_RESOURCES_OF_AGENT = 2_000;

/** How many resources the streams of each agent name, by its uid. */
export type Watching = Map<string, number>;

interface ListenDeps extends ListenStreamDeps {
  readonly watching: Watching;
}

/** The filter of a call that listens; null for any other call. */
export function listensTo({ operation, message }: InboundCall): Filter | null {
  return operation === 'mcp:subscriptions/listen' && message !== null ? readFilter(message.params) : null;
}

/** The pipeline's wire for one stream; the rest of it is that of any message of a client. */
export function listenWire(wire: Wire, filter: Filter, deps: ListenDeps): Wire {
  let granted: Granted | null = null;
  let tasks: ListenedTasks = { ofServer: new Map(), own: [] };
  let release: () => void = () => undefined;

  return {
    ...wire,
    async beforeSending(call) {
      if (filter.uris.length > MAX_RESOURCES) {
        const most = `one stream listens to ${MAX_RESOURCES} resources at most: open another for the rest`;
        return refuse('invalid_arguments', most);
      }
      if (filter.tasks.length > MAX_TASKS) {
        const most = `one stream listens to ${MAX_TASKS} tasks at most: open another for the rest`;
        return refuse('invalid_arguments', most);
      }
      const held = hold(deps.watching, call.caller.agent?.uid ?? '', filter.uris.length);
      if (held === null) {
        const most = `an agent listens to ${MAX_RESOURCES_OF_AGENT} resources at most: close a stream first`;
        return refuse('too_many_pending', most);
      }
      release = held;
      tasks = await listenedTasks(call, filter.tasks, deps);
      const subscribed = await subscribe(call, filter, tasks, deps.pipeline);
      if (!subscribed.ok) return subscribed;
      granted = subscribed.value;
      return { ok: true, value: granted.call };
    },
    async refuse(call, rejection) {
      const subscriptions = granted?.subscriptions ?? [];
      const outcome = call.http.signal.aborted ? 'aborted' : 'upstream_error';
      const settled = await settleAll(subscriptions, withoutAnswer(outcome, rejection.reason));
      release();
      return wire.refuse(call, settled.ok ? rejection : settled.error);
    },
    async relay(call, settlement) {
      if (granted === null) throw new Error('a stream that was never decided');
      const { subscriptions } = granted;
      if (isStream(call))
        return answer(
          call,
          relayListen(call, { ...granted, lists: filter.lists, tasks, release }, deps),
          granted,
        );
      // What is no stream tells nobody anything of the resources, whatever it says.
      const unopened = { ...withoutAnswer('protocol_error', NO_STREAM), status: call.response.status };
      const settled = await settleAll(subscriptions, unopened);
      release();
      if (settled.ok) return wire.relay(call, settlement);
      await call.response.body.cancel().catch(() => undefined);
      return wire.refuse(call, settled.error);
    },
  };
}

const NO_STREAM = 'the server answered without opening a stream';

function isStream({ response: { status, headers } }: CompletedCall): boolean {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  return status === 200 && type === 'text/event-stream';
}

function answer(
  { id, response, protocol }: CompletedCall,
  body: ReadableStream<Uint8Array>,
  { subscriptions }: Granted,
): Response {
  const headers = new Headers([...answerHeaders(response.headers, protocol)]);
  // The calls that are on record, where there are any: their receipts can be asked for.
  const calls = subscriptions.map(({ call }) => call.id);
  headers.set('countersign-call', calls.length === 0 ? id : calls.join(', '));
  headers.set('x-accel-buffering', 'no');
  return new Response(body, { status: 200, headers });
}

/** Returns how to give the places back; null where there are too few. */
function hold(watching: Watching, agent: string, count: number): (() => void) | null {
  const before = watching.get(agent) ?? 0;
  if (before + count > MAX_RESOURCES_OF_AGENT) return null;
  watching.set(agent, before + count);
  let isReleased = false;
  return () => {
    if (isReleased) return;
    isReleased = true;
    const left = (watching.get(agent) ?? 0) - count;
    if (left > 0) watching.set(agent, left);
    else watching.delete(agent);
  };
}
