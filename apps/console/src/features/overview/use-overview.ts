// What happened in a span that ends now. The live stream does not carry counts: they are asked for again, while shown.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { fetchOverview } from '../../api/client.ts';
import { gatewayNow, setGatewayTime } from '../time/clock.ts';
import { beginOf, type Span } from './model/span.ts';

const REFRESH_MS = 10_000;

export const useOverview = (span: Span) =>
  useQuery({
    queryKey: ['overview', span],
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const overview = await fetchOverview(beginOf(span, gatewayNow()), signal);
      setGatewayTime(overview.now);
      return overview;
    },
  });
