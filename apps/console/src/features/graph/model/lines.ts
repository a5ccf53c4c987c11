// Who calls whom as lines of a list: with names instead of ids, the busiest first, as the gateway tells them.
import type { CallGraph } from '../../../api/types.ts';

export type GraphNode = CallGraph['nodes'][number];
export type GraphEdge = CallGraph['edges'][number];

export interface Line {
  readonly id: string;
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly edge: GraphEdge;
}

/** An edge to a node that the answer does not name is left out: there is nobody to draw. */
export function linesOf({ nodes, edges }: Pick<CallGraph, 'nodes' | 'edges'>): readonly Line[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return edges.flatMap((edge) => {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
    return from === undefined || to === undefined ? [] : [{ id: `${edge.from} ${edge.to}`, from, to, edge }];
  });
}
