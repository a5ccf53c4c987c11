// The resources that a `subscriptions/listen` names: each a call of its own, decided and recorded as `resources/subscribe`
// on it would be, so that a policy means the same in every revision (DESIGN section 6). What is refused is cut from what
// is sent; what a guard holds is cut as well, and its approval is good for the next stream.
import { newId } from '@countersign/audit';
import { ok, refuse, type Rejection, type Result } from '../../errors.ts';
import { authorize } from '../../pipeline/authorize.ts';
import type { Deps } from '../../pipeline/deps.ts';
import { awaitRelease, clear, openRequest } from '../../pipeline/hold.ts';
import { recordWith } from '../../pipeline/pipeline.ts';
import { type Settlement, settlement, withoutAnswer } from '../../pipeline/settle.ts';
import type { AuthenticatedCall, DecidedCall, RecordedCall } from '../../pipeline/types.ts';
import { rawBody } from '../http.ts';
import { type Filter, narrowed } from './listen-filter.ts';
import type { ListenedTasks } from './listen-tasks.ts';

export interface Subscription {
  readonly uri: string;
  readonly call: RecordedCall;
  readonly settlement: Settlement;
}

interface Cut {
  readonly uri: string;
  readonly rejection: Rejection;
}

export interface Granted {
  /** The request as it goes on. */
  readonly call: RecordedCall;
  readonly subscriptions: readonly Subscription[];
  readonly cut: readonly Cut[];
}

/**
 * Nothing is sent unless all that is granted is on record.
 *
 * @param tasks that it names, and that are the caller's own.
 */
export async function subscribe(
  stream: RecordedCall,
  filter: Omit<Filter, 'tasks'>,
  tasks: ListenedTasks,
  deps: Deps,
): Promise<Result<Granted>> {
  const decided: { readonly uri: string; readonly call: DecidedCall }[] = [];
  for (const uri of filter.uris)
    decided.push({ uri, call: await authorize(subscribeCall(stream, uri), deps) });
  const allowed = decided.filter(({ call }) => call.verdict.outcome === 'allow');
  const cut = await Promise.all(
    decided
      .filter((each) => !allowed.includes(each))
      .map(async ({ uri, call }): Promise<Cut> => ({ uri, rejection: await refused(call, deps) })),
  );
  const isNothing =
    allowed.length === 0 && filter.lists.size === 0 && tasks.ofServer.size + tasks.own.length === 0;
  if (isNothing && cut.length > 0) return nothingLeft(cut);

  const body = stream.body.bytes;
  const isApproved = allowed.some(({ call }) => call.verdict.grant !== null);
  const granted = { uris: allowed.map(({ uri }) => uri), tasks: tasks.ofServer };
  const left = narrowed(body, granted, isApproved);
  const outbound = left === body ? stream.body : rawBody(left);
  const recorded = await Promise.all(
    allowed.map(async ({ uri, call }) => {
      const cleared = await clear({ ...call, outbound }, deps);
      return { uri, call: cleared.ok ? await recordWith(cleared.value, deps) : cleared };
    }),
  );
  const subscriptions = recorded.flatMap(({ uri, call }): Subscription[] =>
    call.ok ? [{ uri, call: call.value, settlement: settlement(call.value, deps) }] : [],
  );
  const failed = recorded.find(({ call }) => !call.ok)?.call;
  if (failed !== undefined && !failed.ok) {
    // What was recorded says what is sent: with one less it would not be true.
    await settleAll(subscriptions, { ...withoutAnswer('aborted', failed.error.reason), isUnsent: true });
    return failed;
  }
  return ok({ call: { ...stream, outbound }, subscriptions, cut });
}

export async function settleAll(
  subscriptions: readonly Subscription[],
  outcome: Parameters<Settlement['settle']>[0],
): Promise<Result<void>> {
  const settled = await Promise.all(subscriptions.map((one) => one.settlement.settle(outcome)));
  const failed = settled.find((each) => !each.ok);
  return failed === undefined || failed.ok ? ok(undefined) : failed;
}

/** How a client is told of what was cut. */
export function cutJson(cut: readonly Cut[]): readonly Readonly<Record<string, unknown>>[] {
  return cut.map(({ uri, rejection: { code, data } }) => ({
    ...data,
    uri,
    reason: data?.['reason'] ?? code,
  }));
}

/** Told as it would be of each: of the first, with what became of the others beside it. */
function nothingLeft(cut: readonly Cut[]): Result<never> {
  const [first] = cut;
  if (first === undefined) throw new Error('nothing was cut');
  const { code, reason, message, data, ...more } = first.rejection;
  return refuse(code, reason, message, { ...more, data: { ...data, refused: cutJson(cut) } });
}

/** Records a denial; opens the request of what waits for people, which nobody waits for here. */
async function refused(call: DecidedCall, deps: Deps): Promise<Rejection> {
  if (call.verdict.outcome === 'deny') return errorOf(await clear(call, deps));
  const held = await openRequest(call, deps);
  if (!held.ok) return held.error;
  return errorOf(await awaitRelease(held.value, deps, AbortSignal.abort(), () => false));
}

function errorOf(result: Result<unknown>): Rejection {
  if (result.ok) throw new Error('what was refused is allowed');
  return result.error;
}

function subscribeCall(stream: RecordedCall, uri: string): AuthenticatedCall {
  const { registry, protocol, revision, upstream, audience, caller, http, body, credentials, trace } = stream;
  const { meta } = stream.said;
  const text = `{"uri":${JSON.stringify(uri)}${meta === null ? '' : `,"_meta":${meta}`}}`;
  const params = { uri, ...(meta === null ? {} : { _meta: stream.message?.params['_meta'] }) };
  const message = { id: stream.message?.id ?? null, method: 'resources/subscribe', params, paramsText: text };
  return {
    id: newId('call'),
    receivedAt: stream.receivedAt,
    registry,
    protocol,
    revision,
    operation: 'mcp:resources/subscribe',
    upstream,
    target: { kind: 'resource', uri },
    audience,
    http,
    body,
    outbound: body,
    message,
    said: { input: null, meta },
    credentials,
    sessionId: null,
    trace,
    caller,
    // The stream is no call that an entry could name: each begins a chain, unless the caller's goes on.
    link: stream.link.parent === null ? { ...stream.link, chain: newId('chain') } : stream.link,
    linkFault: stream.linkFault,
  };
}
