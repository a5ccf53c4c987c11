// Sessions and tokens: one's own, and for admins everybody's.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { endSession, fetchSessions, fetchTokens, revokeToken } from './api.ts';

export const useSessions = () =>
  useQuery({ queryKey: ['access', 'sessions'], queryFn: ({ signal }) => fetchSessions(signal) });

export const useTokens = () =>
  useQuery({ queryKey: ['access', 'tokens'], queryFn: ({ signal }) => fetchTokens(signal) });

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: endSession,
    // Also after a refusal: it may have ended meanwhile. Not waited for: what is told of it is told by an item that then goes.
    onSettled: () => void client.invalidateQueries({ queryKey: ['access'] }),
  });
}

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, reason }: { readonly id: string; readonly reason: string }) => revokeToken(id, reason),
    onSettled: () => void client.invalidateQueries({ queryKey: ['access'] }),
  });
}
