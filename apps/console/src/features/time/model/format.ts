// Times as people read them. The API speaks RFC 3339 in UTC; the page shows local time or UTC, as its reader chose,
// and always has the exact UTC time at hand.

export type Zone = 'local' | 'utc';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: Zone, withDate: boolean): Intl.DateTimeFormat {
  const key = `${zone} ${withDate}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    ...(withDate ? { day: 'numeric', month: 'short', year: 'numeric' } : {}),
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(zone === 'utc' ? { timeZone: 'UTC' } : {}),
  });
  formats.set(key, made);
  return made;
}

/** `14:03:09`, with the date before it unless it is the same day as `nowMs`. */
export function clockTime(iso: string, zone: Zone, nowMs: number): string {
  return format(zone, !isSameDay(iso, zone, nowMs)).format(new Date(iso));
}

/** Whether both are of one day by the clock that is shown. */
export function isSameDay(iso: string, zone: Zone, nowMs: number): boolean {
  return dayOf(new Date(iso), zone) === dayOf(new Date(nowMs), zone);
}

/** `22 Nov 2026, 14:03:09 UTC`: never ambiguous. */
export function fullTime(iso: string, zone: Zone): string {
  return `${format(zone, true).format(new Date(iso))} ${zone === 'utc' ? 'UTC' : 'local time'}`;
}

function dayOf(time: Date, zone: Zone): string {
  return zone === 'utc' ? time.toISOString().slice(0, 10) : time.toDateString();
}

/** A duration given in microseconds: `840 µs`, `12 ms`, `3.2 s`, `4 min 5 s`. */
export function duration(us: number): string {
  if (us < 1000) return `${us} µs`;
  if (us < 999_500) return `${Math.round(us / 1000)} ms`;
  if (us < 59_950_000) return `${(us / 1_000_000).toFixed(1)} s`;
  const seconds = Math.round(us / 1_000_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A stretch's beginning on an axis: as fine as stretches of `bucketMs` need it. */
export function axisTime(iso: string, zone: Zone, bucketMs: number): string {
  const time = new Date(iso);
  const timeZone = zone === 'utc' ? { timeZone: 'UTC' } : {};
  if (bucketMs >= DAY_MS) return axis({ day: 'numeric', month: 'short', ...timeZone }).format(time);
  const seconds = bucketMs < MINUTE_MS ? ({ second: '2-digit' } as const) : {};
  return axis({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...seconds, ...timeZone }).format(time);
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const axes = new Map<string, Intl.DateTimeFormat>();

/** An axis asks for each of its texts several times, and making a format takes longer than using it. */
function axis(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  const known = axes.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', options);
  axes.set(key, made);
  return made;
}
