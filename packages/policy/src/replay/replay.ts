// Replays recorded decisions against a candidate set and says what it would have decided otherwise, grouped so that
// people can look through it (DESIGN section 6, "before it goes live"). Every decision is counted, also what could not be
// replayed: a difference that nobody could see must not pass for none.

import type { OpenCedar } from '../cedar-door.ts';
import type { Decision } from '../decision.ts';
import { sentence } from '../sentence.ts';
import { sentenceFactsOf, targetNameOf } from './facts.ts';
import { type Judge, openJudge, type ValidSet } from './judge.ts';
import { createRecordReader, type RecordedRequest, type RecordReader } from './recorded.ts';
import { type Group, MAX_CALLS, MAX_EXAMPLES, reportOf } from './report.ts';
import type { NotReplayed, RecordedDecision, Replayed, ReplayExample, ReplayReport } from './types.ts';

export interface ReplayOptions {
  /** The set in force, to tell what it decides like the candidate already. */
  readonly live?: ValidSet;
  readonly open?: OpenCedar;
}

export interface Replay {
  /** Decides one recorded decision again, uncounted. Never throws. */
  again(recorded: RecordedDecision): Replayed;
  /** Decides one recorded decision again, and counts it. Never throws. */
  add(recorded: RecordedDecision): Replayed;
  report(): ReplayReport;
}

export type ReplayOpened =
  | { readonly ok: true; readonly replay: Replay }
  | { readonly ok: false; readonly message: string };

/** Opens a replay; it holds an engine of its own, which goes with it. */
export function openReplay(valid: ValidSet, { live, open }: ReplayOptions = {}): ReplayOpened {
  const candidate = openJudge(valid, open);
  if (!candidate.ok) return candidate;
  const inForce = live === undefined ? null : openJudge(live, open);
  if (inForce?.ok === false) return inForce;
  const read = createRecordReader();
  const groups = new Map<string, Group>();
  const notReplayed: Partial<Record<NotReplayed, number>> = {};
  const unchangedAs = { allow: 0, hold: 0, deny: 0 };
  let changed = 0;
  const again = (recorded: RecordedDecision): Replayed =>
    replayOne(recorded, read, candidate.judge, inForce?.judge ?? null);
  return {
    ok: true,
    replay: {
      again,
      add(recorded) {
        const replayed = again(recorded);
        if (replayed.kind === 'not_replayed') {
          notReplayed[replayed.why] = (notReplayed[replayed.why] ?? 0) + 1;
        } else if (replayed.kind === 'same') unchangedAs[replayed.to] += 1;
        else {
          changed += 1;
          group(groups, recorded, replayed);
        }
        return replayed;
      },
      report: () => reportOf(valid.set.digest, { unchangedAs, changed, notReplayed, groups }),
    },
  };
}

function replayOne(
  recorded: RecordedDecision,
  read: RecordReader,
  candidate: Judge,
  live: Judge | null,
): Replayed {
  const known = read(recorded);
  if (typeof known === 'string') return { kind: 'not_replayed', why: known };
  const decision = candidate.judge(known);
  if (typeof decision === 'string') return { kind: 'not_replayed', why: decision };
  const { request } = known;
  const isChanged = decision.outcome !== recorded.outcome;
  return {
    kind: isChanged ? 'changed' : 'same',
    agent: request.principal.id,
    target: targetNameOf(request),
    from: recorded.outcome,
    to: decision.outcome,
    decision,
    sentence: isChanged ? sentence(sentenceFactsOf(request), decision) : null,
    isLiveAlready: isChanged && live !== null ? decidesAlike(live, known, decision) : null,
  };
}

function decidesAlike(live: Judge, known: RecordedRequest, { outcome }: Decision): boolean {
  const today = live.judge(known);
  return typeof today !== 'string' && today.outcome === outcome;
}

function group(
  groups: Map<string, Group>,
  recorded: RecordedDecision,
  replayed: Exclude<Replayed, { kind: 'not_replayed' }>,
): void {
  const { agent, target, from, to, isLiveAlready } = replayed;
  const key = JSON.stringify([agent, target, from, to]);
  const known = groups.get(key);
  const one = known ?? { agent, target, from, to, count: 0, alreadyLive: null, calls: [], examples: [] };
  if (known === undefined) groups.set(key, one);
  one.count += 1;
  if (isLiveAlready !== null) one.alreadyLive = (one.alreadyLive ?? 0) + (isLiveAlready ? 1 : 0);
  if (one.calls.length < MAX_CALLS && one.calls.at(-1) !== recorded.call) one.calls.push(recorded.call);
  if (one.examples.length < MAX_EXAMPLES) one.examples.push(exampleOf(recorded, replayed));
}

function exampleOf(
  { call, round, at, outcome, reason, sentence: said }: RecordedDecision,
  { decision, sentence: says }: Exclude<Replayed, { kind: 'not_replayed' }>,
): ReplayExample {
  return {
    call,
    round,
    at,
    from: { outcome, reason, sentence: said },
    to: {
      outcome: decision.outcome,
      reason: decision.reason,
      sentence: says ?? '',
      policies: decision.determining.map(({ id }) => id),
    },
  };
}
