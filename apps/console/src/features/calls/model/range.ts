// The stretch of time that the list shows: the last so long, or from one time to another. Absent: all there is.
import type { Zone } from '../../time/model/format.ts';

export const LASTS = {
  '15m': 15 * 60_000,
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
} as const;

export type Last = keyof typeof LASTS;

export interface Range {
  readonly last?: Last;
  /** RFC 3339, UTC; `to` is not included. Not beside `last`. */
  readonly from?: string;
  readonly to?: string;
}

/** Reads what an address says. What is no time, and what is upside down, was not said. */
export function readRange({ last, from, to }: Readonly<Record<string, unknown>>): Range {
  if (typeof last === 'string' && Object.hasOwn(LASTS, last)) return { last: last as Last };
  const [begin, end] = [instant(from), instant(to)];
  if (begin !== null && end !== null && begin >= end) return {};
  return { ...(begin === null ? {} : { from: begin }), ...(end === null ? {} : { to: end }) };
}

/** RFC 3339; null: no bound. */
export interface Bounds {
  readonly from: string | null;
  readonly to: string | null;
}

/** What the API is asked for, with the gateway's time as `nowMs`. */
export function boundsOf({ last, from, to }: Range, nowMs: number) {
  return {
    from: last === undefined ? (from ?? null) : new Date(nowMs - LASTS[last]).toISOString(),
    to: to ?? null,
  };
}

/** Both stretches at once: from the later beginning to the earlier end. */
export function both(a: Bounds, b: Bounds): Bounds {
  const [from, to] = [
    [a.from, b.from],
    [a.to, b.to],
  ].map((times) => times.flatMap((time) => (time === null ? [] : [new Date(time).toISOString()])).sort());
  return { from: from?.at(-1) ?? null, to: to?.[0] ?? null };
}

function instant(value: unknown): string | null {
  // A browser reads other forms, too, each in a zone of its own choice.
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/.test(value)) return null;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** As a `datetime-local` field takes it, in the clock that is shown. */
export function fieldOf(iso: string | null, zone: Zone): string {
  if (iso === null) return '';
  const time = new Date(iso);
  const shifted = zone === 'utc' ? time : new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19);
}

/** What such a field says; null where it says nothing. */
export function instantOf(field: string, zone: Zone): string | null {
  if (field === '') return null;
  const time = new Date(zone === 'utc' ? `${field}Z` : field);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
