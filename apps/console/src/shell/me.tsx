// Who is signed in, for every page: below this there is always somebody.
import { createContext, use, type ReactNode } from 'react';
import type { Session } from '../api/types.ts';

const Me = createContext<Session | null>(null);

export function MeProvider({
  session,
  children,
}: {
  readonly session: Session;
  readonly children: ReactNode;
}) {
  return <Me value={session}>{children}</Me>;
}

/** The session of whoever is signed in. Errors: throws outside the signed-in part of the console. */
export function useMe(): Session {
  const session = use(Me);
  if (session === null) throw new Error('nobody is signed in here');
  return session;
}

/** Whether whoever is signed in holds one of `roles`. What the API refuses is not offered; the API decides all the same. */
export function useMay(...roles: readonly Session['roles'][number][]): boolean {
  return useMe().roles.some((role) => roles.includes(role));
}
