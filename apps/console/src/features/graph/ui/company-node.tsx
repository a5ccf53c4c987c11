// An agent, a server, or all callers that nobody registered, in the picture of who calls whom.
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { Bot, Server, UserX, type LucideIcon } from 'lucide-react';
import { Icon } from '../../../ui/icon.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import type { GraphNode } from '../model/lines.ts';
import { text } from '../text.ts';

export interface CompanyNodeData extends Record<string, unknown> {
  readonly node: GraphNode;
}

const ICONS: Readonly<Record<GraphNode['kind'], LucideIcon>> = {
  agent: Bot,
  server: Server,
  unregistered: UserX,
};

export const nameOf = ({ name }: Pick<GraphNode, 'name'>): string => name ?? text.unregistered;

export function CompanyNode({ data: { node } }: NodeProps<Node<CompanyNodeData>>) {
  const Picture = ICONS[node.kind];
  const isStopped = node.status === 'quarantined' || node.kind === 'unregistered';
  return (
    <div
      className={`flex h-13 w-44 items-center gap-2 rounded-md border bg-surface px-2.5 ${isStopped ? 'border-dashed border-deny' : 'border-edge'}`}
    >
      <Picture aria-hidden="true" className="size-4 flex-none text-muted" strokeWidth={1.75} />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-1 text-2xs leading-4 text-muted">
          {isStopped && <Icon name="ban" className="size-3 text-deny" />}
          <span className="truncate">
            {node.status === 'quarantined' ? node.status : text.node[node.kind]}
          </span>
        </span>
        <span className="block truncate font-medium" title={nameOf(node)}>
          <PlainText text={nameOf(node)} />
        </span>
      </span>
      {/* Edges hang on these; they are drawn where the layout has them. */}
      <Handle type="target" position={Position.Left} className="invisible" isConnectable={false} />
      <Handle type="source" position={Position.Right} className="invisible" isConnectable={false} />
    </div>
  );
}
