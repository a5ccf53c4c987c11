// Which hashes a proof about an RFC 6962 tree consists of, as spans of leaves (sections 2.1.1 and 2.1.2). Arithmetic only;
// numbers go beyond 32 bits, so that no bit operators are used.

/** The leaves `from` up to, not including, `to`, under one node of the tree. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A perfect subtree: the 2^level leaves from `index` × 2^level on. Level 0 is the leaves themselves. */
export interface Node {
  readonly level: number;
  readonly index: number;
}

/** PATH(m, D[n]): the spans whose hashes lead from leaf `index` to the root over `size` leaves, lowest first. */
export function inclusionSpans(index: number, size: number): Span[] {
  return pathSpans(index, { from: 0, to: size });
}

function pathSpans(index: number, { from, to }: Span): Span[] {
  if (to - from === 1) return [];
  const split = from + splitOf(to - from);
  return index < split
    ? [...pathSpans(index, { from, to: split }), { from: split, to }]
    : [...pathSpans(index, { from: split, to }), { from, to: split }];
}

/** PROOF(m, D[n]): the spans whose hashes show that the tree over `older` leaves is a beginning of that over `newer`. */
export function consistencySpans(older: number, newer: number): Span[] {
  return older === 0 || older === newer ? [] : subproofSpans(older, { from: 0, to: newer }, true);
}

/** SUBPROOF(m, D[n], b): `isKnown` where the older root itself is that of the span. */
function subproofSpans(older: number, { from, to }: Span, isKnown: boolean): Span[] {
  if (older === to) return isKnown ? [] : [{ from, to }];
  const split = from + splitOf(to - from);
  return older <= split
    ? [...subproofSpans(older, { from, to: split }, isKnown), { from: split, to }]
    : [...subproofSpans(older, { from: split, to }, false), { from, to: split }];
}

/** The largest power of two below `size`, which is at least 2. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** The fewest perfect subtrees that cover a span, in order. */
export function nodesOf({ from, to }: Span): Node[] {
  const nodes: Node[] = [];
  for (let at = from; at < to; ) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= to) {
      level += 1;
      width *= 2;
    }
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}
