// A rehearsal's finding in the form that the API and the command line give it. Pure.
import type { PolicyDiff } from '../rehearsal/types.ts';
import type { DiffResult } from './client.ts';
import { diagnosticView } from './view-changes.ts';
import { isoTime, isoTimeOrNull } from './view.ts';

export function diffView({
  candidate,
  diagnostics,
  base,
  changes,
  replay,
  covered,
  isCut,
}: PolicyDiff): DiffResult {
  return {
    candidate,
    diagnostics: diagnostics.map(diagnosticView),
    base,
    changes: [...changes],
    replay:
      replay === null
        ? null
        : {
            decisions: replay.decisions,
            unchanged: replay.unchanged,
            unchangedAs: { ...replay.unchangedAs },
            changed: replay.changed,
            notReplayed: { ...replay.notReplayed },
            groups: replay.groups.map(({ calls, examples, ...group }) => ({
              ...group,
              calls: [...calls],
              examples: examples.map(({ at, to, ...example }) => ({
                ...example,
                at: isoTime(at),
                to: { ...to, policies: [...to.policies] },
              })),
            })),
          },
    covered: covered === null ? null : { ...covered, since: isoTimeOrNull(covered.since) },
    isCut,
  };
}
