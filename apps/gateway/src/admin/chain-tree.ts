// A chain as a tree, told in preorder: pure. Children stand under the call that made them, in order of the log; a call
// whose parent is not among those shown stands at the root, so that no call is lost.

/** What the shape of a tree depends on. */
export interface TreeCall {
  readonly id: string;
  readonly parent: string | null;
  readonly decidedIndex: number;
}

export interface Hop<C> {
  readonly level: number;
  readonly call: C;
}

export function chainTree<C extends TreeCall>(calls: readonly C[]): Hop<C>[] {
  const ordered = [...calls].sort((a, b) => a.decidedIndex - b.decidedIndex);
  const children = new Map<string | null, C[]>();
  const earlier = new Set<string>();
  for (const call of ordered) {
    // Only what was decided earlier can be a parent: rows that name each other would drop out of the tree.
    const parent = call.parent !== null && earlier.has(call.parent) ? call.parent : null;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [call]);
    else siblings.push(call);
    earlier.add(call.id);
  }
  const hops: Hop<C>[] = [];
  // An explicit stack: the depth is the agents' to choose, the call stack's is not.
  const open: Hop<C>[] = (children.get(null) ?? []).map((call) => ({ level: 0, call })).reverse();
  for (let hop = open.pop(); hop !== undefined; hop = open.pop()) {
    hops.push(hop);
    const level = hop.level + 1;
    for (const call of (children.get(hop.call.id) ?? []).toReversed()) open.push({ level, call });
  }
  return hops;
}
