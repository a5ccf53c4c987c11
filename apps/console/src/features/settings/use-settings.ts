// The configuration as administrators may see it.
import { useQuery } from '@tanstack/react-query';
import { parseResponse } from 'hono/client';
import { answer, api, until } from '../../api/client.ts';
import type { Settings } from '../../api/types.ts';

export const useSettings = (isAllowed: boolean) =>
  useQuery({
    queryKey: ['settings'],
    enabled: isAllowed,
    queryFn: ({ signal }): Promise<Settings> => answer(parseResponse(api.settings.$get({}, until(signal)))),
  });
