// The calls of one to another, and what policy makes of them today: as a line whose kind says so, and in words on it.
import { type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { Badge } from '../../../ui/badge.tsx';
import { answerSign } from '../../agents/model/inventory.ts';
import type { Layout } from '../../chain/model/layout.ts';
import { Arrow } from '../../chain/ui/arrow.tsx';
import { count } from '../../log/model/verification.ts';
import type { GraphEdge } from '../model/lines.ts';

export interface CompanyEdgeData extends Record<string, unknown> {
  readonly edge: GraphEdge;
  readonly place: ReturnType<Layout['edges']['get']> | null;
}

const LOOK: Readonly<Record<GraphEdge['policy'], { readonly colour: string; readonly dashes?: string }>> = {
  allowed: { colour: 'text-allow' },
  held: { colour: 'text-hold' },
  denied: { colour: 'text-deny', dashes: '3 4' },
  depends: { colour: 'text-edge' },
  unknown: { colour: 'text-edge', dashes: '1 4' },
};

export function CompanyEdge({ data }: EdgeProps<Edge<CompanyEdgeData>>) {
  if (data?.place === null || data?.place === undefined) return null;
  const { edge, place } = data;
  const { colour, dashes } = LOOK[edge.policy];
  return (
    <>
      <Arrow
        points={place.points}
        className={colour}
        // Ten times as many calls, one step thicker.
        width={1 + Math.log10(Math.max(1, edge.calls.calls))}
        dashes={dashes}
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
