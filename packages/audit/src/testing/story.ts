// A short log in which everything happens that a verifier looks at: a policy set, a call that is approved and answered,
// one that is denied, and an erasure. For tests only.

import { type Id, newId } from '../ids.ts';
import { digestOf } from '../sha256.ts';
import { completed, decided, type LogBuilder, openLog } from './log-builder.ts';

export interface Story {
  readonly log: LogBuilder;
  readonly chain: Id<'chain'>;
  readonly set: string;
  readonly sources: string;
  /** Where things stand. */
  readonly at: Readonly<
    Record<
      'activated' | 'held' | 'requested' | 'reviewed' | 'allowed' | 'completed' | 'denied' | 'redacted',
      number
    >
  >;
}

const NOBODY = { call: null, agent: null, chain: null } as const;

export function storyLog(): Story {
  const log = openLog();
  const chain = newId('chain');
  const sources = '[{"file":"a.cedar","text":"permit (principal, action, resource);"}]';
  const set = digestOf('the set');
  const [call, denied] = [newId('call'), newId('call')];
  const approval = newId('apr');
  const activated = log.add({
    kind: 'policy.activated',
    ...NOBODY,
    body: { set, previous: null, schema: null, cause: 'published', change: null },
    details: { sources, broken: '[]' },
  });
  const policySet = { policySet: set };
  const held = log.add(decided(call, { ...policySet, decision: 'hold', reason: 'guarded', approval }, chain));
  const requested = log.add({
    kind: 'approval.requested',
    call,
    agent: null,
    chain,
    body: { approval, quorum: 1, expiresAt: 9 },
    details: { guards: '[]' },
  });
  const reviewed = log.add({
    kind: 'approval.reviewed',
    call,
    agent: null,
    chain,
    body: { approval, verdict: 'approve', reviewer: newId('usr'), state: 'approved' },
    details: { reviewer: 'Ada' },
  });
  const again = { ...policySet, round: 2, reason: 'grant_redeemed', approval } as const;
  const allowed = log.add(decided(call, again, chain));
  const ended = log.add(completed(call, allowed, 'ok', chain));
  const refused = { ...policySet, decision: 'deny', reason: 'no_permit' } as const;
  const deniedAt = log.add(decided(denied, refused, chain));
  const redacted = log.add({
    kind: 'log.redacted',
    ...NOBODY,
    body: { cause: 'erasure', change: null, entries: 1, details: 1, keys: 0 },
    details: { targets: `[[${deniedAt},${deniedAt},["caller"]]]` },
  });
  const at = { activated, held, requested, reviewed, allowed, completed: ended, denied: deniedAt, redacted };
  return { log, chain, set, sources, at };
}
