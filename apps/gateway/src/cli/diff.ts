// What a candidate would change, as text: the policies, then the calls, the largest group first.
import type { DiffResult } from '../admin/client.ts';
import { diagnosticLines, differenceLines } from './changes.ts';
import { replayLines } from './replay.ts';
import { counted, time } from './text.ts';

export function diffLines(
  { candidate, diagnostics, changes, replay, covered, isCut }: DiffResult,
  options: { readonly isColoured: boolean; readonly isUtc: boolean },
): string[] {
  return [
    ...diagnosticLines(diagnostics),
    ...(candidate === null ? ['this set would be refused: no call was replayed against it', ''] : []),
    ...differenceLines(changes),
    ...(replay === null ? [] : ['', ...replayLines(replay, options)]),
    ...(covered === null ? [] : ['', coveredLine(covered, options.isUtc)]),
    ...(isCut ? ['the window holds more than is replayed at a time: narrow it'] : []),
  ];
}

/** How much of the log that was: a part must not pass for the whole. */
function coveredLine(
  { since, entries, archived, left }: NonNullable<DiffResult['covered']>,
  isUtc: boolean,
): string {
  if (since === null) return 'nothing was recorded in that time';
  return [
    `looked at ${counted(entries - left, 'entry', 'entries')}${left === 0 ? '' : ` of ${entries}`}, recorded from ${time(since, isUtc)} on`,
    ...(archived === 0 ? [] : [`${archived} of them in archives`]),
  ].join(', ');
}
