// A person, an agent or a target in the picture of a chain.
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { Bot, User, Wrench, type LucideIcon } from 'lucide-react';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import type { GraphNode } from '../model/graph.ts';
import { text } from '../text.ts';

export interface ActorNodeData extends Record<string, unknown> {
  readonly node: GraphNode;
  /** A call of the replay has touched it. */
  readonly isReached: boolean;
  readonly isCurrent: boolean;
}

const ICONS: Readonly<Record<GraphNode['kind'], LucideIcon>> = { person: User, agent: Bot, target: Wrench };

export function ActorNode({ data }: NodeProps<Node<ActorNodeData>>) {
  const { node, isReached, isCurrent } = data;
  const Icon = ICONS[node.kind];
  const look = isCurrent
    ? 'border-accent bg-selected'
    : isReached
      ? 'border-edge bg-surface'
      : 'border-dashed border-edge bg-canvas text-muted';
  return (
    <div className={`flex h-13 w-44 items-center gap-2 rounded-md border px-2.5 ${look}`}>
      <Icon aria-hidden="true" className="size-4 flex-none text-muted" strokeWidth={1.75} />
      <span className="min-w-0 flex-1">
        <span className="block text-2xs leading-4 text-muted">{text.kinds[node.kind]}</span>
        <span className="block truncate font-medium" title={node.name}>
          <PlainText text={node.name} />
        </span>
      </span>
      {/* Edges hang on these; they are drawn where the layout has them. */}
      <Handle type="target" position={Position.Left} className="invisible" isConnectable={false} />
      <Handle type="source" position={Position.Right} className="invisible" isConnectable={false} />
    </div>
  );
}
