// What a client answers in its next request (`inputResponses`, MCP 2026-07-28): taken only with the state that was sealed for
// exactly this call of exactly this principal, once; each answer is a call under its question, decided and on record before the
// server gets any of them. Answers that nobody asked for stay here (ADR 0026).
import { type JsonNode, memberOf, readTree } from '../../obligations/json-tree.ts';
import { ok, refuse, type Rejection, type Result } from '../../errors.ts';
import { denied } from '../../pipeline/authorize.ts';
import { recordDenial } from '../../pipeline/record.ts';
import { type CallOutcome, settlement, withoutAnswer } from '../../pipeline/settle.ts';
import { clearTogether, recordTogether, unsent } from '../../pipeline/together.ts';
import type {
  AuthenticatedCall,
  ChainLink,
  ClearedCall,
  CompletedCall,
  RecordedCall,
} from '../../pipeline/types.ts';
import { answerCall, outcomeOf } from './asked-call.ts';
import { inputOfAnswer } from './asked-input.ts';
import { type InputRequiredDeps, mayAsk } from './input-required.ts';
import { isDeclined } from './park-round.ts';
import {
  type HeldRound,
  holderOf,
  linkBelow,
  type PutQuestion,
  type RequestState,
  type RoundLink,
  sameCall,
} from './request-state.ts';
import { type RetryEdits, withResponses, withRetryEdits } from './retry-edits.ts';
import { withUnstored } from './unstored.ts';

/** One request of a client, from when it is admitted to when its answers have their outcome. */
export interface Retry {
  /** The call as it goes on: with the server's own state, and with the answers that it asked for. */
  admit(call: AuthenticatedCall): Promise<Result<AuthenticatedCall>>;
  beforeRecording(call: ClearedCall): Promise<Result<unknown>>;
  beforeSending(call: RecordedCall): Promise<Result<RecordedCall>>;
  /** Whether the call carries something of an earlier round, which only its client can bring back. */
  isLater(): boolean;
  /** How often the client has come back for this call, which people have not decided; null where it will not again. */
  waits(): number | null;
  /** The state for a client that is to come back for it. */
  wait(call: AuthenticatedCall): string;
  /** The server has the answers. */
  relayed(call: CompletedCall): Promise<void>;
  /** It has not, or nobody knows. */
  refused(rejection: Rejection): Promise<void>;
}

interface Answer {
  readonly question: PutQuestion;
  /** JSON text of the result. */
  readonly text: string;
  readonly result: unknown;
  readonly input: string;
}

