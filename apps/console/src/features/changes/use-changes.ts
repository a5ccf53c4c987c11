// Changes that wait and single ones, asked for again and again: they are few, and they move slowly.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { fetchChange, fetchPendingChanges, postChangeReview } from '../../api/client.ts';

const AGAIN_MS = 15_000;

export function usePendingChanges() {
  return useQuery({
    queryKey: ['changes', 'pending'],
    refetchInterval: AGAIN_MS,
    queryFn: async ({ signal }) => (await fetchPendingChanges(signal)).changes,
  });
}

export function useChange(id: string) {
  return useQuery({
    queryKey: ['changes', id],
    refetchInterval: AGAIN_MS,
    queryFn: ({ signal }) => fetchChange(id, signal),
  });
}

export function useChangeReview(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (review: { readonly verdict: 'approve' | 'reject'; readonly reason: string }) =>
      postChangeReview(id, review),
    onSuccess: (change) => client.setQueryData(['changes', id], change),
    // Also after a refusal: somebody else may have decided meanwhile. What it changed is the policies', too.
    onSettled: () =>
      client.invalidateQueries({
        predicate: ({ queryKey: [name] }) => name === 'changes' || name === 'policies',
      }),
  });
}
