// What the caller is told of an agent's answer: the same bytes, once everything they name is bound to it, with the ids by
// which it knows them.
import { createHash } from 'node:crypto';
import type { Outcome } from '@countersign/audit';
import { ok, refuse, type Result } from '../../errors.ts';
import type { CallOutcome } from '../../pipeline/settle.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';
import { type AgentAnswer, readAnswer } from './answer.ts';
import { type BinderDeps, createBinder } from './binder.ts';
import { renameIds } from './ids.ts';
import { isMessageCall } from './named.ts';
import { settledState } from './states.ts';

export interface TellerDeps extends BinderDeps {
  /** The largest answer, or event, that is read whole. */
  readonly responseBytes: number;
}

export interface Told {
  /** Null for the gateway's own. */
  readonly answer: AgentAnswer | null;
  /** What the caller is to read. */
  readonly bytes: Uint8Array;
  /** Nothing can follow it: an error, a bare message, or a task that is settled. */
  readonly isFinal: boolean;
  readonly outcome: Outcome;
  readonly result: string | null;
  readonly error: string | null;
}

export interface Teller {
  /** `bytes` is one whole JSON-RPC answer. A refusal says why it must not be told. */
  tell(bytes: Uint8Array): Promise<Result<Told>>;
}

export function createTeller(call: CompletedCall, deps: TellerDeps, parked: TaskRecord | null): Teller {
  const binder = createBinder(call, deps, parked);
  const asked = {
    id: call.message?.id ?? null,
    form: isMessageCall(call) ? 'message' : 'task',
    isStream: call.operation === 'a2a:message/stream',
  } as const;
  return {
    async tell(bytes) {
      const read = readAnswer(bytes, asked, deps.responseBytes);
      if (!read.ok) return unfit(call, read.error);
      const answer = read.value;
      if (answer.kind === 'error') {
        const { error } = answer;
        return ok({ answer, bytes, isFinal: true, outcome: 'protocol_error', result: null, error });
      }
      const rename = await binder.bind(answer);
      if (!rename.ok) return rename;
      const isFinal =
        answer.kind === 'message' || (answer.state !== null && settledState(answer.state) !== null);
      return ok({
        answer,
        bytes: renameIds(bytes, answer.ids, rename.value),
        isFinal,
        outcome: 'ok',
        result: answer.result,
        error: null,
      });
    },
  };
}

/** How the agent answered; anything else is no answer to this request. */
export function answerForm(call: CompletedCall): 'whole' | 'stream' | 'unfit' {
  const { status, headers } = call.response;
  if (status !== 200) return 'unfit';
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'text/event-stream') return call.operation === 'a2a:message/stream' ? 'stream' : 'unfit';
  return type === 'application/json' || type === 'application/a2a+json' ? 'whole' : 'unfit';
}

/** An answer that cannot be passed on: A2A's InvalidAgentResponse. */
export function unfit(call: CompletedCall, why: string): Result<never> {
  return refuse(
    'upstream_invalid',
    `${call.upstream.name}: ${why}`,
    `the agent behind this gateway gave an answer that cannot be relayed: ${why}`,
  );
}

/** Counts what comes back from the agent, for the record. */
export interface Meter {
  count(bytes: Uint8Array, isEvent: boolean): void;
  outcome(said: Pick<CallOutcome, 'outcome'> & Partial<CallOutcome>): CallOutcome;
}

export function createMeter(call: CompletedCall): Meter {
  const hash = createHash('sha256');
  let bytes = 0;
  let events = 0;
  return {
    count(chunk, isEvent) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      if (isEvent) events += 1;
    },
    outcome: (said) => ({
      status: call.response.status,
      received: { bytes, events, sha256: hash.copy().digest('hex') },
      result: null,
      error: null,
      ...said,
    }),
  };
}
