// A chain as a picture: people, agents and what they called, with the calls between them as far as the replay has come.
// For reading only: it can be moved and zoomed, and moves by itself for nothing but the keyboard's focus.
import type { Edge, Node } from '@xyflow/react';
import { useMemo } from 'react';
import type { Hops } from '../model/replay.ts';
import { useNarrow } from '../../../ui/use-narrow.ts';
import { edgeAt, type Graph } from '../model/graph.ts';
import { layOut, NODE } from '../model/layout.ts';
import { text } from '../text.ts';
import { CallsEdge, type CallsEdgeData } from './calls-edge.tsx';
import { ActorNode, type ActorNodeData } from './actor-node.tsx';
import { Canvas } from './canvas.tsx';

interface Props {
  readonly graph: Graph;
  /** In the order in which their calls came. */
  readonly hops: Hops;
  readonly at: number;
}

const NODE_TYPES = { actor: ActorNode };
const EDGE_TYPES = { calls: CallsEdge };

export function ChainGraph({ graph, hops, at }: Props) {
  const direction = useNarrow() ? 'TB' : 'LR';
  const places = useMemo(() => layOut(graph, direction), [graph, direction]);
  const current = graph.edges.find(({ calls: numbers }) => numbers.includes(at));
  const names = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  const nodes = graph.nodes.map((node): Node<ActorNodeData> => {
    const isReached = node.since <= at;
    return {
      id: node.id,
      type: 'actor',
      position: { ...(places.nodes.get(node.id) ?? { x: 0, y: 0 }) },
      ...NODE,
      // Known before it is measured, so that the first picture is whole.
      handles: [],
      data: {
        node,
        isReached,
        isCurrent: current !== undefined && (current.from === node.id || current.to === node.id),
      },
      ariaLabel: text.node(text.kinds[node.kind], node.name, isReached),
    };
  });
  const edges = graph.edges.map((edge): Edge<CallsEdgeData> => {
    const state = edgeAt(edge, hops, at);
    const [from, to] = [names.get(edge.from) ?? '', names.get(edge.to) ?? ''];
    return {
      id: edge.id,
      type: 'calls',
      source: edge.from,
      target: edge.to,
      data: { edge, state, place: places.edges.get(edge.id) ?? null, isReached: edge.since <= at },
      ariaLabel: edge.calls.length === 0 ? text.actsFor(from, to) : text.edge(from, to, state),
    };
  });
  return (
    <Canvas
      label={text.graphLabel}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      direction={direction}
      height={places.height}
    />
  );
}