export function createRetry({ pipeline, rounds }: InputRequiredDeps): Retry {
  let state: RequestState | null = null;
  let answers: readonly Answer[] = [];
  let cleared: readonly ClearedCall[] = [];
  let sent: readonly RecordedCall[] = [];
  let held: HeldRound | null = null;
  let isGivenUp = false;

  /** The state that the client brought; or that it should have, where its server gave none. */
  function stateOf(call: AuthenticatedCall, keys: readonly string[]): Result<RequestState | null> {
    const text = call.message?.params['requestState'];
    const holder = holderOf(call);
    const same = sameCall(call);
    if (text === undefined) return ok(rounds.unstated(holder, same, keys));
    const opened = typeof text === 'string' ? rounds.unseal(text) : null;
    if (opened === null) return invalidState('it was not sealed by this gateway, or was changed since');
    if (opened.holder !== holder) return invalidState('it was given to another principal');
    if (opened.call !== same) return invalidState('it was given for another call');
    const { link } = call;
    if (link.parent !== null && link.kind === 'verified' && link.chain !== opened.link.chain)
      return invalidState('it belongs to another chain than the call token');
    const over = rounds.isOver(opened);
    return over === null ? ok(opened) : invalidState(over);
  }

  async function admit(call: AuthenticatedCall): Promise<Result<AuthenticatedCall>> {
    const given = call.message?.params['inputResponses'];
    if (!mayAsk(call) || (given === undefined && call.message?.params['requestState'] === undefined))
      return ok(call);
    const root = readTree(call.said.inputResponses ?? '{}') ?? undefined;
    if (root?.kind !== 'object') return invalidAnswer('`inputResponses` must be an object');
    const found = stateOf(
      call,
      root.members.map(({ name }) => name),
    );
    if (!found.ok) return found;
    return found.value?.held === undefined
      ? goOn(call, root, found.value, call.link)
      : comeBack(call, root, found.value, found.value.held);
  }

  /** The client asks again for a call that people have to decide: it is that call, with what it carried then. */
  async function comeBack(
    call: AuthenticatedCall,
    root: JsonNode,
    { link }: RequestState,
    round: HeldRound,
  ): Promise<Result<AuthenticatedCall>> {
    const over = round.state === null ? null : rounds.isOver(round.state);
    if (over !== null) return invalidState(over);
    held = round;
    isGivenUp = isDeclined(root);
    const carried = withResponses(call, round.responses);
    const answered = readTree(round.responses ?? '{}') ?? root;
    return goOn(carried, answered, round.state, await linkUnder(link, call));
  }

  /** @param under where the call hangs, unless the state says so. */
  async function goOn(
    call: AuthenticatedCall,
    root: JsonNode,
    round: RequestState | null,
    under: ChainLink,
  ): Promise<Result<AuthenticatedCall>> {
    const given = root.kind === 'object' ? root.members.map(({ name }) => name) : [];
    const asked = round?.questions ?? [];
    const read: Answer[] = [];
    for (const question of asked) {
      const node = memberOf(root, question.key);
      if (node === undefined) continue;
      const answer = answerTo(question, node, call.said.inputResponses ?? '');
      if (!answer.ok) return answer;
      read.push(answer.value);
    }
    state = round;
    answers = read;
    const unasked = given.filter((name) => asked.every(({ key }) => key !== name));
    for (const _ of unasked) pipeline.traffic.reject(UNASKED);
    const edits: RetryEdits = {
      inner: state?.inner ?? null,
      unasked: new Set(unasked),
      isBare: read.length === 0,
    };
    const edited = withRetryEdits(call, edits);
    if (state === null) return ok({ ...edited, link: under });
    const carrier = { ...edited, link: await linkUnder(state.link, call) };
    const carried = answers.map((one) => ({ key: one.question.key, call: callOf(one, carrier) }));
    return ok(await withUnstored(carrier, carried, pipeline));
  }

  async function linkUnder(link: RoundLink, call: AuthenticatedCall): Promise<ChainLink> {
    const labels = await pipeline.reads.chainLabels(link.chain);
    return { ...link, labels: [...new Set([...labels, ...call.link.labels])] };
  }

  async function beforeRecording(call: ClearedCall): Promise<Result<unknown>> {
    if (answers.length === 0) return ok(null);
    const calls = answers.map((answer) => callOf(answer, call));
    const together = await clearTogether(calls, pipeline, call.http.signal);
    if (together.ok) {
      cleared = together.value;
      return together;
    }
    if (together.error.code === 'approval_pending') return together;
    const why = `an answer that it carries: ${together.error.reason}`;
    const { verdict, ...refused } = denied(call, 'invalid_arguments', why);
    const recorded = await recordDenial(
      { ...refused, verdict: { ...verdict, round: call.verdict.round } },
      pipeline,
    );
    return recorded.ok ? together : recorded;
  }

  async function beforeSending(call: RecordedCall): Promise<Result<RecordedCall>> {
    if (state === null) return ok(call);
    const isFirst = await rounds.spend(state);
    if (isFirst !== true) {
      for (const one of cleared) one.verdict.reservation?.drop();
      return isFirst === false
        ? invalidState('it went on before')
        : refuse('log_unavailable', 'the state could not be recorded as spent', 'nothing was forwarded', {
            retryAfterSeconds: 30,
          });
    }
    const recorded = await recordTogether(cleared, pipeline);
    if (!recorded.ok) return recorded;
    const outcomes = new Map<string, CallOutcome>();
    for (const [at, one] of recorded.value.entries()) {
      const key = answers[at]?.question.key;
      if (key !== undefined) outcomes.set(key, outcomeOf(one, pipeline));
    }
    const settled = await rounds.answered(state, outcomes);
    if (!settled.ok) {
      await unsent(recorded.value, settled.error.reason, pipeline);
      return settled;
    }
    sent = recorded.value;
    return ok(call);
  }

  async function settle(outcome: CallOutcome): Promise<void> {
    const calls = sent;
    sent = [];
    for (const one of calls) await settlement(one, pipeline).settle(outcome);
  }

  return {
    admit,
    beforeRecording,
    beforeSending,
    isLater: () => state !== null || held !== null,
    waits: () => (isGivenUp ? null : (held?.waits ?? 0)),
    wait: (call) =>
      rounds.wait(
        { holder: holderOf(call), call: sameCall(call), link: linkBelow(call) },
        { waits: (held?.waits ?? 0) + 1, state, responses: call.said.inputResponses ?? null },
      ),
    relayed({ response: { status } }) {
      const isTaken = status < 400;
      const outcome = withoutAnswer(isTaken ? 'ok' : 'upstream_error', '');
      return settle({ ...outcome, status, error: isTaken ? null : `HTTP ${status}` });
    },
    refused({ reason }) {
      // What was decided and never recorded counts for nothing.
      for (const one of cleared) one.verdict.reservation?.drop();
      return settle(withoutAnswer('upstream_error', reason));
    },
  };
}

function callOf({ question, text, result, input }: Answer, carrier: AuthenticatedCall): AuthenticatedCall {
  return answerCall(carrier, {
    operation: question.operation,
    link: { ...carrier.link, parent: question.call },
    answer: { result, error: null, text: `{"result":${text}}` },
    input,
  });
}

function answerTo(question: PutQuestion, node: JsonNode, source: string): Result<Answer> {
  const text = source.slice(node.start, node.end);
  const result: unknown = JSON.parse(text);
  const input =
    node.kind === 'object' ? inputOfAnswer(question.operation, { result, error: null, text }) : null;
  if (input === null)
    return invalidAnswer(
      `\`inputResponses.${question.key}\` has not the form of an answer to \`${question.operation}\``,
    );
  return ok({ question, text, result, input });
}

const UNASKED = refuse('unknown_operation', 'an answer that nobody asked for').error;

function invalidAnswer(why: string): { readonly ok: false; readonly error: Rejection } {
  return refuse('invalid_arguments', why, why);
}

/** In the words of the official SDK's own servers: which of the reasons it is, only the operator learns. */
function invalidState(why: string): { readonly ok: false; readonly error: Rejection } {
  return refuse('invalid_arguments', `requestState: ${why}`, 'Invalid or expired requestState', {
    data: { reason: 'invalid_request_state' },
  });
}
