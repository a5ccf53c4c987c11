// Servers, what they define, and how much of it is used.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Definition } from '../../api/types.ts';
import { gatewayNow } from '../time/clock.ts';
import { fetchDefinitions, fetchUpstreams, fetchUse, postAccepted } from './api.ts';

const REFRESH_MS = 15_000;
const DAY_MS = 86_400_000;

export const useServers = () =>
  useQuery({
    queryKey: ['servers'],
    refetchInterval: REFRESH_MS,
    queryFn: async ({ signal }) => (await fetchUpstreams(signal)).upstreams,
  });

export const useDefinitions = (name: string) =>
  useQuery({
    queryKey: ['servers', 'definitions', name],
    refetchInterval: REFRESH_MS,
    queryFn: ({ signal }) => fetchDefinitions(name, signal),
  });

/** Calls in the last 24 hours, in all and of what they were. */
export const useUse = (name: string) =>
  useQuery({
    queryKey: ['servers', 'use', name],
    refetchInterval: REFRESH_MS,
    queryFn: ({ signal }) => fetchUse(name, new Date(gatewayNow() - DAY_MS).toISOString(), signal),
  });

export function useAccept(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (shown: Pick<Definition, 'kind' | 'name' | 'digest'>) => postAccepted(name, shown),
    // Also after a refusal: it may have changed once more since it was shown.
    onSettled: () => client.invalidateQueries({ queryKey: ['servers'] }),
  });
}
