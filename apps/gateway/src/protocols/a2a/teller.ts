// What the caller is told of an agent's answer: the same bytes, once everything they name is bound to it, with the ids by
// which it knows them.
import { createHash } from 'node:crypto';
import type { Outcome } from '@countersign/audit';
import { REDACTED } from '@countersign/policy';
import { labelsOfOutput } from '../../classifiers/of-call.ts';
import { ok, refuse, type Rejection, type Result } from '../../errors.ts';
import type { NeverStore } from '../../never-store/never-store.ts';
import { recordedAnswer } from '../../obligations/recorded.ts';
import type { CallOutcome } from '../../pipeline/settle.ts';
import type { CompletedCall, RecordedCall } from '../../pipeline/types.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';
import { type AgentAnswer, readAnswer } from './answer.ts';
import { dialectOf } from './dialects/dialects.ts';
import { type BinderDeps, createBinder, type Said } from './binder.ts';
import { renameIds } from './ids.ts';
import { createMasker } from './masker.ts';
import { isMessageCall, isStreamCall } from './named.ts';
import { settledState } from './states.ts';
import { workMasks } from './work-masks.ts';

export interface TellerDeps extends BinderDeps {
  /** The largest answer, or event, that is read whole. */
  readonly responseBytes: number;
  /** Told which task a message opened, by its caller's name for it, before the caller is. */
  readonly bound?: (call: RecordedCall, task: string) => Promise<void>;
}

export interface Told {
  /** Null for the gateway's own. */
  readonly answer: AgentAnswer | null;
  /** What the caller is to read. */
  readonly bytes: Uint8Array;
  /** Nothing can follow it: an error, a bare message, or a task that is settled. */
  readonly isFinal: boolean;
  /** Whether something was taken out of it, so that nothing else may be told beside it. */
  readonly isMasked: boolean;
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
    form: isMessageCall(call) || isStreamCall(call) ? 'message' : 'task',
    isStream: isStreamCall(call),
    dialect: dialectOf(call),
  } as const;
  const masks = workMasks(call, deps, parked);
  const masker = createMasker(call, asked);
  return {
    async tell(came) {
      const read = readAnswer(came, asked, deps.responseBytes);
      const paths = await masks.of(read.ok ? read.value : null);
      if (!read.ok) return unfit(call, paths.length > 0 ? 'it cannot be read' : read.error);
      if (read.value.kind === 'error') {
        const { error } = read.value;
        if (paths.length > 0) return { ok: false, error: masker.refuseError(error) };
        const answer = read.value;
        return ok({
          answer,
          bytes: came,
          isFinal: true,
          isMasked: false,
          outcome: 'protocol_error',
          result: null,
          error,
        });
      }
      // From here on, what is masked is as if the agent had never said it: not bound, not stored, not told.
      const masked = masker.mask(came, paths);
      if (!masked.ok) return masked;
      const { bytes, note } = masked.value;
      const again = paths.length === 0 ? read : readAnswer(bytes, asked, deps.responseBytes);
      if (!again.ok || again.value.kind === 'error')
        return unfit(call, 'it cannot be read again once it is masked');
      const answer = again.value;
      const labels = labelsOfOutput(call, [answer.result], deps.pipeline.classifiers);
      const said = withoutRedacted(call, answer, deps.pipeline.neverStore);
      const rename = await binder.bind(said, paths, labels);
      if (!rename.ok) return rename;
      const opened = answer.ids.find(({ kind, isPrimary }) => isPrimary && kind === 'task');
      const name = opened === undefined ? null : rename.value(opened);
      if (name !== null && answer.kind !== 'message' && isMessageCall(call)) await deps.bound?.(call, name);
      const isFinal =
        answer.kind === 'message' || (answer.state !== null && settledState(answer.state) !== null);
      return ok({
        answer,
        bytes: renameIds(bytes, answer.ids, rename.value),
        isFinal,
        isMasked: paths.length > 0,
        outcome: 'ok',
        result: answer.result,
        error: note,
      });
    },
  };
}

/** As far as it is stored: an agent may repeat what must not be stored of the message. */
function withoutRedacted(call: CompletedCall, said: Said, never: NeverStore): Said {
  return { ...said, result: recordedAnswer(call, said.result, never) ?? JSON.stringify(REDACTED) };
}

/** The agent answered, and its answer must not be told. */
export function isWithheld({ code }: Rejection): boolean {
  return code === 'upstream_invalid' || code === 'mask_failed';
}

/** How the agent answered; anything else is no answer to this request. */
export function answerForm(call: CompletedCall): 'whole' | 'stream' | 'unfit' {
  const { status, headers } = call.response;
  if (status !== 200) return 'unfit';
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'text/event-stream') return isStreamCall(call) ? 'stream' : 'unfit';
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
      // What came in the agent's own binding is what is on record.
      received: { ...(call.response.came?.() ?? { bytes, sha256: hash.copy().digest('hex') }), events },
      result: null,
      error: null,
      ...said,
    }),
  };
}
