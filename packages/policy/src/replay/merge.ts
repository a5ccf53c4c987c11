// Reports of parts of a log, put together in the order of the log: a long replay is shared out among threads.

import { type Group, MAX_CALLS, MAX_EXAMPLES, reportOf } from './report.ts';
import type { NotReplayed, ReplayGroup, ReplayReport } from './types.ts';

/** The parts must be of one candidate, none of them empty of parts. */
export function mergeReports(parts: readonly [ReplayReport, ...ReplayReport[]]): ReplayReport {
  const groups = new Map<string, Group>();
  const notReplayed: Partial<Record<NotReplayed, number>> = {};
  for (const part of parts) {
    for (const one of part.groups) add(groups, one);
    for (const [why, count] of Object.entries(part.notReplayed) as [NotReplayed, number][])
      notReplayed[why] = (notReplayed[why] ?? 0) + count;
  }
  const sum = (of: (part: ReplayReport) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  return reportOf(parts[0].set, {
    unchangedAs: {
      allow: sum(({ unchangedAs }) => unchangedAs.allow),
      hold: sum(({ unchangedAs }) => unchangedAs.hold),
      deny: sum(({ unchangedAs }) => unchangedAs.deny),
    },
    changed: sum(({ changed }) => changed),
    notReplayed,
    groups,
  });
}

function add(groups: Map<string, Group>, one: ReplayGroup): void {
  const { agent, target, from, to, count, alreadyLive, calls, examples } = one;
  const key = JSON.stringify([agent, target, from, to]);
  const known = groups.get(key);
  if (known === undefined) {
    groups.set(key, { ...one, calls: [...calls], examples: [...examples] });
    return;
  }
  known.count += count;
  known.alreadyLive =
    known.alreadyLive === null || alreadyLive === null ? null : known.alreadyLive + alreadyLive;
  known.calls.push(...calls.slice(0, Math.max(0, MAX_CALLS - known.calls.length)));
  known.examples.push(...examples.slice(0, Math.max(0, MAX_EXAMPLES - known.examples.length)));
}
