// What policies may speak of, for those who write them: it changes with the tools and the registry, and seldom.
import { useQuery } from '@tanstack/react-query';
import { fetchPolicyNames } from './api.ts';

const KEPT_MS = 5 * 60_000;

export function usePolicyNames() {
  return useQuery({
    queryKey: ['policy-names'],
    staleTime: KEPT_MS,
    queryFn: ({ signal }) => fetchPolicyNames(signal),
  });
}
