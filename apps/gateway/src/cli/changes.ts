// A change that people have to agree to, and what a policy set changes, as text.
import { z } from 'zod';
import type { AdminClient, ChangeDetail, PolicyDiagnostic, PolicyDifference } from '../admin/client.ts';
import { clearingLines, registryLines } from './effects.ts';
import { erasureLines } from './erasures.ts';
import type { ExitCode } from './exit.ts';
import { bodyOf } from './gateway.ts';
import { fields } from './table.ts';
import { safe, safeLines, time } from './text.ts';

export function changeLines(change: ChangeDetail, isUtc: boolean): string[] {
  const { id, of, state, author, message, quorum, reviews, reason } = change;
  const given = reviews.filter(({ verdict }) => verdict === 'approve').length;
  return [
    ...fields([
      ['change', id],
      ['of', of],
      ['state', reason === null || reason === '' ? state : `${state}: ${reason}`],
      ['author', author],
      ['message', message],
      ['approvals', quorum === 0 ? 'none needed' : `${given} of ${quorum}, by ${reviewersOf(change)}`],
      ['proposed', time(change.proposedAt, isUtc)],
      [change.closedAt === null ? 'expires' : 'closed', time(change.closedAt ?? change.expiresAt, isUtc)],
    ]),
    ...reviews.map(
      ({ reviewer, verdict, reason: why, reviewedAt }) =>
        `${time(reviewedAt, isUtc)}  ${safe(reviewer)} ${verdict === 'approve' ? 'approved' : 'rejected'}${why === '' ? '' : `: ${safe(why)}`}`,
    ),
    '',
    ...effectLines(change, isUtc),
  ];
}

const PolicyEffect = z.object({
  diff: z.array(
    z.object({
      what: z.enum(['policy', 'file']),
      name: z.string(),
      change: z.enum(['added', 'removed', 'changed']),
      file: z.string(),
      diff: z.string(),
    }),
  ),
});

/** A kind whose effect has no text of its own is shown as the data it is. */
function effectLines({ of, effect }: ChangeDetail, isUtc: boolean): string[] {
  const policy = of === 'policy' ? PolicyEffect.safeParse(effect) : null;
  if (policy?.success === true) return differenceLines(policy.data.diff);
  const lines =
    of === 'registry'
      ? registryLines(effect, isUtc)
      : of === 'exposure'
        ? clearingLines(effect, isUtc)
        : of === 'erasure'
          ? erasureLines(effect, isUtc)
          : null;
  if (lines !== null) return lines;
  return ['what it would change:', ...safeLines(JSON.stringify(effect, null, 2)).map((line) => `  ${line}`)];
}

export function differenceLines(difference: readonly PolicyDifference[]): string[] {
  if (difference.length === 0) return ['changes no policy'];
  return difference.flatMap(({ what, name, change, file, diff }) => [
    `${change} ${what} ${safe(name)}${what === 'policy' ? ` (${safe(file)})` : ''}`,
    ...safeLines(diff.trimEnd()).map((line) => `  ${line}`),
  ]);
}

export function diagnosticLines(diagnostics: readonly PolicyDiagnostic[]): string[] {
  return diagnostics.map(
    ({ file, line, column, severity, message }) =>
      `${safe(file)}:${line}:${column}: ${severity}: ${safe(message)}`,
  );
}

/** One person's verdict: that of the user to whom the token belongs. */
export function reviewChange(
  gateway: AdminClient,
  id: string,
  verdict: 'approve' | 'reject',
  reason: string,
): Promise<ChangeDetail> {
  return bodyOf(gateway.changes[':id'].reviews.$post({ param: { id }, json: { verdict, reason } }));
}

/** What became of it in one line; where it waits, for whom, and what they do. */
export function outcomeLine(change: ChangeDetail): string {
  const { state, reason, quorum, reviews } = change;
  const id = safe(change.id);
  const given = reviews.filter(({ verdict }) => verdict === 'approve').length;
  if (state === 'pending')
    return `${id} waits for approval, ${given} of ${quorum}, by ${reviewersOf(change)}: \`countersign changes approve ${id}\``;
  const became = state === 'failed' ? 'failed' : `is ${state}`;
  return `${id} ${became}${reason === null || reason === '' ? '' : `: ${safe(reason)}`}`;
}

function reviewersOf({ group, author }: ChangeDetail): string {
  const whose = group === null ? 'anybody with the role `approver` or `admin`' : `members of ${safe(group)}`;
  return `${whose}, not ${safe(author)}`;
}

/** A change that could not be made is a no, although nobody said no. */
export const exitCodeOf = ({ state }: ChangeDetail): ExitCode => (state === 'failed' ? 1 : 0);
