// What the address of a version says, besides which one it is: the view, and what is chosen in it.
import { readPaneSearch, type PaneSearch } from '../../../ui/pane-search.ts';
import { wordIn } from '../../../ui/word-in.ts';

export const TABS = ['difference', 'files', 'use'] as const;
export type Tab = (typeof TABS)[number];

export const PERIODS = ['24h', '7d', '30d'] as const;
export type Period = (typeof PERIODS)[number];

export interface VersionSearch extends PaneSearch {
  /** Absent for the first. */
  readonly tab?: Exclude<Tab, 'difference'>;
  /** The version that it is compared with; 0 for none at all. Absent: the one before it. */
  readonly against?: number;
  /** Absent: the first file, or the one that the policy stands in. */
  readonly file?: string;
  /** Id of the policy that is to be seen. */
  readonly policy?: string;
  /** How far back use is counted; absent: a week. */
  readonly over?: Exclude<Period, '7d'>;
}

export function readVersionSearch(search: Readonly<Record<string, unknown>>): VersionSearch {
  const tab = TABS.find((each) => each === search['tab']) ?? 'difference';
  const over = PERIODS.find((each) => each === search['over']) ?? '7d';
  const { against } = search;
  const [file, policy] = [wordIn(search['file']), wordIn(search['policy'])];
  return {
    ...readPaneSearch(search),
    ...(tab === 'difference' ? {} : { tab }),
    ...(typeof against === 'number' && Number.isSafeInteger(against) && against >= 0 ? { against } : {}),
    ...(file === undefined ? {} : { file }),
    ...(policy === undefined ? {} : { policy }),
    ...(over === '7d' ? {} : { over }),
  };
}

/** The number in the address of a version; null where it is none. */
export const versionIn = (param: string): number | null =>
  /^[1-9]\d{0,14}$/.test(param) ? Number(param) : null;
