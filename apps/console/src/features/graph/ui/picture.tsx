// Who calls whom as a picture, laid out so that whoever calls stands before whom it calls. For reading only.
import type { Edge, Node } from '@xyflow/react';
import { useMemo } from 'react';
import { useNarrow } from '../../../ui/use-narrow.ts';
import { answerSign } from '../../agents/model/inventory.ts';
import { layOut, NODE } from '../../chain/model/layout.ts';
import { Canvas } from '../../chain/ui/canvas.tsx';
import { tallyText } from '../../tallies/model/standings.ts';
import type { GraphNode, Line } from '../model/lines.ts';
import { text } from '../text.ts';
import { CompanyEdge, type CompanyEdgeData } from './company-edge.tsx';
import { CompanyNode, type CompanyNodeData, nameOf } from './company-node.tsx';

interface Props {
  readonly nodes: readonly GraphNode[];
  readonly lines: readonly Line[];
}

const NODE_TYPES = { company: CompanyNode };
const EDGE_TYPES = { company: CompanyEdge };

export function Picture({ nodes, lines }: Props) {
  const direction = useNarrow() ? 'TB' : 'LR';
  const places = useMemo(() => {
    const edges = lines.map(({ id, from, to }) => ({ id, from: from.id, to: to.id }));
    return layOut({ nodes, edges }, direction);
  }, [nodes, lines, direction]);
  const drawnNodes = nodes.map(
    (node): Node<CompanyNodeData> => ({
      id: node.id,
      type: 'company',
      position: { ...(places.nodes.get(node.id) ?? { x: 0, y: 0 }) },
      ...NODE,
      handles: [],
      data: { node },
      ariaLabel: `${text.node[node.kind]} ${nameOf(node)}`,
    }),
  );
  const drawnEdges = lines.map(
    ({ id, from, to, edge }): Edge<CompanyEdgeData> => ({
      id,
      type: 'company',
      source: from.id,
      target: to.id,
      data: { edge, place: places.edges.get(id) ?? null },
      ariaLabel: text.edge(
        nameOf(from),
        nameOf(to),
        tallyText(edge.calls),
        answerSign(edge.policy).label.toLowerCase(),
      ),
    }),
  );
  return (
    <div className="border-b border-line">
      <Canvas
        label={text.picture}
        nodes={drawnNodes}
        edges={drawnEdges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        direction={direction}
        height={places.height}
      />
    </div>
  );
}
