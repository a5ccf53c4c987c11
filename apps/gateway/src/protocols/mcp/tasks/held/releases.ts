// What becomes of held calls whose clients were answered with a task: the piece that serves all protocols decides and sends
// (protocols/releasing.ts), the answer is handled as that of any call, and its task then holds what came of it.
import type { Rejection } from '../../../../errors.ts';
import type { Deps } from '../../../../pipeline/deps.ts';
import { carry, handOn } from '../../../../pipeline/pipeline.ts';
import type { CompletedCall, InboundCall } from '../../../../pipeline/types.ts';
import type { Wire } from '../../../../pipeline/wire.ts';
import type { TaskReader, TaskRecord } from '../../../../store/readers/tasks.ts';
import { readCapped } from '../../../../upstreams/body.ts';
import { createReleasing, type Ended, type Releasing } from '../../../releasing.ts';
import type { HttpRequest } from '../../../http.ts';
import { createSseSplitter } from '../../../sse.ts';
import type { Rounds } from '../../rounds.ts';
import { refusalMessage, refusedRequest } from '../../answers.ts';
import { isTaskId, memberText, objectOf, readServerMessage } from '../form.ts';
import { serverTask } from '../rows.ts';
import { createHeldAnswers, type HeldAnswers } from './asking.ts';
import { heldMessage, roundIn, unpark } from './parked.ts';
import { roundOf } from './round.ts';
import { type CameTo, errorText, type HeldTaskReaders, type HeldTasks, isHeld } from './rows.ts';

interface HeldReleasesDeps {
  readonly pipeline: Deps;
  readonly readers: HeldTaskReaders & { readonly tasks: Pick<TaskReader, 'byCall'> };
  readonly held: HeldTasks;
  readonly wire: Pick<Wire, 'redeem' | 'relay'>;
  readonly rounds: Pick<Rounds, 'unseal'>;
  readonly serve: (request: HttpRequest, server: string, audience: string) => Promise<Response>;
  readonly responseBytes: number;
  readonly eventBytes: number;
}

export interface HeldReleases extends Releasing {
  /** Its caller cancels the task: where nothing was sent yet, nothing will be. */
  withdraw(row: TaskRecord): Promise<void>;
  /** Of calls whose servers ask before they answer. */
  readonly answers: HeldAnswers;
}

const UNKNOWN =
  'the outcome is unknown: the gateway stopped while the call was being carried out, so it may have been; it is not sent again';

export function createHeldReleases(deps: HeldReleasesDeps): HeldReleases {
  const { pipeline, readers, held, wire } = deps;

  const releasing = createReleasing({
    pipeline,
    tasks: readers.tasks,
    calls: readers.calls,
    isMine: ({ tool, minted }) => tool !== null && minted,
    unpark: (parked, signal) => unpark(parked, signal, pipeline),
    begin: (row) => held.begin(row),
    send: (call) => carry(wire.redeem?.(call) ?? call, pipeline),
    carryOut,
    holdAgain: (row, parked, approval) => held.holdAgain(row, parked, approval),
    end: (row, how) => held.end(row, cameToNothing(how)),
    async afterRestart(row) {
      const round = roundIn(row);
      if (round !== null && !round.isSent) return;
      const made = (await readers.tasks.byCall(row.call)).find(({ minted }) => !minted);
      const server = made === undefined ? null : serverTask(made);
      return server !== null
        ? held.rename(row, server)
        : held.end(row, { end: 'failed', text: errorText(UNKNOWN), isSent: false });
    },
    settled: () => Promise.resolve(),
  });

  async function carryOut(row: TaskRecord, call: CompletedCall): Promise<void> {
    return cameBack(row, await lastMessage(await handOn(call, wire, pipeline), call, deps));
  }

  async function cameBack(row: TaskRecord, message: Uint8Array | null): Promise<void> {
    const made = message === null ? null : taskIn(message);
    if (made !== null) return held.rename(row, made);
    const round = message === null ? null : roundOf(message, (roundIn(row)?.number ?? 0) + 1);
    if (round === null) return held.end(row, cameTo(message));
    if (round.number > MAX_ROUNDS)
      return held.end(row, { end: 'failed', text: errorText(ENDLESS), isSent: true });
    await held.setRound(row, round);
  }

  const answers = createHeldAnswers({
    ...deps,
    answerOf: (response, row) => lastMessage(response, { message: heldMessage(row) }, deps),
    carryOut: cameBack,
  });

  return {
    ...releasing,
    answers,
    async stop() {
      await Promise.all([releasing.stop(), answers.stop()]);
    },
    async withdraw(row) {
      const round = roundIn(row);
      if (round !== null && !round.isSent)
        return held.end(row, { end: 'cancelled', text: null, isSent: true });
      if (!isHeld(row) || row.approval === null) return;
      await pipeline.approvals.withdraw(row.approval, 'the caller cancelled the held call');
      await releasing.look(row.id);
    },
  };
}

