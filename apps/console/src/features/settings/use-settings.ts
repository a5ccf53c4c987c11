// The configuration as administrators may see it.
import { useQuery } from '@tanstack/react-query';
import { parseResponse } from 'hono/client';
import { answer, api, until } from '../../api/client.ts';
import type { Settings, SinkList } from '../../api/types.ts';

const SETTINGS_AGAIN_MS = 30_000;

export const useSettings = (isAllowed: boolean) =>
  useQuery({
    queryKey: ['settings'],
    enabled: isAllowed,
    // How keys and the provider stand changes; what is configured does not.
    refetchInterval: SETTINGS_AGAIN_MS,
    queryFn: ({ signal }): Promise<Settings> => answer(parseResponse(api.settings.$get({}, until(signal)))),
  });

const AGAIN_MS = 10_000;

/** How those stand who are sent what is recorded. */
export const useSinks = (isAllowed: boolean) =>
  useQuery({
    queryKey: ['sinks'],
    enabled: isAllowed,
    refetchInterval: AGAIN_MS,
    queryFn: async ({ signal }): Promise<SinkList['sinks']> =>
      (await answer(parseResponse(api.sinks.$get({}, until(signal))))).sinks,
  });
