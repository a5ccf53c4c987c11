// `tasks/update` (2026-07-28): what a client answers within a task. Decided itself, and each answer in it as a call under its
// question, on record before the server gets any of them; answers that nobody asked for stay here (ADR 0025, ADR 0027).
import { type JsonNode, memberOf, readTree } from '../../../obligations/json-tree.ts';
import { ok, refuse, type Result } from '../../../errors.ts';
import { denied } from '../../../pipeline/authorize.ts';
import { recordDenial } from '../../../pipeline/record.ts';
import { type CallOutcome, settlement, withoutAnswer } from '../../../pipeline/settle.ts';
import { clearTogether, recordTogether, unsent } from '../../../pipeline/together.ts';
import type { AuthenticatedCall, ClearedCall, RecordedCall } from '../../../pipeline/types.ts';
import type { Wire } from '../../../pipeline/wire.ts';
import type { TaskRecord } from '../../../store/readers/tasks.ts';
import { rawBody } from '../../http.ts';
import { scan } from '../../json/scan.ts';
import { compileShape } from '../../json/shape.ts';
import { editMembers, splice } from '../../json/splice.ts';
import { answerCall, outcomeOf } from '../asked-call.ts';
import { inputOfAnswer } from '../asked-input.ts';
import { readEnvelope } from '../envelope.ts';
import { notAsked } from '../open-requests.ts';
import { withUnstored } from '../unstored.ts';
import { admitTask, type TaskAdmitDeps } from './admit.ts';
import type { OpenQuestion, OpenQuestions } from './open-questions.ts';
import { taskOf } from './rows.ts';

interface UpdateDeps extends TaskAdmitDeps {
  readonly questions: OpenQuestions;
}

interface Answer {
  readonly question: OpenQuestion;
  /** JSON text of the result. */
  readonly text: string;
  readonly result: unknown;
  readonly input: string;
}

/** The pipeline's wire for one such request; the rest of it is that of any request of a client. */
export function updateWire(wire: Wire, deps: UpdateDeps): Wire {
  const { pipeline, questions, tasks } = deps;
  let task: TaskRecord | null = null;
  let answers: readonly Answer[] = [];
  let cleared: readonly ClearedCall[] = [];
  let sent: readonly RecordedCall[] = [];
  /** By this very request. */
  let isClaimed = false;

  const keys = () => answers.map(({ question }) => question.key);

  /** Where the update did not go, whatever stopped it, its questions may be answered again. */
  function giveBack(): void {
    for (const one of cleared) one.verdict.reservation?.drop();
    if (isClaimed && task !== null) questions.unclaim(task.id, keys());
    isClaimed = false;
  }

  async function settle(outcome: CallOutcome): Promise<void> {
    const calls = sent;
    sent = [];
    for (const one of calls) await settlement(one, pipeline).settle(outcome);
  }

  async function arrived(status: number): Promise<void> {
    const isTaken = status < 400;
    const outcome = withoutAnswer(isTaken ? 'ok' : 'upstream_error', '');
    await settle({ ...outcome, status, error: isTaken ? null : `HTTP ${status}` });
  }

  return {
    ...wire,
    async admit(call) {
      const admitted = await wire.admit(call);
      if (!admitted.ok) return admitted;
      task = await taskOf(admitted.value, tasks);
      const read = readAnswers(admitted.value, task, questions);
      if (!read.ok) return read;
      answers = read.value.answers;
      for (const _ of read.value.unasked) pipeline.traffic.reject(notAsked().error);
      // What policy sees is what is sent.
      const carrier = await admitTask(withoutUnasked(admitted.value, read.value.unasked), deps);
      if (!carrier.ok) return carrier;
      const carried = answers.map((one) => ({ key: one.question.key, call: callOf(one, carrier.value) }));
      return ok(await withUnstored(carrier.value, carried, pipeline));
    },
    async beforeRecording(call) {
      if (task === null || answers.length === 0) return ok(null);
      if (!questions.claim(task.id, keys())) return notAsked();
      isClaimed = true;
      const calls = answers.map((answer) => callOf(answer, call));
      const together = await clearTogether(calls, pipeline, call.http.signal);
      if (together.ok) {
        cleared = together.value;
        return together;
      }
      giveBack();
      if (together.error.code === 'approval_pending') return together;
      const { verdict, ...refused } = denied(
        call,
        'invalid_arguments',
        `an answer that it carries: ${together.error.reason}`,
      );
      const round = { ...verdict, round: call.verdict.round };
      const recorded = await recordDenial({ ...refused, verdict: round }, pipeline);
      return recorded.ok ? together : recorded;
    },
    async beforeSending(call) {
      if (task === null || answers.length === 0) return ok(call);
      const recorded = await recordTogether(cleared, pipeline);
      if (!recorded.ok) {
        giveBack();
        return recorded;
      }
      for (const [at, one] of recorded.value.entries()) {
        const key = answers[at]?.question.key ?? '';
        const settled = await questions.answered(task.id, key, outcomeOf(one, pipeline));
        if (settled.ok) continue;
        await unsent(recorded.value, settled.error.reason, pipeline);
        return settled;
      }
      sent = recorded.value;
      return ok(call);
    },
    async refuse(call, rejection) {
      giveBack();
      await settle(withoutAnswer('upstream_error', rejection.reason));
      return wire.refuse(call, rejection);
    },
    park: (held, release) =>
      wire.park(held, async (signal, isGivenUp) => {
        const released = await release(signal, isGivenUp);
        if (released.ok) await arrived(released.value.response.status);
        else {
          giveBack();
          await settle(withoutAnswer('upstream_error', released.error.reason));
        }
        return released;
      }),
    async relay(call, settling) {
      await arrived(call.response.status);
      return wire.relay(call, settling);
    },
  };
}

