// A chain call by call, in the order in which the calls came. Pure.
import type { Call, Chain } from '../../../api/types.ts';

/** The calls of a chain in the order in which they came. */
export type Hops = readonly Chain['hops'][number][];

/** What a replay reads of a hop. */
export interface Replayed {
  readonly call: Pick<Call, 'id' | 'firstIndex' | 'endedIndex' | 'labels'>;
  readonly carried: readonly string[];
}

export function inOrder<H extends Replayed>(hops: readonly H[]): readonly H[] {
  return [...hops].sort((a, b) => a.call.firstIndex - b.call.firstIndex);
}

/**
 * The labels of call number `number` as they were after call number `at` was made and before the next one was: those that
 * it carried, and once it had ended, those that its answer brought. None of a call that comes later.
 */
export function labelsOf(hops: readonly Replayed[], number: number, at: number): readonly string[] {
  const hop = hops[number - 1];
  if (hop === undefined || number > at) return [];
  return hasEnded(hops, number, at) ? hop.call.labels : hop.carried;
}

/** Whether call number `number` had ended before the call after `at` was made; always at the end of the chain. */
export function hasEnded(hops: readonly Replayed[], number: number, at: number): boolean {
  const next = hops[at]?.call.firstIndex;
  const end = hops[number - 1]?.call.endedIndex ?? null;
  return next === undefined || (end !== null && end < next);
}

/** Labels that the chain has by then, in the order of its calls. */
export function labelsAfter(hops: readonly Replayed[], at: number): readonly string[] {
  return [...new Set(hops.flatMap((_, place) => labelsOf(hops, place + 1, at)))];
}

/** Labels that nobody in the chain had before call number `at`. */
export function newLabels(hops: readonly Replayed[], at: number): readonly string[] {
  const before = new Set(labelsAfter(hops, at - 1));
  return labelsAfter(hops, at).filter((label) => !before.has(label));
}

/** What the address says of a chain: after how many of its calls it is shown. Absent for all. */
export interface ChainSearch {
  readonly at?: number;
}

export function readChainSearch({ at }: Readonly<Record<string, unknown>>): ChainSearch {
  return typeof at === 'number' && Number.isSafeInteger(at) && at >= 1 ? { at } : {};
}

/** `at` within a chain of `count` calls. */
export const placeOf = ({ at }: ChainSearch, count: number): number => Math.min(at ?? count, count);
