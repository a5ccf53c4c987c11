// The answer to a held message that was sent at last. Nobody's request waits for it: it is taken note of under the task
// that its caller was given, told to whoever follows that task, and kept where the agent itself keeps nothing.
import { createSseSplitter } from '../sse.ts';
import type { Rejection, Result } from '../../errors.ts';
import { ok } from '../../errors.ts';
import { type Settlement, settlement } from '../../pipeline/settle.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';
import { readCapped } from '../../upstreams/body.ts';
import type { Followers } from './followers.ts';
import { ownMetadata } from './inline-receipts.ts';
import { dialectOf } from './dialects/dialects.ts';
import { answeredTaskJson, taskResult } from './held-task.ts';
import type { Ending, OwnTasks } from './own-tasks.ts';
import { resultIn } from './result-text.ts';
import { sameTask } from './rows.ts';
import {
  answerForm,
  createMeter,
  createTeller,
  isWithheld,
  type Meter,
  type TellerDeps,
  type Told,
  unfit,
} from './teller.ts';
import { messageOf } from '../../message-of.ts';

export interface CarryOutDeps extends TellerDeps {
  readonly ownTasks: OwnTasks;
  readonly followers: Followers;
  /** The largest event of a stream. */
  readonly eventBytes: number;
}

interface Exchange {
  readonly row: TaskRecord;
  readonly call: CompletedCall;
  readonly meter: Meter;
  readonly settling: Settlement;
}

export async function carryOut(row: TaskRecord, call: CompletedCall, deps: CarryOutDeps): Promise<void> {
  const exchange = { row, call, meter: createMeter(call), settling: settlement(call, deps.pipeline) };
  const form = answerForm(call);
  const taken = form === 'stream' ? await takeStream(exchange, deps) : await takeWhole(exchange, form, deps);
  if (!taken.ok) await fail(exchange, taken.error, deps);
}

async function takeWhole(
  exchange: Exchange,
  form: 'whole' | 'unfit',
  deps: CarryOutDeps,
): Promise<Result<void>> {
  const { row, call, meter } = exchange;
  if (form === 'unfit') {
    await call.response.body.cancel();
    return unfit(
      call,
      `it is HTTP ${call.response.status} with ${call.response.headers.get('content-type') ?? 'no content type'}`,
    );
  }
  const body = await readCapped(call.response.body, deps.responseBytes);
  if (!body.ok) return body;
  meter.count(body.value, false);
  const told = await createTeller(call, deps, row).tell(body.value);
  if (!told.ok) return told;
  return last(exchange, told.value, deps);
}

async function takeStream(exchange: Exchange, deps: CarryOutDeps): Promise<Result<void>> {
  const { row, call, meter } = exchange;
  const teller = createTeller(call, { ...deps, responseBytes: deps.eventBytes }, row);
  const splitter = createSseSplitter(deps.eventBytes);
  let latest: Told | null = null;
  try {
    for await (const chunk of call.response.body) {
      for (const piece of splitter.push(chunk)) {
        if (piece.data === null || piece.data.byteLength === 0) continue;
        meter.count(piece.raw, true);
        const told = await teller.tell(piece.data);
        if (!told.ok) return told;
        latest = told.value;
        if (latest.isFinal) return last(exchange, latest, deps);
        deps.followers.publish(row.id, resultIn(latest.bytes), 'agent');
      }
    }
  } catch (error) {
    return broken(`the stream of the agent broke off: ${messageOf(error)}`);
  }
  return latest === null
    ? broken('the agent ended the stream without an answer')
    : last(exchange, latest, deps, true);
}

/** What the agent said last is told once the call's outcome is on record. */
async function last(
  exchange: Exchange,
  told: Told,
  deps: CarryOutDeps,
  isTold = false,
): Promise<Result<void>> {
  const { row, call, meter, settling } = exchange;
  const { ownTasks, followers, readers } = deps;
  const dialect = dialectOf(call);
  const reply =
    told.answer?.kind === 'message'
      ? answeredTaskJson(await nameOf(row, deps), told.answer.parts, deps.pipeline.now(), dialect)
      : null;
  if (reply !== null) {
    const kept = await ownTasks.keep(row, reply);
    if (!kept.ok) return kept;
  }
  const { outcome, result, error } = told;
  const settled = await settling.settle(meter.outcome({ outcome, result, error }));
  if (!settled.ok) return settled;
  const metadata = await ownMetadata(call, settled.value, deps.pipeline);
  if (reply !== null) {
    const ended = await end({ state: 'TASK_STATE_COMPLETED', json: reply, metadata });
    followers.publish(row.id, taskResult(ended, dialect));
  } else if (told.answer?.kind === 'error') {
    const text = `the agent refused the message: ${messageIn(told.answer.error)}`;
    const ended = await end({ state: 'TASK_STATE_FAILED', text, metadata });
    followers.publish(row.id, taskResult(ended, dialect));
  } else {
    await ownTasks.handOver((await readers.tasks.get(row.id)) ?? row);
    if (!isTold) followers.publish(row.id, resultIn(told.bytes), 'agent');
  }
  followers.end(row.id);
  return ok(undefined);

  async function end(ending: Ending): Promise<string> {
    return ownTasks.end((await readers.tasks.get(row.id)) ?? row, ending, true);
  }
}

/** Nothing more can be told of it; the agent may have done the work all the same. */
async function fail(
  { row, call, meter, settling }: Exchange,
  rejection: Rejection,
  deps: CarryOutDeps,
): Promise<void> {
  const { ownTasks, followers, readers } = deps;
  const outcome = isWithheld(rejection) ? 'withheld' : 'aborted';
  const settled = await settling.settle(meter.outcome({ outcome, error: rejection.reason }));
  const now = (await readers.tasks.get(row.id)) ?? row;
  // A task that the agent opened can be asked for; what was answered without one is lost.
  if (now.upstreamTask !== null || sameTask(now) !== null) await ownTasks.handOver(now);
  else {
    const metadata = settled.ok ? await ownMetadata(call, settled.value, deps.pipeline) : undefined;
    await ownTasks.end(now, { state: 'TASK_STATE_FAILED', text: rejection.message, metadata }, settled.ok);
  }
  followers.fail(row.id, settled.ok ? rejection : settled.error, call.id);
}

async function nameOf(row: TaskRecord, { readers }: CarryOutDeps) {
  const now = (await readers.tasks.get(row.id)) ?? row;
  return { id: now.id, context: now.context };
}

function messageIn(error: string): string {
  const { message } = JSON.parse(error) as { readonly message?: unknown };
  return typeof message === 'string' ? message : 'it gave no reason';
}

function broken(why: string): Result<never> {
  return { ok: false, error: { code: 'upstream_unavailable', reason: why, message: why } };
}
