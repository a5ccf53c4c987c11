// Signing in by the provider: out to it, back from it as a person with roles, and asking it again while the session lasts.
// Nobody gets in whom no group gives a role, and nobody before it is recorded.
import type { OidcConfig } from '../../config/oidc.ts';
import type { LogWriter } from '../../store/types.ts';
import type { AdminRole } from '../role-names.ts';
import { mapped } from '../roles.ts';
import { adminAction } from '../session-entries.ts';
import type { ConsoleSession } from '../sessions.ts';
import { SignInFailure } from './failure.ts';
import { endGrant, type OidcGrant } from './grant.ts';
import { isAbout } from './logout-token.ts';
import { createPendingSignIns } from './pending.ts';
import type { Identified, People } from './people.ts';
import type { Provider, ProviderAnswer, ProviderStatus } from './provider.ts';

export interface SetOut {
  readonly url: URL;
  /** To be kept by the browser until it comes back. */
  readonly cookie: string;
}

export type CameBack =
  | {
      readonly ok: true;
      readonly session: ConsoleSession;
      readonly returnTo: string;
      /** Key of the session that this one replaces. */
      readonly replaces: string | null;
    }
  | { readonly ok: false; readonly failure: SignInFailure; readonly returnTo: string };

export interface SignIn {
  readonly name: string;
  readonly contact: string | null;
  /** Whether some group gives this role. */
  gives(role: AdminRole): boolean;
  look(): Promise<ProviderStatus>;
  status(): ProviderStatus;
  /** Throws a SignInFailure. */
  setOut(wish: {
    readonly returnTo: string;
    /** Whether the person has to have proved who they are of late. */
    readonly fresh: boolean;
    readonly replaces: string | null;
  }): Promise<SetOut>;
  comeBack(query: URLSearchParams, cookie: string | undefined): Promise<CameBack>;
  /** Whether the sign-in still holds; asks the provider where that is due. */
  holds(grant: OidcGrant): Promise<boolean>;
  /** Who signed out at the provider, by the token that it sent; throws a SignInFailure for what is none. */
  loggedOut(token: string): Promise<(grant: OidcGrant) => boolean>;
  signOutUrl(): Promise<string | null>;
}

export interface SignInDeps {
  readonly config: OidcConfig;
  readonly provider: Provider;
  readonly people: People;
  readonly writer: LogWriter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sessionMs: number;
  readonly freshMs: number;
}

const MINUTE_MS = 60_000;
const AWAY_PAUSE_MS = 15_000;
/** Strangers can come back without having been anywhere: each costs the provider a request. */
const MAX_EXCHANGES = 32;

