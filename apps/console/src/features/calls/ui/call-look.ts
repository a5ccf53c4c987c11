// How wide, and from which width of the list on, each column is shown. Where somebody chose columns, that holds where there is room for
// more than the usual ones, and all widths are given: those that follow from what stands in the drawn rows change as others are drawn.
import type { CSSProperties } from 'react';
import { COLUMNS, columnsOf, USUAL, widthsOf } from '../model/columns.ts';

interface Look {
  readonly cell: string;
  readonly head: string;
  readonly style?: CSSProperties;
}

export type Looks = Readonly<Record<string, Look>>;

const LOOK: Looks = {
  pick: { cell: 'cell w-0 px-0', head: 'column' },
  time: { cell: 'cell text-muted', head: 'column' },
  agent: { cell: 'cell hidden max-w-48 clipped @lg:table-cell', head: 'column hidden @lg:table-cell' },
  call: { cell: 'cell w-full max-w-0 min-w-32', head: 'column' },
  decision: { cell: 'cell @max-xl:pr-4', head: 'column' },
  outcome: {
    cell: 'cell hidden text-muted @max-4xl:pr-4 @xl:table-cell',
    head: 'column hidden @xl:table-cell',
  },
  policy: {
    cell: 'cell hidden max-w-0 clipped text-muted @5xl:table-cell',
    head: 'column hidden @5xl:table-cell',
  },
  chain: {
    cell: 'cell hidden font-mono text-xs text-muted @4xl:table-cell',
    head: 'column hidden @4xl:table-cell',
  },
};

const wide = (look: Look | undefined): Look => ({
  cell: `${look?.cell ?? ''} @5xl:w-2/5`,
  head: look?.head ?? '',
});
const USUAL_LOOK: Looks = { ...LOOK, call: wide(LOOK['call']), policy: wide(LOOK['policy']) };

const MORE: Look = {
  cell: 'cell hidden text-muted @5xl:table-cell',
  head: 'column hidden @5xl:table-cell',
};

/** What is never cut: in rem, with what it has in it at most. */
const FIXED: Readonly<Record<string, string>> = {
  time: '@5xl:w-40 @5xl:min-w-40 @5xl:max-w-40',
  decision: '@5xl:w-32 @5xl:min-w-32 @5xl:max-w-32',
  duration: '@5xl:w-24 @5xl:min-w-24 @5xl:max-w-24 tabular-nums',
};

const SHARE = 'clipped @5xl:max-w-0';

/** @param columns as the address says them; undefined: the usual ones */
export function looksOf(columns: string | undefined): Looks {
  if (columns === undefined) return USUAL_LOOK;
  const chosen = columnsOf(columns);
  const widths = widthsOf(chosen);
  const looks = ['call', ...COLUMNS].map((name): [string, Look] => {
    const { cell, head } = LOOK[name] ?? MORE;
    if (name !== 'call' && !chosen.some((each) => each === name))
      return [name, { cell: gone(cell), head: gone(head) }];
    const share = widths.get(name);
    if (share === undefined) return [name, { cell: `${cell} ${FIXED[name] ?? ''}`, head }];
    const style = { '--share': share } as CSSProperties;
    return [name, { cell: `${cell} ${SHARE}`, head: `${head} ${SHARE} @5xl:w-(--share)`, style }];
  });
  return { ...LOOK, ...Object.fromEntries(looks) };
}

/** What is not drawn at all: the others give way by styles, since a narrow list has the usual columns whatever was chosen. */
export function drawnColumns(columns: string | undefined): Readonly<Record<string, boolean>> {
  const chosen = columnsOf(columns);
  return Object.fromEntries(COLUMNS.map((name) => [name, USUAL.includes(name) || chosen.includes(name)]));
}

const gone = (look: string): string => `${look.replace('@5xl:table-cell', '')} @5xl:hidden`;
