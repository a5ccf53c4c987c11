// The names that policies, and made-up calls, can speak of: what is registered, and what its tools take.
import { useQuery } from '@tanstack/react-query';
import { fetchNames } from './api.ts';

const AGAIN_MS = 60_000;

export const useKnownNames = () =>
  useQuery({
    queryKey: ['policies', 'names'],
    staleTime: AGAIN_MS,
    queryFn: ({ signal }) => fetchNames(signal),
  });
