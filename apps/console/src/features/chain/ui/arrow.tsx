// The line of an edge with a head where it ends, all in the colour of its text.
import { useId } from 'react';
import { type Place, pathThrough } from '../model/layout.ts';

interface Props {
  readonly points: readonly Place[];
  /** Sets the colour. */
  readonly className: string;
  readonly width: number;
  readonly dashes?: string | undefined;
}

export function Arrow({ points, className, width, dashes }: Props) {
  const head = useId();
  return (
    <g className={className}>
      <defs>
        <marker
          id={head}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="9"
          markerHeight="9"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0 0 8 4 0 8Z" fill="currentColor" />
        </marker>
      </defs>
      <path
        d={pathThrough(points)}
        fill="none"
        stroke="currentColor"
        strokeWidth={width}
        strokeDasharray={dashes}
        markerEnd={`url(#${head})`}
      />
    </g>
  );
}
