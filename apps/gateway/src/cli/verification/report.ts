// Reports of verification for people: every level by itself, what failed first and of which kind, and what is not proven.
import {
  type BundleReport,
  type DecisionCounts,
  type Failure,
  type Level,
  type LevelReport,
  LEVELS,
  LOG_LEVELS,
  type LogReport,
  type WitnessReport,
} from '@countersign/audit';
import { fields, table, toned } from '../table.ts';
import { counted, safe } from '../text.ts';

export function logReportLines(report: LogReport, isColoured: boolean): string[] {
  const { calls, details, covered } = report;
  return [
    ...fields([
      ['log', report.origin],
      ['entries', String(report.size)],
      ['root', report.root],
      ['calls', callsText(calls)],
      [
        'details',
        `${details.disclosed} there, ${details.redacted} redacted, ${details.withheld} withheld, ${details.erased} missing, ${details.tampered} tampered`,
      ],
      [
        'checkpoints',
        `cover ${counted(covered.byStore, 'entry', 'entries')} by the store, ${covered.elsewhere} by what was held elsewhere`,
      ],
      ['decisions', decisionsText(report.decisions)],
      ['witnesses', witnessesText(report.witnesses)],
    ]),
    ...rest(report, LOG_LEVELS, isColoured),
  ];
}

export function bundleReportLines(report: BundleReport, isColoured: boolean): string[] {
  const { head, checkpoint, entries, details, range, timestamps } = report;
  return [
    ...fields([
      ['log', safe(head?.origin ?? 'unknown')],
      ['made by', head === null ? 'unknown' : `${safe(head.generator)}, ${timeOf(head.made)}`],
      ['asked for', head === null ? 'unknown' : selectionText(head.selection)],
      [
        'checkpoint',
        checkpoint === null
          ? 'none'
          : `${counted(checkpoint.size, 'entry', 'entries')}, root ${checkpoint.root}`,
      ],
      ['signed by', checkpoint?.signedBy.map(safe).join(', ') || 'nobody that was asked'],
      ['entries', `${entries.selected} asked for, ${entries.others} that those rest on`],
      ['complete', range === null ? 'not shown' : `entries ${range.from} to ${range.to - 1}, none left out`],
      ['calls', callsText(report.calls)],
      [
        'details',
        `${details.disclosed} shown, ${details.withheld} withheld, ${details.erased} redacted, ${details.tampered} tampered`,
      ],
      ['decisions', decisionsText(report.decisions)],
      ['witnesses', witnessesText(report.witnesses)],
      [
        'timestamps',
        timestamps
          .map(
            ({ authority, size, time }) =>
              `${safe(authority)}: ${counted(size, 'entry', 'entries')} by ${timeOf(time * 1e6)}`,
          )
          .join(', ') || 'none checked',
      ],
      ['receipts', `${report.receipts.read}, of which ${report.receipts.signed} with a checked signature`],
    ]),
    ...rest(report, LEVELS, isColoured),
  ];
}

interface Reported<L extends Level> {
  readonly levels: Readonly<Record<L, LevelReport>>;
  readonly summary: string;
  readonly firstFailure: Failure | null;
  readonly notProven: readonly string[];
}

function rest<L extends Level>(report: Reported<L>, levels: readonly L[], isColoured: boolean): string[] {
  const rows = levels.map((level) => {
    const { state, checked, failures, first } = report.levels[level];
    const why = first === null ? '' : `${first.code}: ${first.message}`;
    return [level, toned(state.replace('_', ' ')), String(checked), String(failures), why];
  });
  const { firstFailure } = report;
  return [
    '',
    ...table(['level', 'state', 'checked', 'failures', 'first'], rows, { isColoured, none: '' }),
    '',
    safe(report.summary),
    ...(firstFailure === null
      ? []
      : [
          `failure: ${firstFailure.code}${firstFailure.index === null ? '' : ` at entry ${firstFailure.index}`}`,
        ]),
    '',
    'not proven:',
    ...report.notProven.map((sentence) => `- ${safe(sentence)}`),
  ];
}

function callsText({ decided, completed, unknown, open, held }: LogReport['calls']): string {
  return `${decided} decided, ${completed} completed, ${unknown} unknown, ${open} open, ${held} held`;
}

function decisionsText({ decisions, replayed, mismatched }: DecisionCounts): string {
  const left = decisions - replayed - mismatched;
  return `${replayed} of ${decisions} replayed, ${mismatched} mismatches, ${left} not replayed`;
}

function witnessesText({ quorum, covered, seenBy }: WitnessReport): string {
  const names = [...new Set(seenBy.map(({ witness }) => witness))].map(safe).join(', ');
  const who = names === '' ? '' : `, seen by ${names}`;
  switch (quorum) {
    case 'met':
      return `quorum met for the first ${counted(covered, 'entry', 'entries')}${who}`;
    case 'unmet':
      return `quorum not met${who}`;
    case 'not_asked':
      return `no quorum asked for${who}`;
  }
}

function selectionText(selection: NonNullable<BundleReport['head']>['selection']): string {
  const parts = Object.entries(selection).flatMap(([name, value]) =>
    value === null ? [] : [`${name} ${safe(String(value))}`],
  );
  return parts.length === 0 ? 'the whole log' : parts.join(', ');
}

/** @param time in microseconds since the epoch, from a stranger's file. */
function timeOf(time: number): string {
  const date = new Date(time / 1000);
  return Number.isNaN(date.getTime()) ? 'at an impossible time' : date.toISOString();
}
