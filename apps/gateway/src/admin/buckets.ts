// Cuts a stretch of time for a chart: as many pieces as can be told apart, each of a length that people know, beginning at
// multiples of it in UTC. Pure.
const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000] as const;

const LENGTHS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((count) => count * DAY),
];

export interface Buckets {
  readonly bucketMs: number;
  /** Where each begins, ascending; milliseconds since the epoch. The first begins at or before the stretch. */
  readonly starts: readonly number[];
}

/** At most `most` pieces, two at least being asked for. `to` is not in the stretch; what is empty has one piece. */
export function bucketsOf(from: number, to: number, most: number): Buckets {
  const count = (length: number): number => Math.ceil(to / length) - Math.floor(from / length);
  const longest = LENGTHS.at(-1) ?? DAY;
  const bucketMs =
    LENGTHS.find((length) => count(length) <= most) ??
    longest * Math.ceil((to - from) / longest / (most - 1));
  const first = Math.floor(from / bucketMs) * bucketMs;
  const pieces = Math.max(1, Math.ceil((to - first) / bucketMs));
  return { bucketMs, starts: Array.from({ length: pieces }, (_, at) => first + at * bucketMs) };
}
