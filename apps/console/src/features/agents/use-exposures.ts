// What an agent has seen, and proposing to clear it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { parseResponse } from 'hono/client';
import { answer, api, until } from '../../api/client.ts';
import type { ChangeDetail, ExposureList } from '../../api/types.ts';
import { useToast } from '../../ui/toast.tsx';
import { useSending } from '../../ui/use-sending.ts';
import { text } from './exposure-text.ts';
import type { Cleared } from './model/exposures.ts';

const REFRESH_MS = 15_000;

export const useExposures = (agent: string) =>
  useQuery({
    queryKey: ['agents', 'exposures', agent],
    refetchInterval: REFRESH_MS,
    queryFn: ({ signal }): Promise<ExposureList> =>
      answer(parseResponse(api.exposures.$get({ query: { agent } }, until(signal)))),
  });

export function useClearExposure(agent: string) {
  const client = useQueryClient();
  const toast = useToast();
  return useSending({
    mutationFn: ({
      subjects,
      labels,
      ...rest
    }: Cleared & { readonly message: string }): Promise<ChangeDetail> =>
      answer(
        parseResponse(
          api.exposures.clear.$post({ json: { ...rest, subjects: [...subjects], labels: [...labels] } }),
        ),
      ),
    notDone: () => text.notProposed(agent),
    onSuccess: () => {
      toast.done(text.proposed);
      return client.invalidateQueries({ queryKey: ['changes'] });
    },
    // Also after a refusal: it may have ended by itself meanwhile.
    onSettled: () => client.invalidateQueries({ queryKey: ['agents', 'exposures', agent] }),
  });
}
