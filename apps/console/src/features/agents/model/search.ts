// What the address of the agents page says besides the agent that is open.
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
  const { find, only, form } = search;
  const filter = AGENT_FILTERS.find((each) => each === only);
  return {
    // The router reads `?find=7` as a number.
    ...(typeof find === 'string' && find !== '' ? { find } : {}),
    ...(typeof find === 'number' ? { find: String(find) } : {}),
    ...(filter === undefined ? {} : { only: filter }),
    ...(form === 'new' || form === 'it' ? { form } : {}),
  };
}
