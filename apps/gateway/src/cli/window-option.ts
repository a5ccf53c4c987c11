// Which stretch of the log to look at: since a time or for so long, or the latest so many calls.
import { usageError } from './exit.ts';
import type { OptionTable } from './command.ts';
import type { Window } from '../rehearsal/types.ts';

export const WINDOW_OPTIONS = {
  since: {
    type: 'string',
    value: 'time',
    help: 'how far back: 90m, 12h, 7d (the default), or an RFC 3339 time',
  },
  last: { type: 'string', value: 'number', help: 'the latest so many calls instead' },
} as const satisfies OptionTable;

const UNITS: ReadonlyMap<string, number> = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
const MOST = 1_000_000;

export function windowOf(
  { since, last }: { readonly since?: string | undefined; readonly last?: string | undefined },
  now: number,
): Window {
  if (since !== undefined && last !== undefined) throw usageError('give `--since` or `--last`, not both');
  if (last !== undefined) {
    if (!/^\d{1,7}$/.test(last) || Number(last) < 1 || Number(last) > MOST)
      throw usageError(`\`--last\` is \`${last}\`: give a number of calls from 1 to ${MOST}`);
    return { last: Number(last) };
  }
  const text = since ?? '7d';
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return { since: now - Number(count) * (UNITS.get(unit) ?? 0) };
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw usageError(`\`--since\` is \`${text}\`: give \`90m\`, \`12h\`, \`7d\` or an RFC 3339 time`);
  return { since: time };
}
