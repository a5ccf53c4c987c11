// What the address of a call says, besides which call it is: the tab, and how much room it has.
import { readPaneSearch, type PaneSearch } from '../../../ui/pane-search.ts';

export const TABS = ['why', 'timeline', 'delegation', 'payload', 'proof', 'raw'] as const;
export type Tab = (typeof TABS)[number];

export interface CallSearch extends PaneSearch {
  /** Absent for the first. */
  readonly tab?: Exclude<Tab, 'why'>;
}

export function readCallSearch(search: Readonly<Record<string, unknown>>): CallSearch {
  const tab = TABS.find((each) => each === search['tab']) ?? 'why';
  return { ...readPaneSearch(search), ...(tab === 'why' ? {} : { tab }) };
}
