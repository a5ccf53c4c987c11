// Where everything stands in the picture of a chain: laid out once for the whole of it, so that nothing moves while it
// is replayed.
import { graphlib, layout } from '@dagrejs/dagre';

export const NODE = { width: 176, height: 52 } as const;
const LABEL = { width: 112, height: 36, labelpos: 'c' } as const;

/** From left to right, or from top to bottom where there is little room. */
export type Direction = 'LR' | 'TB';

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly height: number;
  /** Upper left corner of each node, by id. */
  readonly nodes: ReadonlyMap<string, Place>;
  /** By id: the middle of the words on each edge, and the points that it leads through. */
  readonly edges: ReadonlyMap<string, { readonly label: Place; readonly points: readonly Place[] }>;
}

/** Whatever has places in a picture: what stands for what is its own business. */
export interface Shape {
  readonly nodes: readonly { readonly id: string }[];
  readonly edges: readonly { readonly id: string; readonly from: string; readonly to: string }[];
}

export function layOut(graph: Shape, rankdir: Direction): Layout {
  const dagre = new graphlib.Graph();
  dagre.setGraph({ rankdir, nodesep: 28, ranksep: 32, marginx: 16, marginy: 16 });
  dagre.setDefaultEdgeLabel(() => ({}));
  for (const { id } of graph.nodes) dagre.setNode(id, { ...NODE });
  for (const { from, to } of graph.edges) dagre.setEdge(from, to, { ...LABEL });
  layout(dagre);
  return {
    height: (dagre.graph() as { readonly height?: number }).height ?? 0,
    nodes: new Map(
      graph.nodes.map(({ id }) => {
        const { x = 0, y = 0 } = dagre.node(id) as Partial<Place>;
        return [id, { x: x - NODE.width / 2, y: y - NODE.height / 2 }];
      }),
    ),
    edges: new Map(
      graph.edges.map(({ id, from, to }) => {
        const {
          x = 0,
          y = 0,
          points = [],
        } = dagre.edge(from, to) as Partial<Place> & {
          readonly points?: readonly Place[];
        };
        return [id, { label: { x, y }, points }];
      }),
    ),
  };
}

/** A line through `points` without corners, as the `d` of an SVG path. */
export function pathThrough(points: readonly Place[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return '';
  const bends = rest.slice(0, -1).map((point, at) => {
    const next = rest[at + 1] ?? last;
    const end = at === rest.length - 2 ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${point.x},${point.y} ${end.x},${end.y}`;
  });
  return `M${first.x},${first.y} ${bends.length === 0 ? `L${last.x},${last.y}` : bends.join(' ')}`;
}
