// One call and its chain. The live stream says when either has changed.
import { useMutation, useQuery } from '@tanstack/react-query';
import { fetchCall, fetchChain, revealCall } from '../../api/client.ts';

export const useCall = (id: string) =>
  useQuery({ queryKey: ['call', id], queryFn: ({ signal }) => fetchCall(id, signal) });

export const useChain = (id: string) =>
  useQuery({ queryKey: ['chain', id], queryFn: ({ signal }) => fetchChain(id, signal) });

/** Kept nowhere but in the view that asked: leaving the call forgets what was revealed. */
export const useReveal = (id: string) =>
  useMutation({ mutationFn: (reason: string) => revealCall(id, reason), gcTime: 0 });
