// What clients were asked within tasks and have not answered yet, by task and key: an answer is let through only where it belongs,
// and once. In memory: after a restart the next poll brings the questions again, and they are decided again.
import { createCrowd } from '../../../crowd.ts';
import { type CallOutcome, type Settlement, withoutAnswer } from '../../../pipeline/settle.ts';
import type { RecordedCall } from '../../../pipeline/types.ts';
import { ok, type Result } from '../../../errors.ts';
import { warn } from '../../../warnings.ts';
import type { AskOperation } from '../operations.ts';
import { holderOf } from '../request-state.ts';

/** How long a client may take to answer: a person may have to. */
const PATIENCE_MS = 30 * 60_000;
/** Of one task, over its life. */
const MAX_PER_TASK = 256;
/** Of its questions, which are known as long as the task is asked about. */
const MAX_CHARS_PER_TASK = 1024 * 1024;
/** Tasks of an agent and subject, and of all; sizes of questions, which are held on to. */
const LIMITS = {
  each: { count: 1_000, size: 16 * 1024 * 1024 },
  all: { count: 10_000, size: 64 * 1024 * 1024 },
};

export interface OpenQuestion {
  readonly key: string;
  /** As it was asked. */
  readonly text: string;
  readonly operation: AskOperation;
  readonly call: RecordedCall;
  readonly settlement: Settlement;
}

export interface OpenQuestions {
  /** Runs one after another what is about the same task. */
  alone<T>(task: string, work: () => Promise<T>): Promise<T>;
  /** The text of the question under this key, open or answered; null where there was none. */
  known(task: string, key: string): string | null;
  /** @param more texts of questions that it asks besides. */
  isFull(task: string, more: readonly string[]): boolean;
  open(task: string, questions: readonly OpenQuestion[]): void;
  /** Open, and not being answered by another request. */
  find(task: string, key: string): OpenQuestion | null;
  /** Takes the answers that there can be to these; false where another request was first. */
  claim(task: string, keys: readonly string[]): boolean;
  /** Not sent: they may be answered again. */
  unclaim(task: string, keys: readonly string[]): void;
  answered(task: string, key: string, outcome: CallOutcome): Promise<Result<unknown>>;
  /** The task ended: what is still open is given up. */
  over(task: string): void;
  /** The process ends: what is still open is recorded as aborted. */
  close(): Promise<void>;
}

interface Entry {
  readonly text: string;
  readonly question: OpenQuestion | null;
  readonly isClaimed: boolean;
}

interface Task {
  readonly keys: Map<string, Entry>;
  timer: NodeJS.Timeout | undefined;
}

export function createOpenQuestions(): OpenQuestions {
  const tasks = new Map<string, Task>();
  const queues = new Map<string, Promise<unknown>>();
  const crowd = createCrowd<string>(LIMITS);

  function forget(id: string): readonly OpenQuestion[] {
    const task = tasks.get(id);
    if (task === undefined) return [];
    clearTimeout(task.timer);
    tasks.delete(id);
    crowd.delete(id);
    const open: OpenQuestion[] = [];
    for (const { question } of task.keys.values()) if (question !== null) open.push(question);
    return open;
  }

  async function giveUp(id: string, why: string): Promise<void> {
    for (const { settlement } of forget(id)) await settlement.settle(withoutAnswer('aborted', why));
  }

  const drop = (id: string, why: string): void => {
    giveUp(id, why).catch((error: unknown) => warn(String(error)));
  };

  function wait(id: string, task: Task): void {
    clearTimeout(task.timer);
    task.timer = setTimeout(() => drop(id, 'the client did not answer in time'), PATIENCE_MS);
    task.timer.unref();
  }

  function mark(id: string, keys: readonly string[], isClaimed: boolean): void {
    const task = tasks.get(id);
    for (const key of keys) {
      const entry = task?.keys.get(key);
      if (entry !== undefined) task?.keys.set(key, { ...entry, isClaimed });
    }
  }

  const openIn = (id: string, key: string): OpenQuestion | null => {
    const entry = tasks.get(id)?.keys.get(key);
    return entry === undefined || entry.isClaimed ? null : entry.question;
  };

  return {
    async alone(id, work) {
      const before = queues.get(id) ?? Promise.resolve();
      const turn = before.catch(() => undefined).then(work);
      queues.set(id, turn);
      try {
        return await turn;
      } finally {
        if (queues.get(id) === turn) queues.delete(id);
      }
    },
    known: (id, key) => tasks.get(id)?.keys.get(key)?.text ?? null,
    isFull(id, more) {
      const before = [...(tasks.get(id)?.keys.values() ?? [])].map(({ text }) => text);
      const all = [...before, ...more];
      return (
        all.length > MAX_PER_TASK || all.reduce((sum, text) => sum + text.length, 0) > MAX_CHARS_PER_TASK
      );
    },
    open(id, questions) {
      const task = tasks.get(id) ?? { keys: new Map<string, Entry>(), timer: undefined };
      tasks.set(id, task);
      wait(id, task);
      for (const question of questions)
        task.keys.set(question.key, { text: question.text, question, isClaimed: false });
      const [first] = questions;
      if (first === undefined) return;
      const size = [...task.keys.values()].reduce((sum, { text }) => sum + text.length, 0);
      crowd.put(holderOf(first.call), id, size);
      for (let gone = crowd.excess(); gone !== null && gone !== id; gone = crowd.excess())
        drop(gone, 'too many questions of servers were open');
    },
    find: openIn,
    claim(id, keys) {
      if (keys.some((key) => openIn(id, key) === null)) return false;
      mark(id, keys, true);
      return true;
    },
    unclaim: (id, keys) => mark(id, keys, false),
    async answered(id, key, outcome) {
      const task = tasks.get(id);
      const entry = task?.keys.get(key);
      if (task === undefined || entry === undefined || entry.question === null) return ok(null);
      task.keys.set(key, { text: entry.text, question: null, isClaimed: false });
      return entry.question.settlement.settle(outcome);
    },
    over: (id) => drop(id, 'the task ended before the client answered'),
    async close() {
      const why = 'the gateway stopped before the client answered';
      await Promise.all([...tasks.keys()].map((id) => giveUp(id, why)));
    },
  };
}
