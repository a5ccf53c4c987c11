// What the address of the agents page says besides the agent that is open.
import { wordIn } from '../../../ui/word-in.ts';

export const AGENT_FILTERS = ['active', 'quarantined', 'retired', 'dormant'] as const;
export type AgentFilter = (typeof AGENT_FILTERS)[number];

export interface AgentsSearch {
  /** Words that the agent's name, owner, team or purpose must hold. */
  readonly find?: string;
  readonly only?: AgentFilter;
  /** `new`: the form for a new agent is open; `it`: that of the agent that is open. */
  readonly form?: 'new' | 'it';
}

export function readAgentsSearch(search: Readonly<Record<string, unknown>>): AgentsSearch {
  const { only, form } = search;
  const find = wordIn(search['find']);
  const filter = AGENT_FILTERS.find((each) => each === only);
  return {
    ...(find === undefined ? {} : { find }),
    ...(filter === undefined ? {} : { only: filter }),
    ...(form === 'new' || form === 'it' ? { form } : {}),
  };
}
