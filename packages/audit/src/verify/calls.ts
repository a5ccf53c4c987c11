// Level "calls": each call is decided, then, if it was allowed, ends exactly once; an outcome without an
// allowing decision means that something was answered which nobody permitted. Only open calls are held.

import type { EntryHeader } from '../entry/types.ts';
import { createColumn, createKeyTable, ID_WORDS, idKey, numberKey } from './key-table.ts';
import type { Tally } from './tally.ts';

interface CallCounts {
  decided: number;
  completed: number;
  unknown: number;
}

export interface CallStep {
  readonly check: (entry: EntryHeader) => void;
  readonly counts: Readonly<CallCounts>;
  readonly stillOpen: () => { readonly open: number; readonly held: number };
}

/** What is not known here may have begun before the first entry. */
export interface CallsBefore {
  readonly size: number;
  readonly mayBeBefore: () => boolean;
  readonly refers: () => void;
}

interface OpenCall {
  readonly decision: 'allow' | 'hold';
  readonly decided: number;
  readonly round: number;
}

/** As a map would: packed, since a log may leave any number of calls open. */
function createOpenCalls() {
  const calls = createKeyTable(ID_WORDS);
  const key = new Uint32Array(ID_WORDS);
  const [isHeld, decided, rounds] = [createColumn(), createColumn(), createColumn()];
  let held = 0;
  const forget = (number: number): void => {
    if (number >= 0) held -= isHeld.get(number);
  };
  return {
    counts: () => ({ open: calls.size() - held, held }),
    get: (call: string): OpenCall | undefined => {
      const number = calls.find(idKey(call, key));
      if (number < 0) return undefined;
      const decision = isHeld.get(number) === 1 ? 'hold' : 'allow';
      return { decision, decided: decided.get(number), round: rounds.get(number) };
    },
    set: (call: string, opened: OpenCall): void => {
      idKey(call, key);
      forget(calls.find(key));
      const number = calls.add(key);
      isHeld.set(number, opened.decision === 'hold' ? 1 : 0);
      decided.set(number, opened.decided);
      rounds.set(number, opened.round);
      held += isHeld.get(number);
    },
    delete: (call: string): void => {
      idKey(call, key);
      forget(calls.find(key));
      calls.remove(key);
    },
  };
}

/** Calls by the index of the decision that allowed them. */
function createUnsettled() {
  const decisions = createKeyTable(2);
  const key = new Uint32Array(2);
  const id = new Uint32Array(ID_WORDS);
  const words = Array.from(id, createColumn);
  return {
    is: (decided: number, call: string): boolean => {
      const number = decisions.find(numberKey(decided, key));
      idKey(call, id);
      return number >= 0 && words.every((column, at) => column.get(number) === id[at]);
    },
    set: (decided: number, call: string): void => {
      const number = decisions.add(numberKey(decided, key));
      idKey(call, id);
      for (const [at, column] of words.entries()) column.set(number, id[at] as number);
    },
    delete: (decided: number): void => decisions.remove(numberKey(decided, key)),
  };
}

const SEGMENT_BITS = 16;

/** Numbers, one bit each: far more calls of tools are allowed than are answered with a task, and none can be told apart here. */
function createMarks() {
  const segments = new Map<number, Uint32Array>();
  const place = (number: number) => {
    const within = number % 2 ** SEGMENT_BITS;
    return { segment: (number - within) / 2 ** SEGMENT_BITS, word: within >>> 5, bit: 1 << (within & 31) };
  };
  return {
    has: (number: number): boolean => {
      const { segment, word, bit } = place(number);
      return ((segments.get(segment)?.[word] ?? 0) & bit) !== 0;
    },
    set: (number: number): void => {
      const { segment, word, bit } = place(number);
      const words = segments.get(segment) ?? new Uint32Array(2 ** (SEGMENT_BITS - 5));
      words[word] = (words[word] as number) | bit;
      segments.set(segment, words);
    },
    delete: (number: number): void => {
      const { segment, word, bit } = place(number);
      const words = segments.get(segment);
      if (words !== undefined) words[word] = (words[word] as number) & ~bit;
    },
  };
}

/** What began only after it was over did not. */
function checkTimes({ call, index, body }: EntryHeader<'call.completed'>, tally: Tally): void {
  const { firstByteUs = null, durationUs } = body;
  if (firstByteUs === null || firstByteUs <= durationUs) return;
  tally.failed(
    'calls',
    'call_times',
    index,
    `entry ${index} says that the answer to \`${call}\` began after ${firstByteUs} µs and was over after ${durationUs} µs`,
  );
}

