// What a change of policies means, in the words of people: who may do what they could not, who no longer may, who needs
// others for it now. Pure.
import type { PolicyComparison } from '../../../api/types.ts';

export type Reach = NonNullable<PolicyComparison['reach']>;
type Change = Reach['changes'][number];
export type Answer = Change['before'];

export type Direction = 'more' | 'less' | 'perhaps';

export interface ReachGroup {
  readonly before: Answer;
  readonly after: Answer;
  readonly direction: Direction;
  /** Pairs of an agent and a thing; `rows` may list fewer of them. */
  readonly count: number;
  readonly rows: readonly ReachRow[];
}

/** Agents for whom the same holds of the same things. */
export interface ReachRow {
  readonly agents: readonly string[];
  readonly targets: readonly string[];
  readonly policies: readonly string[];
}

/** From the one that lets an agent do most. */
const MIGHT: Readonly<Record<Answer, number>> = { allowed: 3, depends: 2, held: 1, denied: 0, unknown: -1 };

const ORDER: readonly Direction[] = ['more', 'less', 'perhaps'];

export function reachGroups({ shifts, changes }: Pick<Reach, 'shifts' | 'changes'>): readonly ReachGroup[] {
  return shifts
    .map(({ before, after, count }): ReachGroup => {
      const of = changes.filter((change) => change.before === before && change.after === after);
      return { before, after, direction: directionOf(before, after), count, rows: rowsOf(of) };
    })
    .sort(
      (a, b) =>
        ORDER.indexOf(a.direction) - ORDER.indexOf(b.direction) ||
        Math.abs(MIGHT[b.after] - MIGHT[b.before]) - Math.abs(MIGHT[a.after] - MIGHT[a.before]),
    );
}

/** Only what is surely more, or surely less, is said to be. */
function directionOf(before: Answer, after: Answer): Direction {
  if (before === 'unknown' || after === 'unknown' || before === after) return 'perhaps';
  return MIGHT[after] > MIGHT[before] ? 'more' : 'less';
}

function rowsOf(changes: readonly Change[]): readonly ReachRow[] {
  const byAgent = Map.groupBy(changes, ({ agent }) => agent);
  const rows = new Map<string, ReachRow>();
  for (const [agent, of] of byAgent) {
    const targets = of.map(targetOf);
    const policies = [...new Set(of.flatMap((change) => change.policies))];
    const key = JSON.stringify([targets, policies]);
    const agents = [...(rows.get(key)?.agents ?? []), agent];
    rows.set(key, { agents, targets, policies });
  }
  return [...rows.values()];
}

const targetOf = ({ kind, upstream, name }: Change): string =>
  kind === 'agent' ? name : `${upstream}/${name}`;
