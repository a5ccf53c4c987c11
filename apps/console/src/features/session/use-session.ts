// Who is signed in. The token is exchanged for a cookie that no script can read; afterwards the page holds no secret.
import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { fetchSession, openSession } from '../../api/client.ts';
import { ApiError } from '../../api/error.ts';
import type { Session } from '../../api/types.ts';
import { useToast } from '../../ui/toast.tsx';
import { fetchSignInOptions, signOut } from './api.ts';
import { takeSignIn } from './model/sign-in-fragment.ts';
import { takeToken } from './model/token-fragment.ts';
import { failureText, text } from './text.ts';

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
/** Why the provider's sign-in led back here without a session. */
let failure: string | null = null;

/**
 * Takes a token, or what came of a sign-in by the provider, out of the address, for the next time the session is asked for;
 * true if there was either.
 *
 * SECURITY: the address is in the history, in screenshots and on shared screens; it keeps the token for no longer
 * than this script takes to start.
 */
export function takeTokenFromAddress(): boolean {
  const taken = takeToken(window.location.hash);
  const signedIn = takeSignIn(taken?.rest ?? window.location.hash);
  const found = signedIn ?? taken;
  if (found === null) return false;
  window.history.replaceState(null, '', window.location.pathname + window.location.search + found.rest);
  if (taken !== null) carried = taken.token;
  failure = signedIn === null || signedIn.came === 'done' ? null : failureText(signedIn.came);
  if (signedIn?.came === 'done') rememberSignedIn(true);
  return true;
}

export function useSession() {
  return useQuery({
    queryKey: KEY,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<SessionState> => {
      const token = carried;
      if (token === null && !wasSignedIn()) return { ...NOBODY, problem: failure };
      try {
        const session = token === null ? await fetchSession(signal) : await openSession(token);
        carried = null;
        failure = null;
        rememberSignedIn(true);
        return { session, problem: null };
      } catch (error) {
        // Kept for the next attempt, unless the gateway has answered: it may only be away.
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
        carried = null;
        return { session: null, problem: token === null ? failure : text.invalidLink };
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
  const toast = useToast();
  return useMutation({
    mutationFn: signOut,
    onSuccess: (provider) => {
      forgetSession(client, null);
      // Whoever signed out here and not there would be in again with one click.
      if (provider !== null) window.location.assign(provider);
    },
    onError: (error) => toast.failed(text.notSignedOut(error.message)),
  });
}

/** How people may sign in besides a token; while it is not known, a token is the way. */
export function useSignInOptions() {
  return useQuery({
    queryKey: ['sign-in-options'],
    queryFn: ({ signal }) => fetchSignInOptions(signal),
    staleTime: 15_000,
    retry: false,
  });
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
