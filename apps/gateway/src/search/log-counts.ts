// How many calls each stretch of the log tells of, and what of them the index has to show: counted from headers alone, in
// a single pass. A row that was hidden, added or turned round makes some stretch differ (DESIGN section 9).
import type { EntryHeader } from '@countersign/audit';

/** Entries of one stretch. */
export const STRETCH = 65_536;

export const COUNTED = ['begun', 'allow', 'deny', 'hold', 'ended'] as const;

/**
 * `begun` calls by their first decision; by the decision in force, `allow`, `deny` and `hold`; `ended` by an outcome,
 * or by becoming unknown. Each is counted where its entry stands.
 */
export type Counts = Record<(typeof COUNTED)[number], number>;

export interface LogCounter {
  add(entry: EntryHeader): void;
  /** By number of stretch. */
  readonly counts: ReadonlyMap<number, Counts>;
}

const stretchOf = (index: number): number => Math.floor(index / STRETCH);

export function createLogCounter(): LogCounter {
  const counts = new Map<number, Counts>();
  // Those that have not ended yet. Only a held call is decided again.
  const open = new Set<string>();
  const held = new Map<string, number>();
  const at = (index: number): Counts => {
    const stretch = stretchOf(index);
    let found = counts.get(stretch);
    if (found === undefined) {
      found = { begun: 0, allow: 0, deny: 0, hold: 0, ended: 0 };
      counts.set(stretch, found);
    }
    return found;
  };
  return {
    counts,
    add(entry) {
      if (entry.kind === 'call.completed' || entry.kind === 'call.unknown') {
        // A log that goes on from another ends what that left open: those calls are in the index of the other. A held
        // call that is given up stays a hold, and nothing can follow.
        if (open.delete(entry.call) || held.delete(entry.call)) at(entry.index).ended += 1;
      }
      if (entry.kind !== 'call.decided') return;
      const { decision, round } = entry.body;
      if (round === 1) at(entry.index).begun += 1;
      const before = held.get(entry.call);
      if (before !== undefined) {
        at(before).hold -= 1;
        held.delete(entry.call);
      }
      at(entry.index)[decision] += 1;
      if (decision === 'hold') held.set(entry.call, entry.index);
      else if (decision === 'allow') open.add(entry.call);
    },
  };
}
