// When what happened to a call: stretches of time, as far as the entries of the call tell of them. Pure; all times are
// microseconds since the epoch.
import type { EntryHeader } from '@countersign/audit';

/**
 * `checked`: identity, policy and recording, up to the decision. `held`: a person was waited for. `sent`: on its way to
 * whoever was called, and back; where it is known when the answer began, `waiting` until its first byte and `answering` from
 * there on. `task`: the answer was a task, which went on.
 */
export type PhaseKind = 'checked' | 'held' | 'sent' | 'waiting' | 'answering' | 'task';

export interface Phase {
  readonly kind: PhaseKind;
  readonly from: number;
  readonly to: number;
  /** False while it goes on: `to` is then now. */
  readonly isOver: boolean;
}

export interface Timeline {
  readonly from: number;
  readonly to: number;
  readonly phases: readonly Phase[];
}

/** What was known of waiting: compressed in the picture when it would leave no room for the rest. */
const WAITS: readonly PhaseKind[] = ['held', 'task'];

/** `headers` in order of the log, `now` for what still goes on. Null without a decision. */
export function timelineOf(call: string, headers: readonly EntryHeader[], now: number): Timeline | null {
  const decided = headers.filter((header) => header.kind === 'call.decided' && header.call === call);
  const [first] = decided;
  if (first === undefined) return null;
  const completed = headers.find((header) => header.kind === 'call.completed');
  const start =
    completed?.kind === 'call.completed'
      ? Math.min(first.time, completed.time - completed.body.durationUs)
      : first.time;
  const phases: Phase[] = [];
  const add = (kind: PhaseKind, from: number, to: number | undefined): void => {
    if (to !== from) phases.push({ kind, from, to: Math.max(from, to ?? now), isOver: to !== undefined });
  };
  add('checked', start, first.time);
  for (const decision of decided) {
    if (decision.kind !== 'call.decided') continue;
    if (decision.body.decision === 'hold') add('held', decision.time, endOfHold(decision, headers)?.time);
    if (decision.body.decision === 'allow') {
      const end = completed ?? headers.find((header) => header.kind === 'call.unknown');
      const began = answerBegan(completed);
      if (began === null || end === undefined) {
        add('sent', decision.time, end?.time);
        continue;
      }
      // Times of entries are those of their commits, which other commits may have been waiting for.
      const first = Math.min(Math.max(began, decision.time), end.time);
      add('waiting', decision.time, first);
      add('answering', first, end.time);
    }
  }
  const settled = headers.find((header) => header.kind === 'task.settled');
  if (completed !== undefined && settled !== undefined) add('task', completed.time, settled.time);
  const last = headers.at(-1)?.time ?? first.time;
  return { from: start, to: Math.max(last, ...phases.map(({ to }) => to)), phases };
}

/** When the first byte of the answer came; null where none did, and where the entry is from before that was recorded. */
function answerBegan(completed: EntryHeader | undefined): number | null {
  if (completed?.kind !== 'call.completed') return null;
  const { durationUs, firstByteUs = null } = completed.body;
  return firstByteUs === null ? null : completed.time - durationUs + firstByteUs;
}

/** A later decision, be it about the call that took this one up, or the end of the request. */
function endOfHold(decision: EntryHeader, headers: readonly EntryHeader[]): EntryHeader | undefined {
  const later = headers.filter(({ index }) => index > decision.index);
  return (
    later.find(({ kind }) => kind === 'call.decided') ??
    later.find(
      (header) =>
        header.kind === 'approval.closed' ||
        (header.kind === 'approval.reviewed' && header.body.state === 'rejected'),
    )
  );
}

export interface Scale {
  /** Where a time stands between the beginning (0) and the end (1). */
  readonly at: (time: number) => number;
  /** Drawn shorter than it was. */
  readonly isShortened: (phase: Phase) => boolean;
}

/** A scale on which waiting takes no more room than everything else together. */
export function scaleOf({ from, to, phases }: Timeline): Scale {
  const waits = phases.filter(({ kind }) => WAITS.includes(kind));
  const waited = waits.reduce((sum, phase) => sum + phase.to - phase.from, 0);
  const rest = to - from - waited;
  const factor = rest > 0 && waited > rest ? rest / waited : 1;
  const total = rest + waited * factor;
  const at = (time: number): number => {
    if (total <= 0) return 0;
    const before = waits.reduce((sum, phase) => sum + Math.max(0, Math.min(time, phase.to) - phase.from), 0);
    return Math.max(0, Math.min(1, (time - from - before + before * factor) / total));
  };
  return { at, isShortened: (phase) => factor < 1 && waits.includes(phase) };
}
