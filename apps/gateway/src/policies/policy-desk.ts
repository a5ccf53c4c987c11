// Publishing as the configuration allows it: what the admin plane shows of policy, and the kind of change that puts a
// set into force.
import type { PolicySource } from '@countersign/policy';
import type { ChangeKind, ReviewRules } from '../changes/types.ts';
import type { PolicyOrigin } from '../config/policies.ts';
import { policyChanges, type PolicyChangesDeps } from './policy-changes.ts';
import type { Examined, Publisher, PublisherStatus } from './publisher-types.ts';

interface Desk {
  status(): Pick<PublisherStatus, 'broken' | 'warnings'> & {
    readonly refused: PublisherStatus['refusal'];
    readonly degraded: boolean;
  };
  examine(sources: readonly PolicySource[]): Promise<Examined>;
  readonly publishing: { readonly closed: string | null; readonly rules: ReviewRules };
  /** To be registered with the desk of changes. */
  readonly changes: ChangeKind;
}

export function createPolicyDesk(
  publisher: Publisher,
  reads: PolicyChangesDeps['reads'],
  origin: PolicyOrigin,
): Desk {
  const closed = whyClosed(origin);
  const rules = rulesOf(origin);
  return {
    status() {
      const { refusal, isBehind, broken, warnings } = publisher.status();
      const degraded = refusal !== null || isBehind || broken.size > 0;
      return { refused: refusal, degraded, broken, warnings };
    },
    examine: (sources) => publisher.examine(sources),
    publishing: { closed, rules },
    changes: policyChanges({ publisher, reads, rules: () => rules, closed }),
  };
}

function whyClosed(origin: PolicyOrigin): string | null {
  const fix = 'configure `policies: {review: required, group: <group>}`';
  switch (origin.kind) {
    case 'published':
      return null;
    case 'folder':
      return `policies come from the folder \`${origin.folder}\`, which publishes by itself: save the files there, or ${fix}`;
    case 'unset':
      return `nothing can be published here: ${fix}`;
  }
}

const HOUR_MS = 60 * 60 * 1000;

function rulesOf(origin: PolicyOrigin): ReviewRules {
  const review = origin.kind === 'published' ? origin.review : null;
  return review === null
    ? { quorum: 0, group: null, expiresMs: HOUR_MS }
    : { quorum: review.quorum, group: review.group, expiresMs: review.expiresHours * HOUR_MS };
}
