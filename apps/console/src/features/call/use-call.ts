// One call and its chain. The live stream says when either has changed.
import { useQuery } from '@tanstack/react-query';
import { fetchCall, fetchChain } from '../../api/client.ts';

export const useCall = (id: string) =>
  useQuery({ queryKey: ['call', id], queryFn: ({ signal }) => fetchCall(id, signal) });

export const useChain = (id: string) =>
  useQuery({ queryKey: ['chain', id], queryFn: ({ signal }) => fetchChain(id, signal) });
