// Counts as the API says them: pure, one function per shape.
import type { CallTallies, Flagged, PairCount, ValueCount } from '../store/readers/tallies.ts';
import type { Tally } from '../search/tally.ts';
import type { Buckets } from './buckets.ts';
import type * as views from './client.ts';
import { isoTime } from './view.ts';

export function flaggedView({ total, flagged }: Pick<CallTallies, 'total' | 'flagged'>): views.FlaggedTally {
  return { ...total, ...flagged };
}

export function histogramView(
  span: { readonly from: number; readonly to: number },
  { bucketMs, starts }: Buckets,
  times: readonly (Tally & Flagged)[],
): views.Histogram {
  return {
    from: isoTime(span.from),
    to: isoTime(span.to),
    bucketMs,
    buckets: times.map((counts, at) => ({ at: isoTime(starts[at] ?? 0), ...counts })),
  };
}

export function valueTallyView({ newestAt, ...rest }: ValueCount): views.ValueTally {
  return { ...rest, newestAt: isoTime(newestAt) };
}

/** What was called by name, as a condition names it; a server that is not known is `*`. */
export function toolTalliesView({ distinct, values }: CallTallies['pairs'][number]) {
  return {
    distinct,
    values: values.flatMap(({ values: [upstream, resource], ...counts }) =>
      resource === null ? [] : [valueTallyView({ value: `${upstream ?? '*'}/${resource}`, ...counts })],
    ),
  };
}

export function targetTallyView({
  values: [upstream, resource],
  newestAt,
  ...rest
}: PairCount): views.TargetTally {
  return { upstream, resource, newestAt: isoTime(newestAt), ...rest };
}
