// Changes and policy versions as the API says them: pure, one function per shape.
import type { Diagnostic } from '@countersign/policy';
import { z } from '@hono/zod-openapi';
import type { ChangeReview, ReviewedChange } from '../changes/types.ts';
import type { PolicyVersion } from '../store/readers/policies.ts';
import type * as views from './client.ts';
import * as schemas from './schemas/policies.ts';
import { isoTime, isoTimeOrNull } from './view.ts';

/** @param group whose members may review it. */
export function changeView(
  change: ReviewedChange,
  reviews: readonly ChangeReview[],
  group: string | null,
): views.Change {
  const { id, of, state, author, message, quorum, reason } = change;
  return {
    id,
    of,
    state,
    author,
    message,
    quorum,
    group,
    reviews: reviews.map(({ reviewer, verdict, reason: why, reviewedAt }) => ({
      reviewer,
      verdict,
      reason: why,
      reviewedAt: isoTime(reviewedAt),
    })),
    proposedAt: isoTime(change.proposedAt),
    expiresAt: isoTime(change.expiresAt),
    closedAt: isoTimeOrNull(change.closedAt),
    reason,
  };
}

export function changeDetailView(
  change: ReviewedChange,
  reviews: readonly ChangeReview[],
  group: string | null,
): views.ChangeDetail {
  return { ...changeView(change, reviews, group), effect: change.effect, proposal: change.proposal };
}

export function versionView(version: PolicyVersion, newest: number | null): views.PolicyVersion {
  const { diff, broken: _, activatedAt, reviewers, ...rest } = version;
  const difference = readDifference(diff);
  const count = (of: views.PolicyDifference['change']): number =>
    difference.filter(({ change }) => change === of).length;
  return {
    ...rest,
    reviewers: [...reviewers],
    activatedAt: isoTime(activatedAt),
    inForce: version.version === newest,
    changes: {
      added: count('added'),
      removed: count('removed'),
      changed: count('changed'),
      names: difference.slice(0, MOST_NAMED).map(({ name }) => name),
    },
  };
}

const MOST_NAMED = 3;

export function diagnosticView(diagnostic: Diagnostic): views.PolicyDiagnostic {
  const { severity, file, line, column, message } = diagnostic;
  return { severity, file, line, column, message };
}

export function brokenView(broken: Iterable<readonly [string, string]>): views.Policies['broken'] {
  return [...broken].map(([tool, why]) => ({ tool, why })).sort((a, b) => (a.tool < b.tool ? -1 : 1));
}

/** Stored by the publisher; throws where it is not what it stored. */
export const readBroken = (text: string): [string, string][] =>
  z.array(z.tuple([z.string(), z.string()])).parse(JSON.parse(text));
export const readDifference = (text: string): views.PolicyDifference[] =>
  z.array(schemas.PolicyDifference).parse(JSON.parse(text));
export const readSources = (text: string): views.PolicySource[] =>
  z.array(schemas.PolicySource).parse(JSON.parse(text));
