// Which details an export shows. By default what an auditor needs to have decisions made again and to see what they were
// about, and nothing of who called on whose behalf, what was sent in full, or what was answered.
import type { EntryHeader } from '@countersign/audit';
import type { ExportRequest } from './types.ts';

/** What replaying reads, and what calls were about. */
const DEFAULT_DISCLOSED: readonly string[] = [
  'broken',
  'context',
  'entities',
  'explanation',
  'guards',
  'labels',
  'origin',
  'resource',
  'sentence',
  'sources',
  'version',
];

export interface Disclosure {
  readonly shows: (name: string, header: EntryHeader) => boolean;
  /** Sorted; `*` for all. */
  readonly names: readonly string[];
}

export function disclosureOf({
  disclose,
  withhold,
}: Pick<ExportRequest, 'disclose' | 'withhold'>): Disclosure {
  const hidden = new Set(withhold);
  const shown = disclose === 'all' ? null : new Set(disclose ?? DEFAULT_DISCLOSED);
  return {
    shows: (name, header) =>
      // What was redacted is never a secret: places and names only, and the proof that nothing else is missing.
      (header.kind === 'log.redacted' && name === 'targets') ||
      (!hidden.has(name) && (shown === null || shown.has(name))),
    names: (shown === null ? ['*'] : [...shown]).filter((name) => !hidden.has(name)).toSorted(),
  };
}
