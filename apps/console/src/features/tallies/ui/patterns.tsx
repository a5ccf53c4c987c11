// Fills that can be told apart without colour.
import type { StandingLook } from '../model/standings.ts';

const SHAPES = {
  columns: 'M3 0v6',
  rows: 'M0 3h6',
  stripes: 'M0 6 6 0',
  falling: 'M0 0 6 6',
  dots: 'M3 3h.01',
  cross: 'M0 6 6 0 M0 0 6 6',
} as const;

export function Patterns({ id, kinds }: { readonly id: string; readonly kinds: readonly StandingLook[] }) {
  return (
    <defs>
      {kinds.map(({ standing, color, pattern }) =>
        pattern === 'solid' ? null : (
          <pattern key={standing} id={`${id}-${standing}`} width="6" height="6" patternUnits="userSpaceOnUse">
            <rect width="6" height="6" fill={color} />
            <path
              d={SHAPES[pattern]}
              stroke="var(--color-surface)"
              strokeWidth={pattern === 'dots' ? 2.5 : 1}
              strokeLinecap="round"
            />
          </pattern>
        ),
      )}
    </defs>
  );
}

export const patternUrl = (id: string, { standing, color, pattern }: StandingLook): string =>
  pattern === 'solid' ? color : `url(#${id}-${standing})`;
