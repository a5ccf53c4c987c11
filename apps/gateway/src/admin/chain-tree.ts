// A chain as a tree, told in preorder: pure. Children stand under the call that made them, in order of the log; a call
// whose parent is not among those shown stands at the root, so that no call is lost.
import type { CallRecord } from '../store/readers/calls.ts';

export interface Hop {
  readonly level: number;
  readonly call: CallRecord;
}

export function chainTree(calls: readonly CallRecord[]): Hop[] {
  const known = new Set(calls.map((call) => call.id));
  const children = new Map<string | null, CallRecord[]>();
  for (const call of [...calls].sort((a, b) => a.decidedIndex - b.decidedIndex)) {
    const parent =
      call.parent !== null && known.has(call.parent) && call.parent !== call.id ? call.parent : null;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [call]);
    else siblings.push(call);
  }
  const hops: Hop[] = [];
  // An explicit stack: the depth is the agents' to choose, the call stack's is not.
  const open: Hop[] = (children.get(null) ?? []).map((call) => ({ level: 0, call })).reverse();
  for (let hop = open.pop(); hop !== undefined; hop = open.pop()) {
    hops.push(hop);
    const level = hop.level + 1;
    for (const call of (children.get(hop.call.id) ?? []).toReversed()) open.push({ level, call });
  }
  return hops;
}
