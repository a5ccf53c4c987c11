// The pending requests and single ones, kept fresh by the live stream and, should it fail, by asking again.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  fetchApproval,
  fetchApprovals,
  fetchCallTallies,
  fetchPendingApprovals,
  postReview,
  postRevocation,
} from '../../api/client.ts';
import { useToast } from '../../ui/toast.tsx';
import { useSending } from '../../ui/use-sending.ts';
import { gatewayNow, setGatewayTime } from '../time/clock.ts';
import { text } from './text.ts';

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
  return useSending({
    mutationFn: (review: { readonly verdict: 'approve' | 'reject'; readonly reason: string }) =>
      postReview(id, review),
    notDone: () => text.notReviewed(id),
    onSuccess: (approval) => client.setQueryData(['approvals', id], approval),
    // Also after a refusal: somebody else may have decided meanwhile.
    onSettled: () => client.invalidateQueries({ queryKey: ['approvals'] }),
  });
}

/** Takes an approval back that was not used yet. */
export function useRevoke(id: string) {
  const client = useQueryClient();
  const toast = useToast();
  return useSending({
    mutationFn: (reason: string) => postRevocation(id, reason),
    notDone: () => text.notRevoked(id),
    // WHY here: what is taken back is shown no more, and whoever is not shown any more is not told.
    onSuccess: (approval) => {
      client.setQueryData(['approvals', id], approval);
      toast.done(text.revoked);
    },
    // Also after a refusal: it may have been used meanwhile.
    onSettled: () => client.invalidateQueries({ queryKey: ['approvals'] }),
  });
}

const MONTH_MS = 30 * 86_400_000;

/** How the calls of an agent went in the last 30 days. */
export const useHistory = (agent: string) =>
  useQuery({
    queryKey: ['approvals', 'history', agent],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const from = new Date(gatewayNow() - MONTH_MS).toISOString();
      return (await fetchCallTallies({ agent, from }, signal)).total;
    },
  });
