// Makes recorded decisions again with the policy engine, for the verifier, which knows none: the same set, the same
// request, the same rules, and everything that the log says of the decision compared with what comes out (issue 4 item 8).
import {
  digestOf,
  type RecordedDecision,
  type RecordedSchema,
  type ReplayAnswer,
  type Replayer,
} from '@countersign/audit';
import {
  ALGEBRA,
  buildSchema,
  engineVersion,
  openReplay,
  type PolicySource,
  type Replay,
  reopenSet,
} from '@countersign/policy';
import { z } from 'zod';
import { sha256Hex } from '../policies/sha256.ts';
import { differenceOf } from './difference.ts';

/** Each holds an engine of some megabytes. */
const MAX_OPEN = 8;
/** What is read of sets that had been opened before, in characters: a file may have two that take turns a million times. */
const MAX_REOPENED = 512 * 2 ** 20;

const Sources = z.array(z.strictObject({ file: z.string(), text: z.string() }));
const Broken = z.array(z.tuple([z.string(), z.string()]));
const Guards = z.array(z.object({ policy: z.string() }));

/** Reasons that policy itself gives; any other is the gateway's own, or that of people and limits. */
const OF_POLICY: ReadonlySet<string> = new Set([
  'permitted',
  'grant_redeemed',
  'guarded',
  'no_permit',
  'forbidden',
  'policy_error',
  'policy_broken',
  'unrepresentable_input',
]);
/** The reasons for which something other than a denial can be recorded. */
const REASONS_OF = { allow: ['permitted', 'grant_redeemed'], hold: ['guarded'], deny: null } as const;

type Opened = { readonly replay: Replay } | { readonly mismatch: string };

/** Opens engines as sets come along, and keeps the latest. */
export function createReplayer(): Replayer {
  const opened = new Map<string, Opened>();
  const everOpened = new Set<string>();
  let reopened = 0;
  const open = (set: NonNullable<RecordedDecision['policySet']>): Opened | null => {
    const key = `${set.digest} ${digestOf(set.sources)} ${digestOf(set.broken ?? '')}`;
    const known = opened.get(key);
    if (known === undefined && everOpened.has(set.digest)) {
      if (reopened > MAX_REOPENED) return null;
      reopened += set.sources.length;
    }
    everOpened.add(set.digest);
    opened.delete(key);
    const replay = known ?? openSet(set);
    opened.set(key, replay);
    const [oldest] = opened.keys();
    if (opened.size > MAX_OPEN && oldest !== undefined) opened.delete(oldest);
    return replay;
  };
  return {
    engine: engineVersion(),
    algebra: ALGEBRA,
    schemaProblem,
    replay: (decision) => {
      try {
        return again(decision, open);
      } catch (error) {
        // JSON may be nested deeper than whatever walks through it can go. No gateway writes that.
        if (error instanceof RangeError) return { kind: 'not_replayed', why: 'unreadable' };
        throw error;
      }
    },
  };
}

const Input = z.object({
  servers: z.array(
    z.object({
      name: z.string(),
      tools: z.array(z.object({ name: z.string(), inputSchema: z.unknown() })),
    }),
  ),
  groups: z.array(z.string()),
  teams: z.array(z.string()),
});

function schemaProblem({ digest, input }: RecordedSchema): string | null {
  const given = parsed(Input, input);
  if (given === null) return 'it is no list of servers, groups and teams';
  const built = buildSchema(given, sha256Hex).digest;
  return built === digest ? null : `what it is built from has the digest \`${built}\``;
}

function openSet({ digest, sources, broken }: NonNullable<RecordedDecision['policySet']>): Opened {
  const files = parsed(Sources, sources);
  const pairs = broken === null ? [] : parsed(Broken, broken);
  if (files === null || pairs === null)
    return { mismatch: 'what is recorded as its sources is no list of files' };
  const set = { sources: files satisfies PolicySource[], digest, broken: new Map(pairs) };
  const reopened = reopenSet(set, { sha256Hex });
  if (!reopened.ok) return { mismatch: reopened.message };
  const replay = openReplay(reopened.valid);
  return replay.ok ? { replay: replay.replay } : { mismatch: replay.message };
}

function again(
  decision: RecordedDecision,
  open: (set: NonNullable<RecordedDecision['policySet']>) => Opened | null,
): ReplayAnswer {
  const { header, policySet, missing, context, entities, explanation } = decision;
  const { call, time, body } = header;
  const reasons: readonly string[] | null = REASONS_OF[body.decision];
  if (reasons !== null && !reasons.includes(body.reason)) {
    const message = `no policy leads to \`${body.decision}\` for the reason \`${body.reason}\``;
    return { kind: 'mismatch', code: 'replay_reason', message };
  }
  if (policySet === null || !OF_POLICY.has(body.reason))
    return { kind: 'not_replayed', why: 'no_policy_asked' };
  const set = open(policySet);
  if (set === null) return { kind: 'not_replayed', why: 'set_not_held', field: 'sources' };
  if ('mismatch' in set) {
    const message = `it was decided by the policy set \`${policySet.digest}\`: ${set.mismatch}`;
    return { kind: 'mismatch', code: 'policy_set_mismatch', message };
  }
  const [gone] = missing;
  if (gone !== undefined) return { kind: 'not_replayed', why: gone.why, field: gone.name };
  const guards = decision.guards === null ? [] : parsed(Guards, decision.guards);
  if (guards === null) return { kind: 'not_replayed', why: 'unreadable', field: 'guards' };
  // What the explanation says of grants is the gateway's own word: only the approval counts.
  if (body.reason === 'grant_redeemed' && guards.length === 0) {
    const message = 'it was allowed by a grant, but no approval covers any guard';
    return { kind: 'mismatch', code: 'replay_outcome', message };
  }
  const replayed = set.replay.again({
    call,
    round: body.round,
    at: Math.floor(time / 1000),
    outcome: body.decision,
    reason: body.reason,
    policySet: policySet.digest,
    context,
    entities,
    explanation,
    sentence: null,
    erased: [],
    grants: guards.map(({ policy }) => policy),
  });
  if (replayed.kind !== 'not_replayed') return differenceOf(body, explanation, replayed.decision);
  switch (replayed.why) {
    case 'refused_before_policy':
    case 'settled_after_policy':
      return { kind: 'not_replayed', why: 'no_policy_asked' };
    default:
      return { kind: 'not_replayed', why: replayed.why };
  }
}

function parsed<T>(shape: z.ZodType<T>, text: string): T | null {
  try {
    return shape.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
