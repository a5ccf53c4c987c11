// Proposing a set, or going back to one that was in force before; and what others may have put there meanwhile.
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { fetchVersion, postCheck, postRollback, postSet } from './api.ts';

const refresh = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({
    predicate: ({ queryKey: [name] }) => name === 'changes' || name === 'policies',
  });

export function usePropose() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: postSet,
    // Also after a refusal: another set may have gone live meanwhile.
    onSettled: () => refresh(client),
  });
}

export function useRollback(version: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (message: string) => postRollback(version, message),
    onSettled: () => refresh(client),
  });
}

/** What a version changes against the set in force today, and whether it still fits the tools. */
export const useRollbackCheck = (version: number) =>
  useQuery({
    queryKey: ['policies', 'rollback', version],
    staleTime: 0,
    queryFn: async ({ signal }) => postCheck((await fetchVersion(version, signal)).sources, signal),
  });

/** A version never changes. */
export const useVersion = (version: number | null) =>
  useQuery({
    queryKey: ['policies', 'text', version],
    enabled: version !== null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => fetchVersion(version ?? 0, signal),
  });
