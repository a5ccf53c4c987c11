// Sessions and tokens: one's own, and for admins everybody's.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../../ui/toast.tsx';
import { useSending } from '../../ui/use-sending.ts';
import { text } from './access-text.ts';
import { endSession, fetchSessions, fetchTokens, issueToken, revokeToken } from './api.ts';

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

/** SECURITY: what comes back is a secret: it is kept nowhere but in the dialog that asked for it, and gone with that. */
export function useIssueToken() {
  const client = useQueryClient();
  return useSending({
    mutationFn: issueToken,
    gcTime: 0,
    notDone: ({ user }) => text.notIssued(user),
    doneUnseen: ({ user }) => text.issuedUnseen(user),
    onSettled: () => client.invalidateQueries({ queryKey: ['access'] }),
  });
}
