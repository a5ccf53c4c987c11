// Changes that wait and single ones, asked for again and again: they are few, and they move slowly.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { fetchChange, fetchPendingChanges, postChangeReview, postWithdrawal } from '../../api/client.ts';
import type { ChangeDetail } from '../../api/types.ts';
import { useToast } from '../../ui/toast.tsx';
import { useSending } from '../../ui/use-sending.ts';
import { text } from './text.ts';

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

/** `onReviewed` is told also where the form is not shown any more by then. */
export function useChangeReview(id: string, onReviewed?: (change: ChangeDetail) => void) {
  const client = useQueryClient();
  return useSending({
    mutationFn: (review: { readonly verdict: 'approve' | 'reject'; readonly reason: string }) =>
      postChangeReview(id, review),
    notDone: () => text.notReviewed(id),
    onSuccess: (change) => {
      client.setQueryData(['changes', id], change);
      onReviewed?.(change);
    },
    // Also after a refusal: somebody else may have decided meanwhile. What it changed is the policies', too.
    onSettled: () =>
      client.invalidateQueries({
        predicate: ({ queryKey: [name] }) => name === 'changes' || name === 'policies',
      }),
  });
}

export function useWithdraw(id: string) {
  const client = useQueryClient();
  const toast = useToast();
  return useSending({
    mutationFn: (reason: string) => postWithdrawal(id, reason),
    notDone: () => text.notWithdrawn(id),
    onSuccess: (change) => {
      client.setQueryData(['changes', id], change);
      // Here: what is withdrawn shows the button, and all that waits for it, no more.
      toast.done(text.withdrawn);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['changes'] }),
  });
}
