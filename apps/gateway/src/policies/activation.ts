// What a set going live writes: one entry, the row that makes it the active one, and its number in the history; with
// the preconditions that keep two from going live at once. And the entry of one that may not.
import type { EntryBody, EntryDraft } from '@countersign/audit';
import type { Diagnostic, PolicySource } from '@countersign/policy';
import { asDigest } from '../digest.ts';
import type { PolicyVersion } from '../store/readers/policies.ts';
import type { CommitRequest } from '../store/types.ts';
import type { DiffItem } from './diff.ts';

/** Who put a set into force, and why. */
export interface Origin {
  readonly cause: EntryBody<'policy.activated'>['cause'];
  readonly change: EntryBody<'policy.activated'>['change'];
  readonly author: string;
  readonly message: string;
  readonly reviewers: readonly string[];
}

export interface Activation {
  readonly digest: string;
  /** Of the schema that it was validated against. */
  readonly schema: string;
  readonly sources: readonly PolicySource[];
  /** What it is typed by, packed. */
  readonly typedBy: Uint8Array;
  readonly diff: readonly DiffItem[];
  /** Tools that it no longer fits, with why, as JSON pairs. */
  readonly broken: string;
  readonly origin: Origin;
}

export function activation(
  { digest, schema, sources, typedBy, diff, broken, origin }: Activation,
  previous: string | null,
  last: PolicyVersion | null,
  now: number,
): Required<Omit<CommitRequest, 'payloads' | 'pruning'>> {
  const { cause, change, author, message, reviewers } = origin;
  const entry: EntryDraft<'policy.activated'> = {
    kind: 'policy.activated',
    call: null,
    agent: null,
    chain: null,
    body: {
      set: asDigest(digest),
      previous: previous === null ? null : asDigest(previous),
      schema: asDigest(schema),
      cause,
      change,
    },
    details: {
      sources: JSON.stringify(sources),
      author: JSON.stringify({ name: author, message, reviewers }),
      diff: JSON.stringify(diff),
      broken,
    },
  };
  const version = {
    version: (last?.version ?? 0) + 1,
    digest,
    previous,
    cause,
    change,
    author,
    message,
    reviewers: JSON.stringify(reviewers),
    diff: JSON.stringify(diff),
    broken,
    activated_at: now,
  };
  const row = {
    digest,
    sources: JSON.stringify(sources),
    author,
    activated_at: now,
    active: 1,
    typed_by: typedBy,
  };
  return {
    entries: [entry],
    changes: [
      ...(previous === null || previous === digest
        ? []
        : [{ update: 'policy_sets', set: { active: 0 }, where: { digest: previous } } as const]),
      // The same set with other tools keeps what it was typed by when all of it was valid.
      ...(previous === digest ? [] : [{ put: 'policy_sets', row } as const]),
      { insert: 'policy_versions', row: version },
    ],
    preconditions: [
      previous === null
        ? { table: 'policy_sets', where: { active: 1 }, expect: 'absent' }
        : { table: 'policy_sets', where: { digest: previous, active: 1 }, expect: 'exists' },
    ],
  };
}

export function refusedEntry(
  active: string | null,
  diagnostics: readonly Diagnostic[],
  sources: readonly PolicySource[],
): EntryDraft<'policy.refused'> {
  return {
    kind: 'policy.refused',
    call: null,
    agent: null,
    chain: null,
    body: { active: active === null ? null : asDigest(active) },
    details: { diagnostics: JSON.stringify(diagnostics), sources: JSON.stringify(sources) },
  };
}
