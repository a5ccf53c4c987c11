// Who calls whom in a span that ends now.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { parseResponse } from 'hono/client';
import { answer, api, until } from '../../api/client.ts';
import type { CallGraph } from '../../api/types.ts';
import { beginOf, type Span } from '../overview/model/span.ts';
import { gatewayNow } from '../time/clock.ts';

const REFRESH_MS = 30_000;

export const useGraph = (span: Span, agent: string | null) =>
  useQuery({
    queryKey: ['graph', span, agent],
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }): Promise<CallGraph> => {
      const query = { from: beginOf(span, gatewayNow()), ...(agent === null ? {} : { agent }) };
      return answer(parseResponse(api.graph.$get({ query }, until(signal))));
    },
  });
