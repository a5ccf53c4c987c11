// Level "decisions": each recorded decision is made again from what was recorded, by the policy set that it names, and
// must come out as it was recorded. What cannot be made again is counted by why, never passed over.

import { fromUtf8 } from '../bytes.ts';
import type { Detail, EntryHeader } from '../entry/types.ts';
import type { NotReplayed, RecordedPolicySet, RecordedSchema, Replayer } from './replayer.ts';
import type { Tally } from './tally.ts';
import type { DecisionCounts } from './types.ts';

/** The details that a decision is made again from. */
const REPLAYED_DETAILS = ['context', 'entities', 'explanation'] as const;

/** All details that replaying decisions reads, of whatever kind of entry. */
export const NEEDED_DETAILS: readonly string[] = [...REPLAYED_DETAILS, 'sources', 'broken', 'guards'];

/** Sets of a whole log that are held at a time: a decision follows the activation of the next set by moments only. */
const MAX_SETS = 32;

export interface DecisionStep {
  /** @param withheld names of details that are stored and not shown. */
  readonly check: (entry: EntryHeader, details: readonly Detail[], withheld?: readonly string[]) => void;
  /** A set that is known from elsewhere than from the entries. Held to the end. */
  readonly offer: (set: Pick<RecordedPolicySet, 'digest' | 'sources'>) => void;
  /** A schema that is said to have typed decisions. */
  readonly schema: (schema: RecordedSchema) => void;
  readonly counts: () => DecisionCounts;
}

export interface DecisionStepOptions {
  readonly replayer: Replayer | undefined;
  /** The algebra that decided, where that was said. */
  readonly algebra?: string;
  /** Whether what came into force, or was asked for, before the first entry is not known. */
  readonly startsLate?: () => boolean;
}

interface Activated {
  readonly sources: string | null;
  /** Why `sources` is null. */
  readonly without: 'withheld' | 'erased' | null;
  readonly broken: string | null;
}

/** `why` is null where no entry ever brought the set. */
interface MissingSet {
  readonly why: NotReplayed | null;
}

export function createDecisionStep(
  { replayer, algebra, startsLate = () => false }: DecisionStepOptions,
  tally: Tally,
): DecisionStep {
  const offered = new Map<string, string>();
  const activated = new Map<string, Activated>();
  const everActivated = new Set<string>();
  const approvals = new Map<
    string,
    { readonly guards: string | null; readonly why: 'withheld' | 'erased' }
  >();
  const notReplayed: Record<string, number> = {};
  let [decisions, replayed, mismatched] = [0, 0, 0];

  const miss = (why: NotReplayed, field?: string): void => {
    const key = field === undefined ? why : `${why}: ${field}`;
    notReplayed[key] = (notReplayed[key] ?? 0) + 1;
  };

  const activate = (
    { body }: EntryHeader<'policy.activated'>,
    details: readonly Detail[],
    withheld: readonly string[],
  ): void => {
    const sources = textOf(details, 'sources') ?? activated.get(body.set)?.sources ?? null;
    const without = sources === null ? (withheld.includes('sources') ? 'withheld' : 'erased') : null;
    activated.delete(body.set);
    activated.set(body.set, { sources, without, broken: textOf(details, 'broken') });
    everActivated.add(body.set);
    const [oldest] = activated.keys();
    if (activated.size > MAX_SETS && oldest !== undefined) activated.delete(oldest);
  };

  const setOf = (digest: string): RecordedPolicySet | MissingSet => {
    const known = activated.get(digest);
    const sources = offered.get(digest) ?? known?.sources ?? null;
    if (sources !== null) return { digest, sources, broken: known?.broken ?? null };
    if (known?.without !== undefined && known.without !== null) return { why: known.without };
    return { why: everActivated.has(digest) || startsLate() ? 'set_not_held' : null };
  };

  const decide = (
    entry: EntryHeader<'call.decided'>,
    details: readonly Detail[],
    withheld: readonly string[],
  ): void => {
    decisions += 1;
    if (replayer === undefined) {
      miss('no_replayer');
      return;
    }
    tally.checked('decisions');
    const fail = (code: Parameters<Tally['failed']>[1], message: string): void => {
      mismatched += 1;
      tally.failed('decisions', code, entry.index, `entry ${entry.index}: ${message}`);
    };
    const { body, commits } = entry;
    if (body.policySet === null && body.decision !== 'deny') {
      fail('decision_without_policy', `the decision is \`${body.decision}\`, but no policy set made it`);
      return;
    }
    if (algebra !== undefined && algebra !== replayer.algebra) {
      miss('other_algebra', algebra);
      return;
    }
    const policySet = body.policySet === null ? null : setOf(body.policySet);
    if (policySet !== null && 'why' in policySet) {
      if (policySet.why === null) {
        const set = `\`${body.policySet}\``;
        fail('policy_set_missing', `it was decided by a policy set that nothing brought into force: ${set}`);
      } else miss(policySet.why, 'sources');
      return;
    }
    const approval =
      body.approval === null || body.decision !== 'allow' ? undefined : approvals.get(body.approval);
    if (approval === undefined && body.approval !== null && body.decision === 'allow' && startsLate()) {
      miss('erased', 'guards');
      return;
    }
    const known = Object.fromEntries(REPLAYED_DETAILS.map((name) => [name, textOf(details, name)]));
    const answer = replayer.replay({
      header: entry,
      context: known['context'] ?? null,
      entities: known['entities'] ?? null,
      explanation: known['explanation'] ?? null,
      guards: approval?.guards ?? null,
      missing: [
        ...REPLAYED_DETAILS.filter((name) => commits[name] !== null && known[name] === null).map((name) => ({
          name,
          why: withheld.includes(name) ? ('withheld' as const) : ('erased' as const),
        })),
        ...(approval?.guards === null ? [{ name: 'guards', why: approval.why }] : []),
      ],
      policySet,
    });
    if (answer.kind === 'replayed') replayed += 1;
    else if (answer.kind === 'mismatch') fail(answer.code, answer.message);
    else miss(answer.why, answer.field);
  };

  return {
    offer: ({ digest, sources }) => void offered.set(digest, sources),
    schema: (schema) => {
      if (replayer === undefined) return;
      tally.checked('decisions');
      const problem = replayer.schemaProblem(schema);
      if (problem === null) return;
      const message = `the schema \`${schema.digest}\` is not what it is said to be: ${problem}`;
      tally.failed('decisions', 'schema_mismatch', null, message);
    },
    check: (entry, details, withheld = []) => {
      switch (entry.kind) {
        case 'call.decided':
          decide(entry, details, withheld);
          break;
        case 'policy.activated':
          if (replayer !== undefined) activate(entry, details, withheld);
          break;
        case 'approval.requested':
          if (replayer !== undefined) {
            const why = withheld.includes('guards') ? 'withheld' : 'erased';
            approvals.set(entry.body.approval, { guards: textOf(details, 'guards'), why });
          }
          break;
        default:
      }
    },
    counts: () => ({ decisions, replayed, mismatched, notReplayed: { ...notReplayed } }),
  };
}

function textOf(details: readonly Detail[], name: string): string | null {
  const detail = details.find((one) => one.name === name);
  return detail === undefined ? null : fromUtf8(detail.value);
}
