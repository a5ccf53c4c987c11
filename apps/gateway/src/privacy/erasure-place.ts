// Where values lie that an erasure destroys: the log that is written, and the archives of those that it continues. What is
// done there goes through the one writer, and is recorded in the one log that is still written.
import { redactedRanges, redactionText } from '@countersign/audit';
import type { Readers } from '../store/readers.ts';
import type { ArchivedChange, PayloadChange } from '../store/types.ts';
import type { ErasureList } from './erasure-list.ts';

/** `names` null: all details, of an entry whose header is not at hand. */
export interface RedactedTarget {
  readonly index: number;
  readonly names: readonly string[] | null;
}

export interface ErasurePlace {
  readonly readers: Pick<Readers, 'log' | 'payloads' | 'calls'>;
  /** What was erased from the values of this log. */
  readonly list: ErasureList;
  /** Null for the log that is written. */
  readonly archived: { readonly path: string; readonly origin: string } | null;
}

/** The changes as the writer of the log makes them in this place. */
export function changesIn(
  { archived }: ErasurePlace,
  changes: readonly ArchivedChange[],
): readonly PayloadChange[] {
  if (archived === null) return changes;
  return changes.length === 0 ? [] : [{ archive: archived.path, changes }];
}

/** The detail `targets` of the entry that says so: of another log than its own it names that (docs/log-format.md section 6). */
export function targetsText(
  { archived }: Pick<ErasurePlace, 'archived'>,
  targets: readonly RedactedTarget[],
): string {
  const ranges = redactionText(redactedRanges(targets));
  return archived === null ? ranges : `{"log":${JSON.stringify(archived.origin)},"ranges":${ranges}}`;
}
