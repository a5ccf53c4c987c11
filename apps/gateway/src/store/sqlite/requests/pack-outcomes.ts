// What became of requests on its way back from the writer's thread, as `pack-requests.ts` does it.
import { inOneBuffer } from './one-buffer.ts';
import type { CommitOutcome } from './requests.ts';

/** Plain data. */
export interface PackedOutcomes {
  /** JSON: the outcomes, each with the lengths of its headers in their place. */
  readonly outcomes: string;
  /** The headers one after the other. */
  readonly headers: Uint8Array<ArrayBuffer>;
}

type Told = Exclude<CommitOutcome, { readonly bug: string }>;
type Packed =
  | (Omit<Told, 'headers'> & { readonly headers: readonly number[] })
  | Exclude<CommitOutcome, Told>;

export function packOutcomes(outcomes: readonly CommitOutcome[]): PackedOutcomes {
  const headers: Uint8Array[] = [];
  const packed = outcomes.map((outcome): Packed => {
    if ('bug' in outcome) return outcome;
    headers.push(...outcome.headers);
    return { ...outcome, headers: outcome.headers.map(({ length }) => length) };
  });
  return { outcomes: JSON.stringify(packed), headers: inOneBuffer(headers) };
}

export function unpackOutcomes({ outcomes, headers }: PackedOutcomes): readonly CommitOutcome[] {
  let at = 0;
  return (JSON.parse(outcomes) as readonly Packed[]).map((outcome) => {
    if ('bug' in outcome) return outcome;
    return {
      ...outcome,
      headers: outcome.headers.map((length) => {
        const from = at;
        at += length;
        return headers.subarray(from, at);
      }),
    };
  });
}
