// The shadow set, how it fares and what it would have decided otherwise, as text.
import type { Shadow } from '../admin/client.ts';
import { diagnosticLines } from './changes.ts';
import { fields, table, toned } from './table.ts';
import { counted, time } from './text.ts';

export function shadowLines(
  { state, set, why, diagnostics, counts, recorded, groups, latest }: Shadow,
  options: { readonly isColoured: boolean; readonly isUtc: boolean },
): string[] {
  if (set === null) return ['no shadow set runs'];
  const left = Object.entries(counts.notReplayed);
  const rows = groups.map(({ agent, target, live, shadow, count, last }) => [
    agent,
    target,
    toned(live),
    toned(shadow),
    String(count),
    time(last, options.isUtc),
  ]);
  const { isColoured } = options;
  return [
    ...fields([
      ['set', set.digest.slice(0, 12)],
      ['state', why === null ? state : `${state}: ${why}`],
      ['author', set.author],
      ['since', time(set.since, options.isUtc)],
      ['compared', `${counts.compared}, of which ${counts.differed} differed`],
      ['not compared', String(counts.dropped)],
      ...left.map(([reason, count]) => ['not decidable', `${count} ${reason.replaceAll('_', ' ')}`] as const),
      ...(counts.unrecorded === 0 ? [] : [['not recorded', String(counts.unrecorded)] as const]),
      ['on record', counted(recorded, 'difference')],
    ]),
    ...diagnosticLines(diagnostics),
    ...(rows.length === 0
      ? []
      : [
          '',
          ...table(['agent', 'target', 'live', 'shadow', 'calls', 'last'], rows, { isColoured, none: '' }),
        ]),
    ...(latest.length === 0
      ? []
      : [
          '',
          `the latest, each of which \`countersign policy explain\` tells about as it was decided: ${latest
            .map(({ call }) => call)
            .slice(0, 5)
            .join(' ')}`,
        ]),
  ];
}
