// Finds the few that are at fault among many: where a fault can be about one of them only, that one; else by asking about
// halves.

/**
 * The items that are at fault, each with its faults.
 *
 * @param faultsOf what is wrong with these items together
 * @param suspectsOf which items a fault can be about; undefined where it may be any
 */
export function findFaulty<Item, Fault>(
  items: readonly Item[],
  faultsOf: (items: readonly Item[]) => readonly Fault[],
  suspectsOf: (fault: Fault) => readonly Item[] | undefined,
): Map<Item, Fault[]> {
  const faulty = new Map<Item, Fault[]>();
  const waiting: (readonly Item[])[] = [items];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.length === 0) continue;
    const faults = faultsOf(next);
    if (faults.length === 0) continue;
    const told = certain(next, faults, suspectsOf);
    for (const [item, its] of told) faulty.set(item, its);
    if (told.size > 0) waiting.push(next.filter((item) => !told.has(item)));
    else {
      const middle = next.length >>> 1;
      waiting.push(next.slice(middle), next.slice(0, middle));
    }
  }
  return faulty;
}

/** Items that some fault can only be about; a single item is what all of them are about. */
function certain<Item, Fault>(
  items: readonly Item[],
  faults: readonly Fault[],
  suspectsOf: (fault: Fault) => readonly Item[] | undefined,
): Map<Item, Fault[]> {
  const among = new Set(items);
  const found = new Map<Item, Fault[]>();
  for (const fault of faults) {
    const [only, ...others] = (suspectsOf(fault) ?? items).filter((item) => among.has(item));
    if (only === undefined || others.length > 0) continue;
    found.set(only, [...(found.get(only) ?? []), fault]);
  }
  return found;
}
