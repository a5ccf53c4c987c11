// The names that a made-up call can speak of, as far as the gateway knows them.
import { useQueries } from '@tanstack/react-query';
import { useInventory, useUsers } from '../agents/use-agents.ts';
import { fetchDefinitions } from '../servers/api.ts';
import { useServers } from '../servers/use-servers.ts';
import type { Target } from './model/made-up-call.ts';

const LONG_MS = 60_000;

export interface KnownNames {
  readonly agents: readonly string[];
  readonly people: readonly string[];
  /** Of the kind that is called. */
  readonly targets: readonly string[];
}

export function useKnownNames(target: Target): KnownNames {
  const agents = useInventory().data?.agents.map(({ agent }) => agent.name) ?? [];
  const people = useUsers().data?.users.map(({ name }) => name) ?? [];
  const servers = (useServers().data ?? []).filter(({ kind }) => kind === 'mcp').map(({ name }) => name);
  const callees = (useServers().data ?? []).filter(({ kind }) => kind === 'a2a').map(({ name }) => name);
  const isItem = target === 'tool' || target === 'prompt' || target === 'resource';
  const items = useQueries({
    queries: servers.map((name) => ({
      queryKey: ['servers', 'definitions', name],
      enabled: isItem,
      staleTime: LONG_MS,
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => fetchDefinitions(name, signal),
    })),
  }).flatMap(({ data }, at) =>
    (data?.definitions ?? [])
      .filter(({ kind }) => kind === target)
      .map(({ name }) => `${servers[at] ?? ''}/${name}`),
  );
  return { agents, people, targets: isItem ? items : target === 'server' ? servers : callees };
}
