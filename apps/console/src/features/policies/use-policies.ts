// How policy stands and stood, asked for again and again.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { fetchPolicies, fetchPolicyHistory } from '../../api/client.ts';

const AGAIN_MS = 15_000;

export function usePolicies() {
  return useQuery({
    queryKey: ['policies', 'now'],
    refetchInterval: AGAIN_MS,
    queryFn: ({ signal }) => fetchPolicies(signal),
  });
}

/** The newest versions, and older ones as far as somebody asked for them. */
export function usePolicyHistory() {
  return useInfiniteQuery({
    queryKey: ['policies', 'history'],
    refetchInterval: AGAIN_MS,
    initialPageParam: null as number | null,
    queryFn: ({ pageParam, signal }) => fetchPolicyHistory(pageParam, signal),
    // The first version of all is 1.
    getNextPageParam: ({ versions }) => {
      const oldest = versions.at(-1)?.version ?? 1;
      return oldest > 1 ? oldest : null;
    },
    select: ({ pages }) => pages.flatMap(({ versions }) => versions),
  });
}
