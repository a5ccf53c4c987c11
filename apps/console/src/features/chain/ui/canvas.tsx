// A picture of nodes and edges that is only read: it can be moved and zoomed, everything in it is reached by keyboard, and nothing
// in it moves by itself.
import {
  type Edge,
  type EdgeTypes,
  type Node,
  type NodeTypes,
  Panel,
  ReactFlow,
  ReactFlowProvider,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import type { Direction } from '../model/layout.ts';
import { Controls, FIT } from './graph-controls.tsx';

interface Props {
  readonly label: string;
  readonly nodes: Node[];
  readonly edges: Edge[];
  readonly nodeTypes: NodeTypes;
  readonly edgeTypes: EdgeTypes;
  /** Laid out otherwise, it is another picture. */
  readonly direction: Direction;
  /** Of what was laid out, in pixels. */
  readonly height: number;
}

const [LEAST_HEIGHT, MOST_HEIGHT, ROOM] = [240, 560, 64];

export function Canvas({ label, nodes, edges, nodeTypes, edgeTypes, direction, height }: Props) {
  return (
    <ReactFlowProvider>
      <div style={{ height: Math.max(LEAST_HEIGHT, Math.min(height + ROOM, MOST_HEIGHT)) }}>
        <ReactFlow
          key={direction}
          aria-label={label}
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          nodesDraggable={false}
          nodesConnectable={false}
          elementsSelectable={false}
          nodesFocusable
          edgesFocusable
          fitView
          fitViewOptions={FIT}
          minZoom={0.1}
          maxZoom={2}
          // The wheel scrolls the page that the picture is in.
          zoomOnScroll={false}
          preventScrolling={false}
          deleteKeyCode={null}
          proOptions={{ hideAttribution: true }}
        >
          <Panel position="bottom-right">
            <Controls />
          </Panel>
        </ReactFlow>
      </div>
    </ReactFlowProvider>
  );
}