export function createSignIn(deps: SignInDeps): SignIn {
  const { config, provider, people, writer, now } = deps;
  const pending = createPendingSignIns(now);
  const recheckMs = config.recheckMinutes * MINUTE_MS;
  let exchanges = 0;

  async function admitted(answer: ProviderAnswer): Promise<ConsoleSession> {
    const { person, refreshToken, session } = answer;
    const roles = mapped(person.groups, config.roles);
    if (roles.length === 0)
      throw new SignInFailure(
        'no_role',
        `\`${person.name}\` is in no group that \`adminPlane.oidc.roles\` names`,
      );
    const identified = people.identify(person);
    if (!identified.ok) throw identified.error;
    const { user } = identified.value;
    const at = now();
    const short = config.shortSessionMinutes * MINUTE_MS;
    const expiresAt = at + (refreshToken === null ? Math.min(short, deps.sessionMs) : deps.sessionMs);
    const recorded = await writer.commit({
      entries: [
        adminAction('session_opened', user.uid, {
          user: user.name,
          displayName: person.displayName,
          by: 'oidc',
          issuer: person.issuer,
          subject: person.subject,
          groups: user.groups,
          roles,
          authenticatedAt: person.authenticatedAt,
          expiresAt,
        }),
      ],
      changes: people.keeping(identified.value),
    });
    if (!recorded.ok) throw new SignInFailure('log_unavailable', 'the audit log cannot be written');
    people.kept(identified.value);
    const grant: OidcGrant = {
      person,
      uid: user.uid,
      user: user.name,
      roles,
      session,
      refreshToken,
      checkedAt: at,
      askAgainAt: 0,
      pending: null,
      ended: null,
    };
    return {
      user: user.name,
      by: { method: 'oidc', grant },
      openedAt: at,
      authenticatedAt: person.authenticatedAt,
      expiresAt,
    };
  }

  async function renewed(grant: OidcGrant, refreshToken: string): Promise<boolean> {
    try {
      const { person, refreshToken: next } = await provider.renew(refreshToken, grant.person);
      grant.refreshToken = next ?? refreshToken;
      const identified = people.identify(person);
      if (!identified.ok) return await over(grant, identified.error.message);
      if (!(await stillKept(identified.value))) return false;
      const roles = mapped(person.groups, config.roles);
      const isSame =
        identified.value.user.uid === grant.uid &&
        sameSet(roles, grant.roles) &&
        sameSet(person.groups, grant.person.groups);
      if (!isSame)
        return await over(grant, 'the provider says otherwise of who they are, or of their groups');
      grant.checkedAt = now();
      return true;
    } catch (fault) {
      const isAway = fault instanceof SignInFailure && fault.code === 'provider_away';
      if (!isAway) return over(grant, 'the provider does not renew the sign-in');
      grant.askAgainAt = now() + AWAY_PAUSE_MS;
      return now() < grant.checkedAt + 2 * recheckMs;
    }
  }
  /** What the provider says counts from now on, for approvals given earlier as well. */
  async function stillKept(identified: Identified): Promise<boolean> {
    const changes = people.keeping(identified);
    if (changes.length > 0 && !(await writer.commit({ entries: [], changes })).ok) return false;
    people.kept(identified);
    return true;
  }
  async function over(grant: OidcGrant, why: string): Promise<false> {
    if (!endGrant(grant, why)) return false;
    await writer.commit({
      entries: [adminAction('session_closed', grant.uid, { user: grant.user, by: 'oidc', why })],
    });
    return false;
  }

  return {
    name: config.name,
    contact: config.contact,
    gives: (role) => Object.values(config.roles).some((roles) => roles.includes(role)),
    look: () => provider.look(),
    status: () => provider.status(),
    async setOut({ returnTo, fresh, replaces }) {
      const challenge = provider.challenge(fresh ? Math.floor(deps.freshMs / 1000) : null);
      const url = await provider.authorizationUrl(challenge);
      return { url, cookie: await pending.seal({ ...challenge, returnTo, replaces }) };
    },
    async comeBack(query, cookie) {
      const own = await pending.take(cookie, onlyOne(query, 'state'));
      if (own === null) {
        const message = 'somebody came back from the provider who did not set out from here, or too late';
        return { ok: false, failure: new SignInFailure('state_expired', message), returnTo: '/' };
      }
      const { returnTo, replaces, ...challenge } = own;
      const failed = (failure: SignInFailure): CameBack => ({ ok: false, failure, returnTo });
      if (exchanges >= MAX_EXCHANGES)
        return failed(new SignInFailure('busy', `${MAX_EXCHANGES} people are being signed in already`));
      exchanges += 1;
      try {
        const session = await admitted(await provider.exchange(query, challenge));
        return { ok: true, session, returnTo, replaces };
      } catch (fault) {
        if (fault instanceof SignInFailure) return failed(fault);
        throw fault;
      } finally {
        exchanges -= 1;
      }
    },
    async holds(grant) {
      if (grant.ended !== null) return false;
      const identified = people.identify(grant.person);
      if (!identified.ok || identified.value.user.uid !== grant.uid)
        return over(grant, 'who they are was changed here since');
      const { refreshToken } = grant;
      if (refreshToken === null || now() < grant.checkedAt + recheckMs) return true;
      if (grant.pending === null && now() < grant.askAgainAt) return now() < grant.checkedAt + 2 * recheckMs;
      grant.pending ??= renewed(grant, refreshToken).finally(() => {
        grant.pending = null;
      });
      return grant.pending;
    },
    async loggedOut(token) {
      const logout = await provider.logout(token);
      return ({ person: { subject }, session }) => isAbout(logout, { subject, session });
    },
    signOutUrl: () => provider.signOutUrl(),
  };
}

function onlyOne(query: URLSearchParams, name: string): string | null {
  const values = query.getAll(name);
  return values.length === 1 ? (values[0] ?? null) : null;
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const [one, other] = [new Set(a), new Set(b)];
  return one.size === other.size && [...one].every((item) => other.has(item));
}
