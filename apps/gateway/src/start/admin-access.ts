// How people get in on the admin plane: by tokens, and by the identity provider where one is configured.
import type { AdminDeps } from '../admin/deps.ts';
import { createBreakGlass } from '../admin/break-glass.ts';
import { createCookies } from '../admin/cookies.ts';
import { createPeople, type People } from '../admin/oidc/people.ts';
import { createProvider } from '../admin/oidc/provider.ts';
import { createSignIn } from '../admin/oidc/sign-in.ts';
import type { Config } from '../config.ts';
import type { Registry } from '../registry/registry.ts';
import type { Store } from '../store/store.ts';

/** The registry with those whom only the provider names: what approvals, changes and the admin plane see as people. */
export async function openPeople(
  config: { readonly adminPlane: Pick<Config['adminPlane'], 'oidc'> },
  registry: Pick<Registry, 'current'>,
  store: Pick<Store, 'readers'>,
  now: () => number,
): Promise<People> {
  return createPeople({
    config: config.adminPlane.oidc,
    rows: await store.readers.people.all(),
    registry,
    now,
  });
}

const HOUR_MS = 60 * 60 * 1000;
const MINUTE_MS = 60_000;

export type AdminAccess = Pick<AdminDeps, 'signIn' | 'breakGlass' | 'cookies' | 'signInFailed' | 'tell'> & {
  readonly settings: Pick<AdminDeps['settings'], 'consoleUrl' | 'sessions'>;
};

export function openAdminAccess(parts: {
  readonly config: { readonly adminPlane: Pick<Config['adminPlane'], 'oidc' | 'sessions' | 'publicUrl'> };
  /** The console's address as people know it, without a trailing slash. */
  readonly consoleUrl: string;
  readonly people: People;
  readonly store: Pick<Store, 'commit'>;
  readonly signInFailed: (reason: string) => void;
  readonly now: () => number;
  readonly tell: (message: string) => void;
}): AdminAccess {
  const { config, consoleUrl, people, store, signInFailed, now, tell } = parts;
  const { oidc, sessions, publicUrl } = config.adminPlane;
  const times = {
    ms: sessions.hours * HOUR_MS,
    idleMs: sessions.idleMinutes * MINUTE_MS,
    freshMs: sessions.freshMinutes * MINUTE_MS,
  };
  const signIn =
    oidc === null
      ? null
      : createSignIn({
          config: oidc,
          provider: createProvider({ config: oidc, consoleUrl, now, tell }),
          people,
          writer: store,
          now,
          sessionMs: times.ms,
          freshMs: times.freshMs,
        });
  return {
    signIn,
    signInFailed,
    tell,
    breakGlass: createBreakGlass({ isException: signIn !== null, writer: store, now, tell }),
    cookies: createCookies(publicUrl),
    settings: { consoleUrl, sessions: times },
  };
}
