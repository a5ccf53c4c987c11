// Sessions and tokens: one's own, and for admins everybody's.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../../ui/toast.tsx';
import { useSending } from '../../ui/use-sending.ts';
import { text } from './access-text.ts';
import { endSession, fetchSessions, fetchTokens, revokeToken } from './api.ts';

export const useSessions = () =>
  useQuery({ queryKey: ['access', 'sessions'], queryFn: ({ signal }) => fetchSessions(signal) });

export const useTokens = () =>
  useQuery({ queryKey: ['access', 'tokens'], queryFn: ({ signal }) => fetchTokens(signal) });

/** @param user whose sessions it is for. */
export function useEndSession(user: string) {
  const client = useQueryClient();
  const toast = useToast();
  return useSending({
    mutationFn: endSession,
    notDone: () => text.notEnded(user),
    onSuccess: () => toast.done(text.ended(user)),
    // Also after a refusal: it may have ended meanwhile.
    onSettled: () => client.invalidateQueries({ queryKey: ['access'] }),
  });
}

/** @param user whose token it is. */
export function useRevokeToken(user: string) {
  const client = useQueryClient();
  const toast = useToast();
  return useSending({
    mutationFn: ({ id, reason }: { readonly id: string; readonly reason: string }) => revokeToken(id, reason),
    notDone: () => text.notRevoked(user),
    onSuccess: () => toast.done(text.revoked(user)),
    onSettled: () => client.invalidateQueries({ queryKey: ['access'] }),
  });
}
