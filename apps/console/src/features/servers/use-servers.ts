// Servers, what they define, and how much of it is used.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Definition } from '../../api/types.ts';
import { useToast } from '../../ui/toast.tsx';
import { useSending } from '../../ui/use-sending.ts';
import { gatewayNow } from '../time/clock.ts';
import {
  fetchDefinitions,
  fetchDefinitionText,
  fetchUpstreams,
  fetchUse,
  fetchUseOfAll,
  postAccepted,
} from './api.ts';
import { text } from './text.ts';

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

/** By its digest: what is defined otherwise is another text. */
export const useDefinitionText = (
  server: string,
  { kind, name, digest }: Pick<Definition, 'kind' | 'name' | 'digest'>,
) =>
  useQuery({
    queryKey: ['servers', 'definition', server, kind, name, digest],
    queryFn: ({ signal }) => fetchDefinitionText(server, { kind, name }, signal),
  });

/** How often each server was called in the last 24 hours, and how that went; by its name. */
export const useUseOfAll = () =>
  useQuery({
    queryKey: ['servers', 'use'],
    refetchInterval: REFRESH_MS,
    queryFn: async ({ signal }) => {
      const { facets } = await fetchUseOfAll(new Date(gatewayNow() - DAY_MS).toISOString(), signal);
      return new Map((facets['upstream']?.values ?? []).map((tally) => [tally.value, tally]));
    },
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
  const toast = useToast();
  return useSending({
    mutationFn: (shown: Pick<Definition, 'kind' | 'name' | 'digest'>) => postAccepted(name, shown),
    notDone: (shown) => text.notAccepted(shown.name),
    // WHY here: what is accepted is shown no more, and whoever is not shown any more is not told.
    onSuccess: (_, shown) => toast.done(text.accepted(shown.name)),
    // Also after a refusal: it may have changed once more since it was shown.
    onSettled: () => client.invalidateQueries({ queryKey: ['servers'] }),
  });
}
