// What a shadow set writes: that it runs, that it ends, and each decision that it would have made otherwise.
import type { EntryDraft, EntryHeader } from '@countersign/audit';
import type { PolicySource } from '@countersign/policy';
import { asDigest } from '../digest.ts';
import type { CommitRequest } from '../store/types.ts';
import type { Difference } from './messages.ts';
import type { ShadowSet } from './types.ts';

export function shadowSet(next: ShadowSet, previous: string | null): CommitRequest {
  const sources = JSON.stringify(next.sources);
  return {
    entries: [shadowedEntry(next.digest, previous, next.author, next.sources)],
    changes: [
      {
        put: 'shadow_set',
        row: { id: 1, digest: next.digest, sources, author: next.author, since: next.since },
      },
    ],
  };
}

export function shadowCleared(previous: string, author: string): CommitRequest {
  return {
    entries: [shadowedEntry(null, previous, author, null)],
    changes: [{ remove: 'shadow_set', where: { id: 1 } }],
  };
}

/** A live decision that was recorded, and what the shadow set made of it. */
export interface Differing {
  readonly header: EntryHeader<'call.decided'>;
  readonly difference: Difference;
}

/** All or none: and none once another set has taken its place. */
export function differed(set: string, differing: readonly Differing[], now: number): CommitRequest {
  return {
    entries: differing.map(({ header, difference }) => differedEntry(set, header, difference)),
    changes: differing.map(({ header, difference }) => ({
      ensure: 'shadow_differences',
      row: {
        call: header.call,
        round: header.body.round,
        digest: set,
        agent: difference.agent,
        resource: difference.target,
        live: header.body.decision,
        shadow: difference.to,
        at: now,
      },
    })),
    preconditions: [{ table: 'shadow_set', where: { id: 1, digest: set }, expect: 'exists' }],
  };
}

function shadowedEntry(
  set: string | null,
  previous: string | null,
  author: string,
  sources: readonly PolicySource[] | null,
): EntryDraft<'policy.shadowed'> {
  return {
    kind: 'policy.shadowed',
    call: null,
    agent: null,
    chain: null,
    body: {
      set: set === null ? null : asDigest(set),
      previous: previous === null ? null : asDigest(previous),
    },
    details: { author, ...(sources === null ? {} : { sources: JSON.stringify(sources) }) },
  };
}

function differedEntry(
  set: string,
  { call, agent, chain, body, index }: EntryHeader<'call.decided'>,
  { to, explanation }: Difference,
): EntryDraft<'policy.differed'> {
  return {
    kind: 'policy.differed',
    call,
    agent,
    chain: chain?.id ?? null,
    body: { set: asDigest(set), live: body.decision, shadow: to, decided: index },
    details: { explanation },
  };
}
