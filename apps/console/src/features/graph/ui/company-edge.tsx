// The calls of one to another, and what policy makes of them today: as a line whose kind says so, and in words on it.
import { type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { useId } from 'react';
import { Badge } from '../../../ui/badge.tsx';
import { answerSign } from '../../agents/model/inventory.ts';
import { type Layout, pathThrough } from '../../chain/model/layout.ts';
import { count } from '../../log/model/verification.ts';
import type { GraphEdge } from '../model/lines.ts';

export interface CompanyEdgeData extends Record<string, unknown> {
  readonly edge: GraphEdge;
  readonly place: ReturnType<Layout['edges']['get']> | null;
}

const LOOK: Readonly<Record<GraphEdge['policy'], { readonly stroke: string; readonly dashes?: string }>> = {
  allowed: { stroke: 'var(--color-allow)' },
  held: { stroke: 'var(--color-hold)' },
  denied: { stroke: 'var(--color-deny)', dashes: '3 4' },
  depends: { stroke: 'var(--color-edge)' },
  unknown: { stroke: 'var(--color-edge)', dashes: '1 4' },
};

export function CompanyEdge({ data }: EdgeProps<Edge<CompanyEdgeData>>) {
  const arrow = useId();
  if (data?.place === null || data?.place === undefined) return null;
  const { edge, place } = data;
  const { stroke, dashes } = LOOK[edge.policy];
  return (
    <>
      <defs>
        <marker
          id={arrow}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="9"
          markerHeight="9"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0 0 8 4 0 8Z" fill={stroke} />
        </marker>
      </defs>
      <path
        d={pathThrough(place.points)}
        fill="none"
        stroke={stroke}
        // Ten times as many calls, one step thicker.
        strokeWidth={1 + Math.log10(Math.max(1, edge.calls.calls))}
        strokeDasharray={dashes}
        markerEnd={`url(#${arrow})`}
      />
      <EdgeLabelRenderer>
        <div
          aria-hidden="true"
          className="pointer-events-none absolute flex items-center gap-1 rounded bg-canvas px-1 text-2xs leading-4"
          style={{ transform: `translate(-50%, -50%) translate(${place.label.x}px, ${place.label.y}px)` }}
        >
          <span className="tabular-nums">{count(edge.calls.calls)}</span>
          <Badge sign={answerSign(edge.policy)} />
        </div>
      </EdgeLabelRenderer>
    </>
  );
}
