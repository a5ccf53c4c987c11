// Versions of policies, which never change; how two of them differ, which changes with the tools and agents; and how much each
// policy is used.
import { useMutation, useQuery } from '@tanstack/react-query';
import { gatewayNow } from '../time/clock.ts';
import { fetchVersion } from '../policy-draft/api.ts';
import type { PolicySource } from '../../api/types.ts';
import { fetchComparison, fetchPolicyUse, postComparison } from './api.ts';
import type { Period } from './model/search.ts';

const AGAIN_MS = 15_000;
/** Working out what a change means costs the gateway a thread: not each time that somebody looks. */
const KEPT_MS = 60_000;

const DAY_MS = 86_400_000;
const LENGTHS_MS: Readonly<Record<Period, number>> = { '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS };

/** @param version null or 0 for none: nothing is asked for. */
export function usePolicyVersion(version: number | null) {
  return useQuery({
    queryKey: ['policies', 'version', version],
    enabled: version !== null && version > 0,
    staleTime: KEPT_MS,
    queryFn: ({ signal }) => fetchVersion(version ?? 0, signal),
  });
}

export function useComparison(before: number, after: number) {
  return useQuery({
    queryKey: ['policies', 'comparison', before, after],
    staleTime: KEPT_MS,
    queryFn: ({ signal }) => fetchComparison(before, after, signal),
  });
}

/** What a draft makes of agents, beside the set in force: asked for, since drafts change with every key. */
export const useDraftComparison = () =>
  useMutation({
    mutationFn: async (files: readonly PolicySource[]) => ({
      comparison: await postComparison(files),
      files,
    }),
  });

/** How many calls each policy decided. */
export function usePolicyUse(period: Period) {
  return useQuery({
    queryKey: ['policy-use', period],
    refetchInterval: AGAIN_MS,
    queryFn: ({ signal }) =>
      fetchPolicyUse(new Date(gatewayNow() - LENGTHS_MS[period]).toISOString(), signal),
  });
}
