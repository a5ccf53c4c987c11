// A result that asks before it answers (`input_required`, MCP 2026-07-28): each question is a call of its server on the agent,
// decided and on record before the client sees any of them; where one may not be put, the client is told so and sees none.
// The state that comes with them is sealed (ADR 0026).
import { maskFailed } from '../../obligations/mask-failed.ts';
import { type JsonMember, memberOf, readTree, stringOf } from '../../obligations/json-tree.ts';
import { masksOf } from '../../obligations/of-call.ts';
import { ok, refuse, type Rejection, type Result } from '../../errors.ts';
import type { Deps } from '../../pipeline/deps.ts';
import { stopReason } from '../../pipeline/forward.ts';
import { settlement, withoutAnswer } from '../../pipeline/settle.ts';
import { clearTogether, recordTogether } from '../../pipeline/together.ts';
import type { AuthenticatedCall, CompletedCall, RecordedCall } from '../../pipeline/types.ts';
import { rawBody } from '../http.ts';
import { scan } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import { editMembers, splice } from '../json/splice.ts';
import { serverCall } from './asked-call.ts';
import { inputOfRequest } from './asked-input.ts';
import { readAsked } from './envelope.ts';
import { ASKED, ASKING, type AskOperation, MODERN_REVISION } from './operations.ts';
import { holderOf, linkBelow, sameCall } from './request-state.ts';
import type { AskedQuestion, Rounds } from './rounds.ts';

const MAX_QUESTIONS = 32;

const SHAPE = compileShape({
  '': { known: ['jsonrpc', 'id', 'result', 'error'] },
  result: { known: ['resultType', 'inputRequests', 'requestState', '_meta'] },
  'result.inputRequests': {},
});

export interface InputRequiredDeps {
  readonly pipeline: Deps;
  readonly rounds: Rounds;
  readonly responseBytes: number;
}

export interface PutQuestions {
  readonly bytes: Uint8Array;
  /** What stands in the record: each question is there by itself. */
  readonly result: string;
}

/** Whether a call of this kind may be answered with questions at all. */
export function mayAsk({ revision, operation }: Pick<AuthenticatedCall, 'revision' | 'operation'>): boolean {
  return revision === MODERN_REVISION && ASKING.has(operation);
}

/** @param bytes one whole JSON-RPC answer whose result is of the type `input_required`. */
export async function putQuestions(
  call: CompletedCall,
  bytes: Uint8Array,
  deps: InputRequiredDeps,
): Promise<Result<PutQuestions>> {
  if (!mayAsk(call))
    return invalid(call, 'only a tool, a prompt or a resource of MCP 2026-07-28 asks for input');
  // The client reads it too, and must read the same: as strictly as what clients send.
  const scanned = scan(bytes, SHAPE, { maxBytes: deps.responseBytes });
  if (!scanned.ok) return invalid(call, `${scanned.error.code}: ${scanned.error.message}`);
  const result = scanned.value.containers.get('result');
  const root = readTree(Buffer.from(bytes).toString('utf8'));
  const said = memberOf(root ?? undefined, 'result');
  if (result === undefined || said === undefined) return invalid(call, 'its result is no object');
  const requests = memberOf(said, 'inputRequests');
  const state = memberOf(said, 'requestState');
  if (requests !== undefined && requests.kind !== 'object')
    return invalid(call, '`inputRequests` is no object');
  if (state !== undefined && state.kind !== 'string') return invalid(call, '`requestState` is no string');
  const asked = requests?.members ?? [];
  if (asked.length === 0 && state === undefined) return invalid(call, 'it asks nothing, and keeps no state');
  if (asked.length > MAX_QUESTIONS) return invalid(call, `it asks more than ${MAX_QUESTIONS} questions`);

  const questions: Question[] = [];
  for (const member of asked) {
    const question = await questionOf(call, member, Buffer.from(bytes).toString('utf8'), deps);
    if (!question.ok) return question;
    questions.push(question.value);
  }
  const put = await record(call, questions, deps);
  if (!put.ok) return put;
  const sealed = deps.rounds.open(
    {
      holder: holderOf(call),
      call: sameCall(call),
      link: linkBelow(call),
      inner: stringOf(state) ?? null,
    },
    put.value,
  );
  return ok({
    bytes: splice(bytes, editMembers(result, new Map([['requestState', JSON.stringify(sealed)]]))),
    result: JSON.stringify({
      resultType: 'input_required',
      inputRequests: Object.fromEntries(
        put.value.map(({ key, operation, call: id }) => [key, { operation, call: id }]),
      ),
    }),
  });
}

