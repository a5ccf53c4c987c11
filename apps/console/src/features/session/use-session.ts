// Who is signed in. The token is exchanged for a cookie that no script can read; afterwards the page holds no secret.
import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { closeSession, fetchSession, openSession } from '../../api/client.ts';
import { ApiError } from '../../api/error.ts';
import type { Session } from '../../api/types.ts';
import { takeToken } from './model/token-fragment.ts';
import { text } from './text.ts';

const KEY = ['session'] as const;

export interface SessionState {
  /** Null: nobody is signed in. */
  readonly session: Session | null;
  /** What the sign-in form says before anybody tried. */
  readonly problem: string | null;
}

const NOBODY: SessionState = { session: null, problem: null };

// That somebody signed in here, never who or with what: a browser where nobody did has no session to ask for.
const SIGNED_IN = 'countersign.signed-in';
const wasSignedIn = (): boolean => window.localStorage.getItem(SIGNED_IN) !== null;
function rememberSignedIn(signedIn: boolean): void {
  if (signedIn) window.localStorage.setItem(SIGNED_IN, 'yes');
  else window.localStorage.removeItem(SIGNED_IN);
}

let carried: string | null = null;

/**
 * Takes a token out of the address, for the next time the session is asked for; true if there was one.
 *
 * SECURITY: the address is in the history, in screenshots and on shared screens; it keeps the token for no longer
 * than this script takes to start.
 */
export function takeTokenFromAddress(): boolean {
  const taken = takeToken(window.location.hash);
  if (taken === null) return false;
  window.history.replaceState(null, '', window.location.pathname + window.location.search + taken.rest);
  carried = taken.token;
  return true;
}

export function useSession() {
  return useQuery({
    queryKey: KEY,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<SessionState> => {
      const token = carried;
      if (token === null && !wasSignedIn()) return NOBODY;
      try {
        const session = token === null ? await fetchSession(signal) : await openSession(token);
        carried = null;
        rememberSignedIn(true);
        return { session, problem: null };
      } catch (error) {
        // Kept for the next attempt, unless the gateway has answered: it may only be away.
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
        carried = null;
        return { session: null, problem: token === null ? null : text.invalidLink };
      }
    },
  });
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: openSession,
    meta: { anonymous: true },
    onSuccess: (session) => {
      rememberSignedIn(true);
      client.setQueryData<SessionState>(KEY, { session, problem: null });
    },
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({ mutationFn: closeSession, onSuccess: () => forgetSession(client, null) });
}

/** Forgets who was signed in and everything that was shown to them; `problem` is what the sign-in form then says. */
export function forgetSession(client: QueryClient, problem: string | null): void {
  rememberSignedIn(false);
  client.setQueryData<SessionState>(KEY, { session: null, problem });
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== KEY[0] });
}

/** Asks again who is signed in, as after a token was put into the address of the open page. */
export const refreshSession = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ queryKey: KEY });
