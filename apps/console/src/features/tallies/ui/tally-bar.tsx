// One tally as one bar: how long it is says how many, how it is cut says how they stand. The words are beside it.
import { useId } from 'react';
import type { Tally } from '../../../api/types.ts';
import { STANDINGS } from '../model/standings.ts';
import { patternUrl, Patterns } from './patterns.tsx';

const WIDTH = 100;

/** `share`: of the longest bar beside it, from 0 to 1. */
export function TallyBar({ tally, share }: { readonly tally: Tally; readonly share: number }) {
  const id = useId();
  const kinds = STANDINGS.filter(({ standing }) => tally[standing] > 0);
  const perCall = (WIDTH * share) / Math.max(1, tally.calls);
  const before = (index: number): number =>
    kinds.slice(0, index).reduce((sum, { standing }) => sum + tally[standing], 0) * perCall;
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${WIDTH} 8`}
      preserveAspectRatio="none"
      className="h-2 min-w-0 flex-1 overflow-hidden rounded-sm bg-sunken"
    >
      <Patterns id={id} kinds={kinds} />
      {kinds.map((kind, index) => (
        <rect
          key={kind.standing}
          x={before(index)}
          width={Math.max(0.75, tally[kind.standing] * perCall)}
          height="8"
          fill={patternUrl(id, kind)}
        />
      ))}
    </svg>
  );
}