export interface Question {
  readonly key: string;
  readonly operation: AskOperation;
  readonly call: AuthenticatedCall;
}

/** One member of `inputRequests`, as the call that it is. */
export async function questionOf(
  call: CompletedCall,
  { name, value }: JsonMember,
  source: string,
  { pipeline }: Pick<InputRequiredDeps, 'pipeline'>,
): Promise<Result<Question>> {
  const known = value.kind === 'object' ? value.members.map((member) => member.name) : [];
  const method = stringOf(memberOf(value, 'method')) ?? '';
  const asks = ASKED.get(method);
  if (asks === undefined)
    return invalid(call, `it asks for \`${method}\`, which this gateway does not relay`);
  // What else stands there would go unseen by policy.
  if (known.some((member) => member !== 'method' && member !== 'params'))
    return invalid(call, `the question \`${name}\` has members that are not known`);
  const params = memberOf(value, 'params');
  const text = params === undefined ? '{}' : source.slice(params.start, params.end);
  const body = Buffer.from(`{"jsonrpc":"2.0","id":0,"method":${JSON.stringify(method)},"params":${text}}`);
  const read = readAsked(body, { maxBytes: body.byteLength });
  if (!read.ok) return invalid(call, `the question \`${name}\`: ${read.error.message}`);
  if (read.value.kind !== 'request') return invalid(call, `the question \`${name}\` is none`);
  const { message } = read.value;
  const input = Object.hasOwn(message.params, 'task') ? null : inputOfRequest(asks.operation, message.params);
  if (input === null)
    return invalid(
      call,
      `the parameters of \`${method}\` have not the form that its specification gives them`,
    );
  const asked = { operation: asks.operation, body: rawBody(body), message, input };
  return ok({ key: name, operation: asks.operation, call: await serverCall(call, asked, pipeline) });
}

/** Decides and records them all, or none is put. */
async function record(
  call: CompletedCall,
  questions: readonly Question[],
  { pipeline }: InputRequiredDeps,
): Promise<Result<readonly AskedQuestion[]>> {
  const calls = questions.map((question) => question.call);
  const cleared = await clearTogether(calls, pipeline, call.http.signal);
  if (!cleared.ok) return { ok: false, error: notPut(cleared.error) };
  const recorded = await recordTogether(cleared.value, pipeline);
  if (!recorded.ok) return { ok: false, error: notPut(recorded.error) };
  const withheld = whyWithheld(call, recorded.value, pipeline);
  if (withheld !== null) {
    const outcome = withheld.code === 'mask_failed' ? 'withheld' : 'aborted';
    for (const one of recorded.value)
      await settlement(one, pipeline).settle(withoutAnswer(outcome, withheld.reason));
    return { ok: false, error: withheld };
  }
  return ok(
    recorded.value.flatMap((one, at) => {
      const question = questions[at];
      if (question === undefined) return [];
      const { key, operation } = question;
      return [{ key, operation, call: one.id, recorded: one, settlement: settlement(one, pipeline) }];
    }),
  );
}

/** The last look before the client sees them. */
function whyWithheld(call: CompletedCall, asked: readonly RecordedCall[], deps: Deps): Rejection | null {
  if (call.http.signal.aborted) return refuse('denied', 'the client went away before it was asked').error;
  const stopped = stopReason(call, deps);
  if (stopped !== null) return refuse('quarantined', stopped, 'this agent may not be asked now').error;
  const masked = asked.some((one) => masksOf(one).length > 0);
  return masked ? maskFailed(call, 'what the server asks could repeat what is masked') : null;
}

/** In the words of the call that waits for an answer: it was sent, and its server asked back. */
function notPut(rejection: Rejection): Rejection {
  const { code, data, message } = rejection;
  if (code !== 'approval_pending')
    return { ...rejection, message: `the server asked back before it answered, and was not let: ${message}` };
  const { approvalId, expiresAt } = data ?? {};
  return {
    ...rejection,
    message:
      `the server asked back before it answered, and its question is held for approval (${String(approvalId)}) until ` +
      `${String(expiresAt)}; make the same call again with the same arguments to learn the outcome`,
  };
}

function invalid(call: CompletedCall, why: string): Result<never> {
  return refuse(
    'upstream_invalid',
    `${call.upstream.name} asks for input: ${why}`,
    `the server behind this gateway asks for input in a way that cannot be relayed: ${why}`,
  );
}