/** As many as official clients take, and more than people answer. */
const MAX_ROUNDS = 16;
const ENDLESS = `the server has asked ${MAX_ROUNDS} times before it answers, and asks again`;
const BROKE_OFF = 'the answer of the server broke off: what was sent may have been carried out';

/** The answer to the call as its client would have got it; null where there was none. */
async function lastMessage(
  response: Response,
  { message }: Pick<InboundCall, 'message'>,
  { responseBytes, eventBytes }: HeldReleasesDeps,
): Promise<Uint8Array | null> {
  if (response.body === null) return null;
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) {
    const body = await readCapped(response.body, responseBytes);
    return body.ok ? body.value : null;
  }
  const splitter = createSseSplitter(eventBytes);
  try {
    for await (const chunk of response.body)
      for (const { data } of splitter.push(chunk)) if (data !== null && isAnswer(data, message)) return data;
  } catch {
    // Whatever broke it off has given the call its outcome.
  }
  return null;
}

function isAnswer(data: Uint8Array, message: InboundCall['message']): boolean {
  const read = readServerMessage(data);
  return read.ok && !Object.hasOwn(read.value.value, 'method') && read.value.value['id'] === message?.id;
}

/** The server's own task, which was bound to this caller when the answer came. */
function taskIn(bytes: Uint8Array): string | null {
  const read = readServerMessage(bytes);
  const result = read.ok ? objectOf(read.value.value['result']) : null;
  const id = result?.['resultType'] === 'task' ? result['taskId'] : null;
  return isTaskId(id) ? id : null;
}

/** In a task, a refusal that a model should read is a result, and only an error of the protocol a failure. */
function cameTo(bytes: Uint8Array | null, isSent = true): CameTo {
  const read = bytes === null ? null : readServerMessage(bytes);
  if (read?.ok !== true) return { end: 'failed', text: errorText(BROKE_OFF), isSent };
  const result = memberText(read.value, '', 'result');
  if (result !== null) return { end: 'completed', text: `{"result":${result}}`, isSent };
  const error = memberText(read.value, '', 'error');
  return { end: 'failed', text: error === null ? errorText(BROKE_OFF) : `{"error":${error}}`, isSent };
}

function cameToNothing(how: Ended): CameTo {
  switch (how.kind) {
    case 'withdrawn':
      return { end: 'cancelled', text: null, isSent: false };
    case 'unknown':
      return { end: 'failed', text: errorText(UNKNOWN), isSent: false };
    case 'refused':
      return cameTo(refusalOf(how.rejection, how.call), false);
    case 'failed':
      return cameTo(refusalOf(how.rejection, how.call), true);
  }
}

function refusalOf(rejection: Rejection, call: InboundCall | null): Uint8Array {
  const request =
    call === null
      ? { id: null, isToolCall: true, isModern: true, expectsAnswer: true }
      : refusedRequest(call);
  return Buffer.from(JSON.stringify(refusalMessage(request, rejection)));
}
