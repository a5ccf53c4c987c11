// What a candidate would change, as text: the policies, then the calls, the largest group first.
import type { DiffResult } from '../admin/client.ts';
import { diagnosticLines, differenceLines } from './changes.ts';
import { coveredLine, replayLines } from './replay.ts';

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
