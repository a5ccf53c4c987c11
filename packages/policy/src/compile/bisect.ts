// Finds the few that are at fault among many, by asking about halves.

export interface Halved<Item, Fault> {
  readonly good: readonly Item[];
  readonly bad: ReadonlyMap<Item, readonly Fault[]>;
}

/** Tries items together, and apart where together they fail. @param faultsOf what is wrong with these together */
export function bisect<Item, Fault>(
  items: readonly Item[],
  faultsOf: (items: readonly Item[]) => readonly Fault[],
): Halved<Item, Fault> {
  const good: Item[] = [];
  const bad = new Map<Item, readonly Fault[]>();
  const waiting: (readonly Item[])[] = [items];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [first, ...others] = next;
    if (first === undefined) continue;
    const faults = faultsOf(next);
    if (faults.length === 0) good.push(...next);
    else if (others.length === 0) bad.set(first, faults);
    else {
      const middle = next.length >>> 1;
      waiting.push(next.slice(middle), next.slice(0, middle));
    }
  }
  return { good, bad };
}