function callOf({ question, text, result, input }: Answer, carrier: AuthenticatedCall): AuthenticatedCall {
  return answerCall(carrier, {
    operation: question.operation,
    link: { ...question.call.link, parent: question.call.id },
    answer: { result, error: null, text: `{"result":${text}}` },
    input,
  });
}

function readAnswers(
  call: AuthenticatedCall,
  task: TaskRecord | null,
  questions: OpenQuestions,
): Result<{ readonly answers: readonly Answer[]; readonly unasked: readonly string[] }> {
  const source = call.said.inputResponses ?? '';
  const root = readTree(source) ?? undefined;
  if (root?.kind !== 'object') return unfit('`inputResponses` must be an object');
  const answers: Answer[] = [];
  const unasked: string[] = [];
  for (const { name } of root.members) {
    const question = task === null ? null : questions.find(task.id, name);
    if (question === null) unasked.push(name);
    else {
      const answer = answerTo(question, memberOf(root, name), source);
      if (answer === null)
        return unfit(`\`inputResponses.${name}\` has not the form of an answer to \`${question.operation}\``);
      answers.push(answer);
    }
  }
  return ok({ answers, unasked });
}

function answerTo(question: OpenQuestion, node: JsonNode | undefined, source: string): Answer | null {
  if (node?.kind !== 'object') return null;
  const text = source.slice(node.start, node.end);
  const result: unknown = JSON.parse(text);
  const input = inputOfAnswer(question.operation, { result, error: null, text });
  return input === null ? null : { question, text, result, input };
}

const SHAPE = compileShape({ 'params.inputResponses': {} });
/** Whatever the operator's limits are: the call was within them. */
const UNLIMITED = { maxBytes: 1e9, maxDepth: 1e6, maxKeys: 1e8, maxItems: 1e8 };

/** A server ignores what it did not ask for; policy has nothing to decide such an answer on, so it is not sent. */
function withoutUnasked(call: AuthenticatedCall, unasked: readonly string[]): AuthenticatedCall {
  if (unasked.length === 0) return call;
  const { bytes } = call.outbound;
  const scanned = scan(bytes, SHAPE, UNLIMITED);
  const responses = scanned.ok ? scanned.value.containers.get('params.inputResponses') : undefined;
  if (responses === undefined) throw new Error('an update of a task has no answers');
  const outbound = rawBody(splice(bytes, editMembers(responses, new Map(unasked.map((key) => [key, null])))));
  const read = readEnvelope(outbound.bytes, UNLIMITED);
  if (!read.ok || read.value.kind === 'answer') throw new Error('an update of a task cannot be read again');
  const { message, said } = read.value;
  return { ...call, outbound, message, said };
}

function unfit(why: string): Result<never> {
  return refuse('invalid_arguments', why, why);
}
