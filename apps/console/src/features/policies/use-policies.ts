// How policy stands and stood, asked for again and again.
import { useQuery } from '@tanstack/react-query';
import { fetchPolicies, fetchPolicyHistory } from '../../api/client.ts';

const AGAIN_MS = 15_000;

export function usePolicies() {
  return useQuery({
    queryKey: ['policies', 'now'],
    refetchInterval: AGAIN_MS,
    queryFn: ({ signal }) => fetchPolicies(signal),
  });
}

export function usePolicyHistory() {
  return useQuery({
    queryKey: ['policies', 'history'],
    refetchInterval: AGAIN_MS,
    queryFn: async ({ signal }) => (await fetchPolicyHistory(signal)).versions,
  });
}
