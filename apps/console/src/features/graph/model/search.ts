// What the address of the graph says: how far back it looks, and whose calls it is about.
import { wordIn } from '../../../ui/word-in.ts';
import { readOverviewSearch, type OverviewSearch } from '../../overview/model/span.ts';

export interface GraphSearch extends OverviewSearch {
  /** Only calls of this agent. */
  readonly agent?: string;
}

export function readGraphSearch(search: Readonly<Record<string, unknown>>): GraphSearch {
  const agent = wordIn(search['agent']);
  return {
    ...readOverviewSearch(search),
    ...(agent === undefined ? {} : { agent }),
  };
}
