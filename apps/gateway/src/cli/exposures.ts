// Who is exposed to what, as text.
import type { Exposure } from '../admin/client.ts';
import { table } from './table.ts';
import { time } from './text.ts';

export function exposureLines(
  exposures: readonly Exposure[],
  options: { readonly isColoured: boolean; readonly isUtc: boolean },
): string[] {
  const rows = exposures.map(({ holder, label, until, call, agent, upstream, resource }) => [
    ...holderCells(holder),
    label,
    time(until, options.isUtc),
    call,
    agent ?? '–',
    upstream === null ? '–' : [upstream, resource].filter((part) => part !== null).join('/'),
  ]);
  const head = ['who', 'key', 'label', 'until', 'brought by', 'of', 'from'];
  return table(head, rows, { isColoured: options.isColoured, none: 'nobody is exposed to anything' });
}

function holderCells(holder: Exposure['holder']): readonly [string, string] {
  return holder.kind === 'agent'
    ? [`agent ${holder.name ?? '–'}`, holder.uid]
    : [`person ${holder.name ?? '–'}`, holder.key];
}
