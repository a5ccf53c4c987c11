// The stretch of time that the overview shows, as the address names it. Anything else means a day.
export const SPANS = ['hour', 'day', 'week', 'month'] as const;
export type Span = (typeof SPANS)[number];

export interface OverviewSearch {
  /** Absent: a day. */
  readonly span?: Exclude<Span, 'day'>;
}

const LENGTHS_MS: Readonly<Record<Span, number>> = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
};

export function readOverviewSearch(search: Readonly<Record<string, unknown>>): OverviewSearch {
  const { span } = search;
  return span === 'hour' || span === 'week' || span === 'month' ? { span } : {};
}

/** The same time as the page of calls names it. */
export const LAST_OF = { hour: '1h', day: '24h', week: '7d', month: '30d' } as const satisfies Record<
  Span,
  string
>;

/** Everybody who looks asks from the same time on, for so long: the gateway counts once for all who ask the same. */
const STEP_MS = 10_000;

/** Where the span that ends at `nowMs` begins, or shortly before, as RFC 3339. */
export const beginOf = (span: Span, nowMs: number): string =>
  new Date(Math.floor((nowMs - LENGTHS_MS[span]) / STEP_MS) * STEP_MS).toISOString();
