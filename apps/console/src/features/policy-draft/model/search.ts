// What the address of a draft says: where it begins, which of its files is open, and what stands beside them.
import { wordIn } from '../../../ui/word-in.ts';

export const PANELS = ['changes', 'try', 'cases', 'history', 'shadow', 'propose'] as const;
export type Panel = (typeof PANELS)[number];

export const WINDOWS = [
  'day',
  'week',
  'month',
  'last-100',
  'last-1000',
  'last-10000',
  'last-100000',
] as const;
export type Window = (typeof WINDOWS)[number];

export interface DraftSearch {
  /** The version whose text a new draft begins with; absent: the one in force. */
  readonly from?: number;
  /** Absent: the first file. */
  readonly file?: string;
  /** Absent: what it changes. */
  readonly panel?: Exclude<Panel, 'changes'>;
  /** Which recorded calls are decided again; absent: those of a week. */
  readonly over?: Exclude<Window, 'week'>;
}

export function readDraftSearch(search: Readonly<Record<string, unknown>>): DraftSearch {
  const { from } = search;
  const file = wordIn(search['file']);
  const panel = PANELS.find((each) => each === search['panel']);
  const over = WINDOWS.find((each) => each === search['over']);
  return {
    ...(typeof from === 'number' && Number.isSafeInteger(from) && from > 0 ? { from } : {}),
    ...(file === undefined ? {} : { file }),
    ...(panel === undefined || panel === 'changes' ? {} : { panel }),
    ...(over === undefined || over === 'week' ? {} : { over }),
  };
}

const DAY_MS = 86_400_000;
const DAYS = { day: 1, week: 7, month: 30 } as const;

/** The same as the API asks for it. */
export function windowOf(
  over: Window,
  nowMs: number,
): { readonly since: string } | { readonly last: number } {
  if (over === 'day' || over === 'week' || over === 'month')
    return { since: new Date(nowMs - DAYS[over] * DAY_MS).toISOString() };
  return { last: Number(over.slice('last-'.length)) };
}
