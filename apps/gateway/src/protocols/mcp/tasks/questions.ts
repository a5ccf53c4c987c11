// What a server asks within a task (`inputRequests`, 2026-07-28): each question is a call of its own, decided and on record before
// the client sees any of them, once for each key, however often the task is polled (ADR 0025, ADR 0027).
import { maskFailed } from '../../../obligations/mask-failed.ts';
import { memberOf, readTree } from '../../../obligations/json-tree.ts';
import { masksOf } from '../../../obligations/of-call.ts';
import { ok, refuse, type Rejection, type Result } from '../../../errors.ts';
import { stopReason } from '../../../pipeline/forward.ts';
import { settlement, withoutAnswer } from '../../../pipeline/settle.ts';
import { clearTogether, recordTogether } from '../../../pipeline/together.ts';
import type { CompletedCall } from '../../../pipeline/types.ts';
import type { TaskRecord } from '../../../store/readers/tasks.ts';
import { questionOf } from '../input-required.ts';
import type { TaskAdmitDeps } from './admit.ts';
import { invalidTask } from './bind.ts';
import type { Message } from './form.ts';
import type { OpenQuestion, OpenQuestions } from './open-questions.ts';

export type TaskQuestions = OpenQuestions;

const MAX_QUESTIONS = 32;

interface AskDeps extends TaskAdmitDeps {
  readonly questions: OpenQuestions;
}

/** @param isMasked whether what the server asks could repeat what is masked. */
export async function putTaskQuestions(
  call: CompletedCall,
  row: TaskRecord,
  message: Message,
  root: 'result' | 'params',
  isMasked: boolean,
  deps: AskDeps,
): Promise<Result<void>> {
  // Two polls at once must not ask twice.
  return deps.questions.alone(row.id, () => put(call, row, message, root, isMasked, deps));
}

async function put(
  call: CompletedCall,
  row: TaskRecord,
  message: Message,
  root: 'result' | 'params',
  isMasked: boolean,
  { pipeline, questions }: AskDeps,
): Promise<Result<void>> {
  const source = Buffer.from(message.bytes).toString('utf8');
  // The client reads it too, and must read the same.
  const asked = memberOf(memberOf(readTree(source) ?? undefined, root), 'inputRequests');
  if (asked?.kind !== 'object') return invalidTask(call, 'two readers could read its questions differently');
  if (asked.members.length > MAX_QUESTIONS)
    return invalidTask(call, `it asks more than ${MAX_QUESTIONS} questions at once`);
  const fresh = [];
  for (const member of asked.members) {
    const text = source.slice(member.value.start, member.value.end);
    const before = questions.known(row.id, member.name);
    // SECURITY: a key names one question for ever: under an old one, a new one would be told undecided.
    if (before !== null && before !== text)
      return invalidTask(call, `it asks something else under the key \`${member.name}\` that it used before`);
    if (before !== null) continue;
    const question = await questionOf(call, member, source, { pipeline });
    if (!question.ok) return question;
    fresh.push({ ...question.value, text });
  }
  if (fresh.length === 0) return ok(undefined);
  const texts = fresh.map(({ text }) => text);
  if (questions.isFull(row.id, texts)) return invalidTask(call, 'it has asked more than it may');
  const cleared = await clearTogether(
    fresh.map((question) => question.call),
    pipeline,
    call.http.signal,
  );
  if (!cleared.ok) return { ok: false, error: notPut(cleared.error) };
  const recorded = await recordTogether(cleared.value, pipeline);
  if (!recorded.ok) return { ok: false, error: notPut(recorded.error) };
  const stopped = stopReason(call, pipeline);
  const withheld =
    stopped !== null
      ? refuse('quarantined', stopped, 'this agent may not be asked now').error
      : isMasked || recorded.value.some((one) => masksOf(one).length > 0)
        ? maskFailed(call, 'what the server asks could repeat what is masked')
        : null;
  const open: OpenQuestion[] = [];
  for (const [at, one] of recorded.value.entries()) {
    const question = fresh[at];
    const settling = settlement(one, pipeline);
    if (withheld !== null) {
      const outcome = withheld.code === 'mask_failed' ? 'withheld' : 'aborted';
      await settling.settle(withoutAnswer(outcome, withheld.reason));
    } else if (question !== undefined)
      open.push({
        key: question.key,
        text: question.text,
        operation: question.operation,
        call: one,
        settlement: settling,
      });
  }
  if (withheld !== null) return { ok: false, error: withheld };
  questions.open(row.id, open);
  return ok(undefined);
}

function notPut(rejection: Rejection): Rejection {
  return {
    ...rejection,
    message: `the task asks for input, and its server was not let: ${rejection.message}; cancel the task if it cannot go on`,
  };
}
