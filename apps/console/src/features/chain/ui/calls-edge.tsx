// The calls between two in the picture of a chain: how many, what was decided, and which labels they carried.
import { type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { Icon, type IconName } from '../../../ui/icon.tsx';
import type { EdgeState, GraphEdge } from '../model/graph.ts';
import type { Layout } from '../model/layout.ts';
import { text } from '../text.ts';
import { Arrow } from './arrow.tsx';

export interface CallsEdgeData extends Record<string, unknown> {
  readonly edge: GraphEdge;
  readonly state: EdgeState;
  readonly place: ReturnType<Layout['edges']['get']> | null;
  readonly isReached: boolean;
}

export function CallsEdge({ data }: EdgeProps<Edge<CallsEdgeData>>) {
  if (data?.place === null || data?.place === undefined) return null;
  const { edge, state, place, isReached } = data;
  const colour = colourOf(edge, state);
  return (
    <>
      <Arrow
        points={place.points}
        className={`chain-edge ${isReached ? colour : 'text-edge'}`}
        width={state.isCurrent ? 3 : 1.5}
        dashes={isReached && edge.calls.length > 0 ? undefined : '4 4'}
      />
      <EdgeLabelRenderer>
        <div
          aria-hidden="true"
          className={`pointer-events-none absolute flex max-w-32 flex-wrap items-center justify-center gap-x-1.5 rounded bg-canvas px-1 text-2xs leading-4 ${state.isCurrent ? 'outline-2 outline-accent' : ''}`}
          style={{
            transform: `translate(-50%, -50%) translate(${place.label.x}px, ${place.label.y}px)`,
          }}
        >
          <Words edge={edge} state={state} />
        </div>
      </EdgeLabelRenderer>
    </>
  );
}

function Words({ edge, state }: Pick<CallsEdgeData, 'edge' | 'state'>) {
  if (edge.calls.length === 0) return <span className="text-muted">{text.forWhom}</span>;
  return (
    <>
      <Count icon="allowed" count={state.allowed} word="allowed" look="text-allow" />
      <Count icon="ban" count={state.denied} word="denied" look="text-deny" />
      <Count icon="hourglass" count={state.held} word="held" look="text-hold" />
      {state.labels.map((label) => (
        <span key={label} className="rounded border border-line bg-sunken px-1 font-mono text-ink">
          {label}
        </span>
      ))}
    </>
  );
}

interface CountProps {
  readonly icon: IconName;
  readonly count: number;
  readonly word: string;
  readonly look: string;
}

function Count({ icon, count, word, look }: CountProps) {
  if (count === 0) return null;
  return (
    <span className={`inline-flex items-center gap-0.5 whitespace-nowrap ${look}`}>
      <Icon name={icon} className="size-3" />
      {count} {word}
    </span>
  );
}

/** The gravest of what happened on it. */
function colourOf({ calls }: GraphEdge, { denied, held, allowed }: EdgeState): string {
  if (calls.length === 0) return 'text-edge';
  if (denied > 0) return 'text-deny';
  if (held > 0) return 'text-hold';
  return allowed > 0 ? 'text-allow' : 'text-edge';
}
