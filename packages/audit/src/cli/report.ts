// The report of a bundle as text for a terminal. What a bundle says is shown with control and invisible characters spelled
// out, so that it cannot steer whoever reads it.

import type { BundleReport } from '../bundle/report.ts';
import { LEVELS } from '../verify/types.ts';

const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu;

export function reportLines(report: BundleReport): string[] {
  const { head, checkpoint, entries, range, details, decisions, firstFailure } = report;
  const left = decisions.decisions - decisions.replayed - decisions.mismatched;
  const facts: readonly (readonly [string, string])[] = [
    ['log', head?.origin ?? 'unknown'],
    ['made by', head?.generator ?? 'unknown'],
    ['checkpoint', checkpoint === null ? 'none' : `${checkpoint.size} entries, root ${checkpoint.root}`],
    ['signed by', checkpoint?.signedBy.join(', ') || 'nobody that was asked'],
    ['entries', `${entries.selected} asked for, ${entries.others} that those rest on`],
    ['complete', range === null ? 'not shown' : `entries ${range.from} to ${range.to - 1}, none left out`],
    [
      'details',
      `${details.disclosed} shown, ${details.withheld} withheld, ${details.erased} redacted, ${details.tampered} tampered`,
    ],
    ['decisions', `${decisions.replayed} replayed, ${decisions.mismatched} mismatches, ${left} not replayed`],
  ];
  const levels = LEVELS.map((level) => {
    const { state, checked, failures, first } = report.levels[level];
    const why = first === null ? '' : `  ${first.code}: ${first.message}`;
    const numbers = `${String(checked).padStart(9)} checked ${String(failures).padStart(6)} failed`;
    return `${level.padEnd(12)} ${state.replace('_', ' ').padEnd(12)}${numbers}${why}`;
  });
  const place = firstFailure === null || firstFailure.index === null ? '' : ` at entry ${firstFailure.index}`;
  return [
    ...facts.map(([name, value]) => `${name.padEnd(12)} ${value}`),
    '',
    ...levels,
    '',
    report.summary,
    ...(firstFailure === null ? [] : [`failure: ${firstFailure.code}${place}`]),
    '',
    'not proven:',
    ...report.notProven.map((sentence) => `- ${sentence}`),
  ].map(printable);
}

function printable(line: string): string {
  return line.replaceAll(UNSAFE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}
