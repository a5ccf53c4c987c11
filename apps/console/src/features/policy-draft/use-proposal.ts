// Proposing a set, or going back to one that was in force before; and what others may have put there meanwhile.
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ChangeDetail } from '../../api/types.ts';
import { useToast } from '../../ui/toast.tsx';
import { useSending } from '../../ui/use-sending.ts';
import { fetchVersion, postCheck, postRollback, postSet } from './api.ts';
import { text } from './text.ts';

/** Also after a refusal: another set may have gone live meanwhile. Nobody waits for it. */
function refresh(client: QueryClient): void {
  void client.invalidateQueries({
    predicate: ({ queryKey: [name] }) => name === 'changes' || name === 'policies',
  });
}

type Proposed = Parameters<typeof postSet>[0];

/** `onProposed` is told what of, also where the form is not shown any more by then. */
export function usePropose(onProposed: (change: ChangeDetail, proposed: Proposed) => void) {
  const client = useQueryClient();
  return useSending({
    mutationFn: postSet,
    notDone: () => text.propose.notDone,
    onSuccess: onProposed,
    onSettled: () => refresh(client),
  });
}

export function useRollback(version: number) {
  const client = useQueryClient();
  const toast = useToast();
  return useSending({
    mutationFn: (message: string) => postRollback(version, message),
    notDone: () => text.rollback.notDone(version),
    onSuccess: ({ state }) => toast.done(state === 'pending' ? text.rollback.done : text.rollback.live),
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
