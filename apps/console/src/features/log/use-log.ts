// What the parts of the log page are made of, each asked for when its part is open. Lists go on from where they ended.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../../ui/toast.tsx';
import { useSending } from '../../ui/use-sending.ts';
import {
  fetchCheckpointsBefore,
  fetchEntries,
  fetchErasureChanges,
  fetchErasures,
  fetchExports,
  fetchHolds,
  fetchKeyManifest,
  fetchRetention,
  fetchTrustPolicy,
  liftHold,
  placeHold,
  proposeErasure,
} from './api.ts';
import { readKeys } from './model/keys.ts';
import { text } from './text.ts';

const AGAIN_MS = 15_000;

export const useCheckpoints = () =>
  useInfiniteQuery({
    queryKey: ['checkpoints', 'pages'],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam, signal }) => fetchCheckpointsBefore(pageParam, signal),
    getNextPageParam: ({ checkpoints }) => checkpoints.at(-1)?.size ?? null,
  });

export const useExports = () =>
  useInfiniteQuery({
    queryKey: ['exports'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => fetchExports(pageParam, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const useErasures = (isAllowed: boolean) =>
  useInfiniteQuery({
    queryKey: ['erasures'],
    enabled: isAllowed,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => fetchErasures(pageParam, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

/** Entries of a kind, the newest first. */
export const useEntriesOf = (kind: 'key.rotated' | 'key.revoked', isAllowed: boolean) =>
  useQuery({
    queryKey: ['entries', kind],
    enabled: isAllowed,
    queryFn: async ({ signal }) => (await fetchEntries(kind, null, signal)).entries,
  });

/** Of any state: what waits is reviewed, what became of the others is told. */
export const useErasureChanges = () =>
  useQuery({
    queryKey: ['changes', 'erasures'],
    refetchInterval: AGAIN_MS,
    queryFn: async ({ signal }) => (await fetchErasureChanges(signal)).changes,
  });

export function useProposeErasure() {
  const client = useQueryClient();
  const toast = useToast();
  return useSending({
    mutationFn: proposeErasure,
    notDone: () => text.erasureNotProposed,
    onSuccess: () => {
      toast.done(text.erasureProposed);
      return client.invalidateQueries({ queryKey: ['changes'] });
    },
  });
}

export const useRetention = (isAllowed: boolean) =>
  useQuery({
    queryKey: ['retention'],
    enabled: isAllowed,
    queryFn: ({ signal }) => fetchRetention(signal),
  });

export const useHolds = () => useQuery({ queryKey: ['holds'], queryFn: ({ signal }) => fetchHolds(signal) });

export function usePlaceHold() {
  const client = useQueryClient();
  const toast = useToast();
  return useSending({
    mutationFn: placeHold,
    notDone: () => text.holdNotDone,
    onSuccess: () => {
      toast.done(text.holdDone);
      return client.invalidateQueries({ queryKey: ['holds'] });
    },
  });
}

export function useLiftHold() {
  const client = useQueryClient();
  const toast = useToast();
  return useSending({
    mutationFn: ({ id, reason }: { readonly id: string; readonly reason: string }) => liftHold(id, reason),
    notDone: () => text.liftNotDone,
    onSuccess: () => toast.done(text.liftDone),
    // Also after a refusal: somebody else may have lifted it meanwhile.
    onSettled: () => client.invalidateQueries({ queryKey: ['holds'] }),
  });
}

export const useKeys = () =>
  useQuery({
    queryKey: ['log keys'],
    queryFn: async ({ signal }) => readKeys(await fetchKeyManifest(signal)),
  });

export const useTrustPolicy = () =>
  useQuery({ queryKey: ['trust policy'], queryFn: ({ signal }) => fetchTrustPolicy(signal) });
