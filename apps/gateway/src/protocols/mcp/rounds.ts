// What clients were asked in results (`input_required`) and have not answered yet: the questions' outcomes wait for that, bounded
// in time and number. In memory: what was sealed outlives the process, its questions are then known as unknown (ADR 0026).
import { randomUUID } from 'node:crypto';
import { createCrowd } from '../../crowd.ts';
import { ok, type Result } from '../../errors.ts';
import { type CallOutcome, type Settlement, withoutAnswer } from '../../pipeline/settle.ts';
import type { RecordedCall } from '../../pipeline/types.ts';
import type { LogWriter } from '../../store/types.ts';
import { warn } from '../../warnings.ts';
import {
  type HeldRound,
  newStateId,
  openState,
  type PutQuestion,
  type RequestState,
  sealState,
} from './request-state.ts';

/** How long a client may take to answer: a person may have to. */
export const ROUND_MS = 30 * 60_000;
const HOUR_MS = 3_600_000;
/** Spent states are looked for this far back, to be taken away: a process may not have run in every hour. */
const SWEPT_HOURS = 24;
const MAX_PER_HOLDER = 64;
/** Rounds of a holder, and of all; bytes of questions, which are held on to. */
const LIMITS = {
  each: { count: MAX_PER_HOLDER, size: 32 * 1024 * 1024 },
  all: { count: 10_000, size: 64 * 1024 * 1024 },
};

/** A question on record that its client is asked now. */
export interface AskedQuestion extends PutQuestion {
  readonly recorded: RecordedCall;
  readonly settlement: Settlement;
}

export interface Rounds {
  /** The state to give to the client; from here on its answers are taken. */
  open(
    round: Omit<RequestState, 'id' | 'run' | 'expiresAt' | 'questions'>,
    questions: readonly AskedQuestion[],
  ): string;
  /** The state for a client that is to come back for a held call: it may go on as often as the client asks. */
  wait(round: Pick<RequestState, 'holder' | 'call' | 'link'>, held: HeldRound): string;
  /** Null for what was not sealed here. */
  unseal(text: string): RequestState | null;
  /**
   * The newest open round of this holder and call that came without a state of the server and asked one of these, for a client
   * that answers without its state.
   */
  unstated(holder: string, call: string, keys: readonly string[]): RequestState | null;
  /** Why answers to it are not taken any more; null where they are. */
  isOver(state: RequestState): string | null;
  /** Durably; `false` where it went on before. Null where the log cannot be written. */
  spend(state: RequestState): Promise<boolean | null>;
  /** Each question has its outcome: what it was answered; what was not answered was given up. */
  answered(state: RequestState, outcomes: ReadonlyMap<string, CallOutcome>): Promise<Result<unknown>>;
  /** The process ends: what is still open is recorded as aborted. */
  close(): Promise<void>;
}

interface Open {
  readonly state: RequestState;
  readonly questions: readonly AskedQuestion[];
  readonly timer: NodeJS.Timeout;
}

export function createRounds(deps: {
  readonly key: Uint8Array;
  readonly writer: LogWriter;
  readonly now: () => number;
}): Rounds {
  const { key, writer, now } = deps;
  const run = randomUUID();
  /** By id, oldest first. */
  const all = new Map<string, Open>();
  const holders = new Map<string, Set<Open>>();
  const crowd = createCrowd<Open>(LIMITS);
  let sweptHour = 0;

  function forget(open: Open): boolean {
    if (!all.delete(open.state.id)) return false;
    clearTimeout(open.timer);
    crowd.delete(open);
    const siblings = holders.get(open.state.holder);
    siblings?.delete(open);
    if (siblings?.size === 0) holders.delete(open.state.holder);
    return true;
  }

  async function giveUp(open: Open, why: string): Promise<void> {
    if (!forget(open)) return;
    for (const { settlement } of open.questions) await settlement.settle(withoutAnswer('aborted', why));
  }

  const drop = (open: Open, why: string): void => {
    giveUp(open, why).catch((error: unknown) => warn(String(error)));
  };

  return {
    open(round, questions) {
      const expiresAt = now() + ROUND_MS;
      const put = questions.map(({ key: name, operation, call }) => ({ key: name, operation, call }));
      const state: RequestState = { ...round, id: newStateId(), run, expiresAt, questions: put };
      const timer = setTimeout(() => drop(open, 'the client did not answer in time'), ROUND_MS);
      timer.unref();
      const size = questions.reduce((sum, { recorded }) => sum + recorded.body.bytes.byteLength, 0);
      const open: Open = { state, questions, timer };
      const siblings = holders.get(round.holder) ?? new Set<Open>();
      holders.set(round.holder, siblings.add(open));
      all.set(state.id, open);
      crowd.put(round.holder, open, size);
      for (let gone = crowd.excess(); gone !== null; gone = crowd.excess())
        drop(gone, 'the client left too many questions open');
      return sealState(key, state);
    },
    wait(round, held) {
      const expiresAt = now() + ROUND_MS;
      return sealState(key, { ...round, id: newStateId(), run, expiresAt, questions: [], inner: null, held });
    },
    unseal: (text) => openState(key, text),
    unstated(holder, call, keys) {
      const theirs = [...(holders.get(holder) ?? [])].map(({ state }) => state);
      const fits = ({ call: of, inner, questions }: RequestState) =>
        of === call && inner === null && questions.some((question) => keys.includes(question.key));
      return theirs.findLast(fits) ?? null;
    },
    isOver(state) {
      if (state.expiresAt <= now()) return 'it has expired';
      if (state.held !== undefined) return null;
      // SECURITY: within one process it is known what is open; what another left behind is told by the store.
      return state.run === run && !all.has(state.id) ? 'it went on before, or was given up' : null;
    },
    async spend({ id, expiresAt }) {
      const hour = Math.floor(now() / HOUR_MS);
      const olds = hour > sweptHour ? Array.from({ length: SWEPT_HOURS }, (_, back) => hour - 1 - back) : [];
      const result = await writer.commit({
        entries: [],
        changes: [
          { insert: 'spent_states', row: { id, hour: Math.floor(expiresAt / HOUR_MS) } },
          ...olds.map((old) => ({ remove: 'spent_states', where: { hour: old } }) as const),
        ],
      });
      if (result.ok) sweptHour = hour;
      return result.ok ? true : result.code === 'log_unavailable' ? null : false;
    },
    async answered({ id }, outcomes) {
      const open = all.get(id);
      if (open === undefined || !forget(open)) return ok(null);
      const unanswered = withoutAnswer('aborted', 'the client went on without an answer to it');
      const settled = await Promise.all(
        open.questions.map((question) =>
          question.settlement.settle(outcomes.get(question.key) ?? unanswered),
        ),
      );
      return settled.find((one) => !one.ok) ?? ok(null);
    },
    async close() {
      const why = 'the gateway stopped before the client answered';
      await Promise.all([...all.values()].map((open) => giveUp(open, why)));
    },
  };
}
