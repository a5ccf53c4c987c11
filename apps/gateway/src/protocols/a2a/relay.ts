// The agent's answer on its way back. One message is read whole; an event stream is relayed event by event. What ends the
// answer waits until the outcome is on record (DESIGN section 9).
import { ok, type Result } from '../../errors.ts';
import { setReceipt } from '../../pipeline/receipted.ts';
import type { Settlement } from '../../pipeline/settle.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import { readCapped } from '../../upstreams/body.ts';
import { answerHeaders } from '../../upstreams/headers.ts';
import { inlineReceipts } from './inline-receipts.ts';
import { type ExtendedCardDeps, tellExtendedCard } from './extended-card.ts';
import { type FollowDeps, relayFollowed } from './follow-relay.ts';
import { readListQuery } from './list-params.ts';
import { type ListDeps, listTasks } from './list-tasks.ts';
import { isStreamCall, namedTaskOf } from './named.ts';
import { isOwnAnswer } from './own-answer.ts';
import { exposeToTask } from './own-labels.ts';
import { ownTold } from './own-told.ts';
import { tellPush, type TellPushDeps } from './push/tell.ts';
import { relayStream } from './relay-stream.ts';
import { answerForm, createMeter, createTeller, isWithheld, type Told, unfit } from './teller.ts';
import { workMasks } from './work-masks.ts';

export interface RelayDeps extends FollowDeps, ListDeps, TellPushDeps, ExtendedCardDeps {}

export async function relay(
  call: CompletedCall,
  settlement: Settlement,
  deps: RelayDeps,
): Promise<Result<Response>> {
  const headers = new Headers([...answerHeaders(call.response.headers, call.protocol)]);
  headers.set('countersign-call', call.id);
  await setReceipt(headers, call, deps.pipeline);
  const form = answerForm(call);
  if (form === 'stream') {
    headers.set('x-accel-buffering', 'no');
    const isQuiet = (await workMasks(call, deps, null).of(null)).length > 0;
    const stream = isOwnAnswer(call.response) ? relayFollowed : relayStream;
    return ok(new Response(stream(call, settlement, deps, isQuiet), { status: 200, headers }));
  }
  const meter = createMeter(call);
  const told = await readOne(call, form, meter, deps);
  if (!told.ok) {
    const outcome = isWithheld(told.error) ? 'withheld' : 'upstream_error';
    const settled = await settlement.settle(meter.outcome({ outcome, error: told.error.reason }));
    return settled.ok ? told : settled;
  }
  const { outcome, result, error, bytes } = told.value;
  const settled = await settlement.settle(meter.outcome({ outcome, result, error }));
  if (!settled.ok) return settled;
  headers.set('content-type', 'application/json');
  const answer = await inlineReceipts(call, bytes, settled.value, deps.pipeline, isOwnAnswer(call.response));
  return ok(new Response(new Uint8Array(answer), { status: 200, headers }));
}

async function readOne(
  call: CompletedCall,
  form: 'whole' | 'unfit',
  meter: ReturnType<typeof createMeter>,
  deps: RelayDeps,
): Promise<Result<Told>> {
  if (form === 'unfit') {
    await call.response.body.cancel();
    const type = call.response.headers.get('content-type') ?? 'no content type';
    return unfit(call, `it is HTTP ${call.response.status} with ${type}`);
  }
  const body = await readCapped(call.response.body, deps.responseBytes);
  if (!body.ok) return body;
  meter.count(body.value, false);
  if (call.operation === 'a2a:task/list') return tellList(call, deps);
  if (call.operation === 'a2a:card/extended') return tellExtendedCard(call, body.value, deps);
  if (call.operation.startsWith('a2a:push/')) return tellPush(call, body.value, deps);
  if (isOwnAnswer(call.response)) return tellOwn(call, body.value, deps);
  const told = await createTeller(call, deps, null).tell(body.value);
  if (!told.ok) return told;
  // Only a refusal may come whole where a stream was asked for.
  const isRefusal = told.value.answer?.kind === 'error';
  return isStreamCall(call) && !isRefusal
    ? unfit(call, 'it is one message where a stream was asked for')
    : told;
}

async function tellList(call: CompletedCall, deps: RelayDeps): Promise<Result<Told>> {
  const query = readListQuery(call.message?.params ?? {});
  if (!query.ok) throw new Error('a list of tasks was asked for with parameters that were refused');
  const result = await listTasks(call, query.value, deps);
  return ok(ownTold(call, result));
}

/** The gateway's own answer about a task of its own: its labels are the caller's from here on, as with any other. */
async function tellOwn(call: CompletedCall, bytes: Uint8Array, deps: RelayDeps): Promise<Result<Told>> {
  const { pipeline, readers } = deps;
  const id = namedTaskOf(call);
  const row = id === null ? null : await readers.tasks.get(id);
  const exposed = row === null ? ok(undefined) : await exposeToTask(call, row, pipeline);
  if (!exposed.ok) return exposed;
  const { result, error } = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
    readonly result?: unknown;
    readonly error?: unknown;
  };
  const isError = error !== undefined;
  return ok({
    answer: null,
    bytes,
    isFinal: true,
    isMasked: false,
    outcome: isError ? 'protocol_error' : 'ok',
    result: isError ? null : JSON.stringify(result),
    error: isError ? JSON.stringify(error) : null,
  });
}
