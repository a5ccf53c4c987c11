// Tasks that clients make of what their servers ask (2025-11-25, `params.task` of sampling and elicitation): which question a task
// answers, for whom, and until when. A server may ask about those of its own session, and no others (ADR 0027). In memory: after a
// restart nobody knows of them, and their questions count as unknown.
import { createCrowd } from '../../crowd.ts';
import { ok } from '../../errors.ts';
import { type Settlement, withoutAnswer } from '../../pipeline/settle.ts';
import type { RecordedCall } from '../../pipeline/types.ts';
import { warn } from '../../warnings.ts';
import type { AskOperation } from './operations.ts';
import { holderOf } from './request-state.ts';
import type { ToldTask } from './tasks/form.ts';

/** A task is known for as long as its client keeps it, within these. */
const LEAST_MS = 30 * 60_000;
const MOST_MS = 24 * 3_600_000;
const MAX_PER_SESSION = 32;
/** Bytes, of the questions, which are held on to. */
const LIMITS = {
  each: { count: 256, size: 16 * 1024 * 1024 },
  all: { count: 10_000, size: 64 * 1024 * 1024 },
};

/** The question, which has no outcome before its answer is fetched. */
export interface TaskQuestion {
  readonly call: RecordedCall;
  readonly settlement: Settlement;
}

export interface ClientTask {
  /** The client's own name for it. */
  readonly id: string;
  readonly operation: AskOperation;
  readonly question: TaskQuestion;
}

export interface ClientTasks {
  /** From here on its server may ask about it. False where the session has a task of this name. */
  open(session: string, task: ClientTask, told: Pick<ToldTask, 'ttl'>): boolean;
  find(session: string, id: string): ClientTask | null;
  /** How it stands, as its client says: one that was cancelled comes to nothing. */
  noted(task: ClientTask, told: Pick<ToldTask, 'status'>): Promise<void>;
  endSession(session: string): void;
  /** The process ends: questions without an answer are recorded as aborted. */
  close(): Promise<void>;
}

interface Kept extends ClientTask {
  readonly session: string;
  readonly timer: NodeJS.Timeout;
}

export function createClientTasks(): ClientTasks {
  const sessions = new Map<string, Map<string, Kept>>();
  const crowd = createCrowd<Kept>(LIMITS);

  async function giveUp(task: Kept, why: string): Promise<void> {
    const own = sessions.get(task.session);
    if (own?.get(task.id) !== task) return;
    clearTimeout(task.timer);
    own.delete(task.id);
    if (own.size === 0) sessions.delete(task.session);
    crowd.delete(task);
    await task.question.settlement.settle(withoutAnswer('aborted', why));
  }

  const drop = (task: Kept, why: string): void => {
    giveUp(task, why).catch((error: unknown) => warn(String(error)));
  };

  return {
    open(session, task, { ttl }) {
      const own = sessions.get(session) ?? new Map<string, Kept>();
      if (own.has(task.id)) return false;
      const [oldest] = own.size >= MAX_PER_SESSION ? own.values() : [];
      if (oldest !== undefined) drop(oldest, 'the client made too many tasks');
      const lasts = Math.min(MOST_MS, Math.max(LEAST_MS, ttl ?? MOST_MS));
      const timer = setTimeout(() => drop(kept, 'the answer was never fetched'), lasts);
      timer.unref();
      const kept: Kept = { ...task, session, timer };
      own.set(task.id, kept);
      sessions.set(session, own);
      const { call } = task.question;
      crowd.put(holderOf(call), kept, call.body.bytes.byteLength);
      for (let gone = crowd.excess(); gone !== null; gone = crowd.excess()) {
        crowd.delete(gone);
        drop(gone, 'too many tasks of clients were open');
      }
      return true;
    },
    find: (session, id) => sessions.get(session)?.get(id) ?? null,
    async noted({ question }, { status }) {
      if (status === 'cancelled')
        await question.settlement.settle(withoutAnswer('aborted', 'the task of the client was cancelled'));
    },
    endSession(session) {
      for (const task of sessions.get(session)?.values() ?? [])
        drop(task, 'the session ended before the answer was fetched');
    },
    async close() {
      const all = [...sessions.values()].flatMap((own) => [...own.values()]);
      const why = 'the gateway stopped before the answer was fetched';
      await Promise.all(all.map((task) => giveUp(task, why)));
    },
  };
}

/** Of a question that was answered with a task: only what it came to is its outcome, and not what becomes of one request for it. */
export function fetched({ question }: ClientTask): Settlement {
  return {
    settle: (outcome) =>
      outcome.outcome === 'aborted' ? Promise.resolve(ok(null)) : question.settlement.settle(outcome),
  };
}
