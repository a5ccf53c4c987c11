// The registered objects whose attributes a change alters, as they are and as they would be: what recorded decisions are
// made again with. Plain data, since it crosses to a thread by copy.
import type { RegisteredFacts } from '@countersign/policy';
import {
  agentFacts,
  promptFacts,
  resourceFacts,
  serverFacts,
  toolFacts,
  userFacts,
} from '../../pipeline/facts.ts';
import type { ObjectRef } from '../apply.ts';
import type { Agent, McpServer, RegistrySnapshot, User } from '../types.ts';

export interface Concerned {
  readonly agents: readonly Agent[];
  readonly users: readonly User[];
  readonly servers: readonly McpServer[];
}

/** Those of `refs` that a snapshot has and that policies know as entities. */
export function concernedIn(
  { agents, users, servers }: Pick<RegistrySnapshot, 'agents' | 'users' | 'servers'>,
  refs: readonly ObjectRef[],
): Concerned {
  const named = <T>(kind: ObjectRef['kind'], known: ReadonlyMap<string, T>): T[] =>
    refs.flatMap((ref) => {
      const found = ref.kind === kind ? known.get(ref.name) : undefined;
      return found === undefined ? [] : [found];
    });
  return {
    agents: named('Agent', agents),
    users: named('User', users),
    servers: named('MCPServer', servers),
  };
}

export function factsOf({ agents, users, servers }: Concerned): RegisteredFacts {
  const byName = <T extends { readonly name: string }, F>(known: readonly T[], facts: (one: T) => F) => {
    const found = new Map(known.map((one) => [one.name, facts(one)]));
    return (name: string): F | undefined => found.get(name);
  };
  const serverOf = byName(servers, (server) => server);
  return {
    // The assurance is the token's, and stays as it was recorded.
    agent: byName(agents, (agent) => agentFacts(agent, 'unproven')),
    user: byName(users, userFacts),
    server: byName(servers, serverFacts),
    served(type, id) {
      const slash = id.indexOf('/');
      const server = serverOf(id.slice(0, Math.max(0, slash)));
      if (server === undefined) return undefined;
      const name = id.slice(slash + 1);
      switch (type) {
        case 'Tool':
          return toolFacts(server, name);
        case 'Prompt':
          return promptFacts(server, name);
        case 'Resource':
          return resourceFacts(server, name);
      }
    },
  };
}

/**
 * Whether the text of recorded entities may name one of them: most calls are told apart by it without being parsed. Names
 * hold nothing that JSON would escape; what a server serves begins with its name.
 */
export function mentions({ agents, users, servers }: Concerned): (entities: string) => boolean {
  const marks = [...agents, ...users, ...servers].map(({ name }) => `"id":"${name}`);
  return (entities) => marks.some((mark) => entities.includes(mark));
}
