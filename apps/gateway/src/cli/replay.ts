// Recorded decisions that were made again, as text: how many would be decided otherwise, and which, the largest group first.
import type { DiffResult } from '../admin/client.ts';
import { table, toned } from './table.ts';
import { counted, safe, time } from './text.ts';

type Replay = NonNullable<DiffResult['replay']>;

export function replayLines(
  replay: Replay,
  { isColoured, isUtc }: { isColoured: boolean; isUtc: boolean },
): string[] {
  const isCompared = replay.groups.some(({ alreadyLive }) => alreadyLive !== null);
  const rows = replay.groups.map(({ agent, target, from, to, count, alreadyLive }) => [
    agent,
    target,
    toned(from),
    toned(to),
    String(count),
    ...(isCompared ? [alreadyLive === null ? '–' : String(alreadyLive)] : []),
  ]);
  const head = ['agent', 'target', 'was', 'would be', 'calls', ...(isCompared ? ['already so'] : [])];
  return [
    summaryLine(replay),
    ...(rows.length === 0 ? [] : ['', ...table(head, rows, { isColoured, none: '' })]),
    ...replay.groups.flatMap((group) => ['', ...exampleLines(group, isUtc)]),
  ];
}

/** How much of the log that was: a part must not pass for the whole. */
export function coveredLine(
  { since, entries, archived, left }: NonNullable<DiffResult['covered']>,
  isUtc: boolean,
): string {
  if (since === null) return 'nothing was recorded in that time';
  return [
    `looked at ${counted(entries - left, 'entry', 'entries')}${left === 0 ? '' : ` of ${entries}`}, recorded from ${time(since, isUtc)} on`,
    ...(archived === 0 ? [] : [`${archived} of them in archives`]),
  ].join(', ');
}

function summaryLine({ decisions, unchanged, changed, notReplayed }: Replay): string {
  const left = Object.entries(notReplayed);
  const count = left.reduce((sum, [, number]) => sum + number, 0);
  const reasons = left.map(([why, number]) => `${number} ${why.replaceAll('_', ' ')}`).join(', ');
  return [
    `${counted(decisions, 'recorded decision')}: ${changed} would come out otherwise, ${unchanged} would not`,
    ...(count === 0 ? [] : [`${count} cannot be decided again (${reasons})`]),
  ].join(', ');
}

function exampleLines(
  { agent, target, from, to, examples, count }: Replay['groups'][number],
  isUtc: boolean,
): string[] {
  return [
    `${safe(agent)} → ${safe(target)}: ${from} → ${to}`,
    ...examples.flatMap((example) => [
      `  ${example.call}  ${time(example.at, isUtc)}`,
      `    was: ${safe(example.from.sentence ?? `${example.from.outcome} (its sentence was erased)`)}`,
      `    now: ${safe(example.to.sentence)}`,
    ]),
    ...(count > examples.length ? [`  and ${count - examples.length} more`] : []),
  ];
}