type Ending = EntryHeader<'call.completed' | 'call.unknown'>;

/** @param before where the first entries are not read. */
export function createCallStep(tally: Tally, before: CallsBefore | null = null): CallStep {
  const open = createOpenCalls();
  // Allowed A2A messages: their task may settle long after the call ended.
  const unsettled = createUnsettled();
  // Allowed calls of tools, by their decisions: which call it was is not remembered of each.
  const tools = createMarks();
  const counts: CallCounts = { decided: 0, completed: 0, unknown: 0 };
  // Whatever was open in a log that this one continues is closed here, and only before the gateway serves again.
  let isBeginning = false;

  const isBefore = (decided: number): boolean => {
    if (before === null || decided >= before.size || !before.mayBeBefore()) return false;
    before.refers();
    return true;
  };

  const decide = (entry: EntryHeader<'call.decided'>): void => {
    counts.decided += 1;
    const { call, index, body } = entry;
    const earlier = open.get(call);
    if (earlier !== undefined && (earlier.decision !== 'hold' || body.round !== earlier.round + 1)) {
      tally.failed(
        'calls',
        'call_decided_twice',
        index,
        `entry ${index} decides \`${call}\` again, although entry ${earlier.decided} left it ${earlier.decision === 'hold' ? `held in round ${earlier.round}` : 'allowed'}`,
      );
    }
    if (body.decision === 'deny') open.delete(call);
    else open.set(call, { decision: body.decision, decided: index, round: body.round });
    if (body.decision === 'allow' && body.operation.startsWith('a2a:message/')) unsettled.set(index, call);
    if (body.decision === 'allow' && body.operation === 'mcp:tools/call') tools.set(index);
  };

  const end = (entry: Ending): void => {
    const { call, index, body } = entry;
    if (entry.kind === 'call.completed') checkTimes(entry, tally);
    const verb = entry.kind === 'call.completed' ? 'completes' : 'declares unknown';
    const opened = open.get(call);
    if (opened === undefined) {
      if (isBeginning && entry.kind === 'call.unknown') return;
      if (isBefore(body.decided)) return;
      tally.failed(
        'calls',
        'call_not_open',
        index,
        `entry ${index} ${verb} \`${call}\`, which no entry allowed or which had ended already`,
      );
      return;
    }
    if (opened.decided !== body.decided) {
      tally.failed(
        'calls',
        'call_reference_wrong',
        index,
        `entry ${index} ${verb} \`${call}\` and refers to entry ${body.decided}, but it was decided by entry ${opened.decided}`,
      );
    }
    // A held call may be given up by its caller; anything else needs an allowing decision first.
    const isGivenUp = entry.kind === 'call.completed' && entry.body.outcome === 'aborted';
    if (opened.decision === 'hold' && !isGivenUp) {
      tally.failed(
        'calls',
        'call_not_allowed',
        index,
        `entry ${index} ${verb} \`${call}\`, which was held and never allowed`,
      );
    }
    open.delete(call);
  };

  const settle = (entry: EntryHeader<'task.settled'>): void => {
    const { call, index, body } = entry;
    const isOpen = unsettled.is(body.decided, call) || tools.has(body.decided);
    if (!isOpen && !isBefore(body.decided)) {
      tally.failed(
        'calls',
        'task_not_open',
        index,
        `entry ${index} settles the task of \`${call}\`, but entry ${body.decided} allowed no such message or call, or its task had settled already`,
      );
    }
    unsettled.delete(body.decided);
    tools.delete(body.decided);
  };

  return {
    counts,
    check: (entry) => {
      switch (entry.kind) {
        case 'log.opened':
          isBeginning = entry.commits.continues !== null;
          break;
        case 'node.started':
          isBeginning = false;
          break;
        case 'call.decided':
          tally.checked('calls');
          decide(entry);
          break;
        case 'call.completed':
          tally.checked('calls');
          counts.completed += 1;
          end(entry);
          break;
        case 'call.unknown':
          tally.checked('calls');
          counts.unknown += 1;
          end(entry);
          break;
        case 'task.settled':
          tally.checked('calls');
          settle(entry);
          break;
        default:
      }
    },
    stillOpen: open.counts,
  };
}
