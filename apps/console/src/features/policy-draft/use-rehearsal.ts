// Made-up calls and cases, decided by a draft; and the set that runs beside the one in force.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { PolicySource, SimulatedRequest } from '../../api/types.ts';
import { useToast } from '../../ui/toast.tsx';
import { useSending } from '../../ui/use-sending.ts';
import { deleteShadow, fetchShadow, postCall, postCases, putShadow } from './api.ts';
import { text } from './text.ts';

const AGAIN_MS = 5000;

interface Asked {
  readonly request: SimulatedRequest;
  readonly files: readonly PolicySource[];
}

/** Decided twice: by the draft, and by the set in force. */
export const useTry = () =>
  useMutation({
    mutationFn: async ({ request, files }: Asked) => {
      const [draft, inForce] = await Promise.all([postCall(request, files), postCall(request, null)]);
      return { draft, inForce, files };
    },
  });

export const useCases = () =>
  useMutation({
    mutationFn: async ({
      cases,
      files,
    }: {
      readonly cases: string;
      readonly files: readonly PolicySource[];
    }) => ({ report: await postCases(cases, files), cases, files }),
  });

export const useShadow = () =>
  useQuery({
    queryKey: ['policies', 'shadow'],
    refetchInterval: AGAIN_MS,
    queryFn: ({ signal }) => fetchShadow(signal),
  });

/** Runs these files beside the set in force; null: none. */
export function useSetShadow() {
  const client = useQueryClient();
  const toast = useToast();
  return useSending({
    mutationFn: (files: readonly PolicySource[] | null) =>
      files === null ? deleteShadow() : putShadow(files),
    notDone: (files) => (files === null ? text.shadow.notStopped : text.shadow.notStarted),
    onSuccess: (shadow, files) => {
      client.setQueryData(['policies', 'shadow'], shadow);
      toast.done(files === null ? text.shadow.stopped : text.shadow.started);
    },
  });
}
