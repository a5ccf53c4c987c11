// How wide, and from which width of the list on, each column is shown. What somebody chose holds where there is room for more than the
// usual ones. But in a narrow list all widths are given: those that follow from what stands in the drawn rows change as others are drawn.
import type { CSSProperties } from 'react';
import { type ColumnName, COLUMNS, columnsOf, USUAL, widthsOf } from '../model/columns.ts';

interface Look {
  readonly cell: string;
  readonly head: string;
  readonly style?: CSSProperties;
}

export type Looks = Readonly<Record<string, Look>>;

const LOOK: Looks = {
  pick: { cell: 'cell w-0 px-0', head: 'column' },
  time: { cell: 'cell text-muted @3xl:w-20 @3xl:min-w-20 @3xl:max-w-20', head: 'column' },
  agent: {
    cell: 'cell hidden max-w-48 clipped @lg:table-cell @3xl:@max-5xl:w-28 @3xl:@max-5xl:min-w-28 @3xl:@max-5xl:max-w-28',
    head: 'column hidden @lg:table-cell',
  },
  call: { cell: 'cell max-w-0 min-w-32 @max-5xl:w-full', head: 'column' },
  decision: { cell: 'cell @max-xl:pr-4 @3xl:w-32 @3xl:min-w-32 @3xl:max-w-32', head: 'column' },
  outcome: {
    cell: 'cell hidden text-muted @max-4xl:pr-4 @xl:table-cell @3xl:@max-5xl:w-40 @3xl:@max-5xl:min-w-40 @3xl:@max-5xl:max-w-40 @3xl:clipped',
    head: 'column hidden @xl:table-cell',
  },
  policy: {
    cell: 'cell hidden max-w-0 clipped text-muted @5xl:table-cell',
    head: 'column hidden @5xl:table-cell',
  },
  chain: {
    cell: 'cell hidden clipped font-mono text-xs text-muted @4xl:table-cell @4xl:w-28 @4xl:min-w-28 @4xl:max-w-28',
    head: 'column hidden @4xl:table-cell',
  },
};

const MORE: Look = {
  cell: 'cell hidden text-muted @5xl:table-cell',
  head: 'column hidden @5xl:table-cell',
};
const DURATION: Look = { ...MORE, cell: `${MORE.cell} @5xl:w-24 @5xl:min-w-24 @5xl:max-w-24 tabular-nums` };

/** How long a call took stands beside its outcome, unless it has a column of its own. */
const TOLD_APART = '@5xl:[&_[data-took]]:hidden';

/** With the date before the time. */
const DATED: Look = { cell: 'cell text-muted @3xl:w-40 @3xl:min-w-40 @3xl:max-w-40', head: 'column' };

const SHARE = 'clipped @5xl:max-w-0';

/**
 * @param columns as the address says them; undefined: the usual ones
 * @param isDated whether a time of the list has its date before it
 */
export function looksOf(columns: string | undefined, isDated: boolean): Looks {
  const chosen = columnsOf(columns);
  const widths = widthsOf(chosen);
  const looks = ['call', ...COLUMNS].map((name): [string, Look] => {
    const { cell, head } = lookOf(name, chosen, isDated);
    if (name !== 'call' && !chosen.some((each) => each === name))
      return [name, { cell: gone(cell), head: gone(head) }];
    const share = widths.get(name);
    if (share === undefined) return [name, { cell, head }];
    const style = { '--share': share } as CSSProperties;
    return [name, { cell: `${cell} ${SHARE}`, head: `${head} ${SHARE} @5xl:w-(--share)`, style }];
  });
  return { ...LOOK, ...Object.fromEntries(looks) };
}

function lookOf(name: string, chosen: readonly ColumnName[], isDated: boolean): Look {
  if (name === 'time' && isDated) return DATED;
  if (name === 'duration') return DURATION;
  const look = LOOK[name] ?? MORE;
  return name === 'outcome' && chosen.includes('duration')
    ? { ...look, cell: `${look.cell} ${TOLD_APART}` }
    : look;
}

/** What is not drawn at all: the others give way by styles, since a narrow list has the usual columns whatever was chosen. */
export function drawnColumns(columns: string | undefined): Readonly<Record<string, boolean>> {
  const chosen = columnsOf(columns);
  return Object.fromEntries(COLUMNS.map((name) => [name, USUAL.includes(name) || chosen.includes(name)]));
}

const gone = (look: string): string => `${look.replace('@5xl:table-cell', '')} @5xl:hidden`;
