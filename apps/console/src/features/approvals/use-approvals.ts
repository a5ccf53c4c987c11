// The pending requests and single ones, kept fresh by the live stream and, should it fail, by asking again.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { fetchApproval, fetchApprovals, fetchPendingApprovals, postReview } from '../../api/client.ts';
import { setGatewayTime } from '../time/clock.ts';

export function usePendingApprovals() {
  return useQuery({
    queryKey: ['approvals', 'pending'],
    refetchInterval: 15_000,
    queryFn: async ({ signal }) => {
      const list = await fetchPendingApprovals(signal);
      setGatewayTime(list.now);
      return list.approvals;
    },
  });
}

/** The newest that wait no more. */
export function useClosedApprovals() {
  return useQuery({
    queryKey: ['approvals', 'closed'],
    refetchInterval: 15_000,
    queryFn: async ({ signal }) => {
      const { approvals } = await fetchApprovals(signal);
      return approvals.filter(({ state }) => state !== 'pending');
    },
  });
}

export function useApproval(id: string) {
  return useQuery({
    queryKey: ['approvals', id],
    refetchInterval: 15_000,
    queryFn: ({ signal }) => fetchApproval(id, signal),
  });
}

export function useReview(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (review: { readonly verdict: 'approve' | 'reject'; readonly reason: string }) =>
      postReview(id, review),
    onSuccess: (approval) => client.setQueryData(['approvals', id], approval),
    // Also after a refusal: somebody else may have decided meanwhile.
    onSettled: () => client.invalidateQueries({ queryKey: ['approvals'] }),
  });
}
