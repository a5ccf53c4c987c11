// Signing in by a real provider process, as the tests of the admin plane do it.
import { OIDC_CLIENT, type OidcProvider, startOidcProvider } from '@countersign/testkit';
import type { OidcConfig } from '../../config/oidc.ts';
import { type AdminUnderTest, startAdmin } from './admin-under-test.ts';
import type { BrowserTab } from './browser-tab.ts';

export const SECRET_VARIABLE = 'COUNTERSIGN_TEST_OIDC_SECRET';

export const oidcSettings = (issuer: string, more: Partial<OidcConfig> = {}): OidcConfig => ({
  name: 'Corp',
  issuer,
  clientId: 'countersign-console',
  clientSecret: { env: SECRET_VARIABLE },
  scopes: ['openid', 'email', 'offline_access'],
  userClaim: 'email',
  groupsClaim: 'groups',
  roles: { watchers: ['viewer'], approvers: ['viewer', 'approver'], admins: ['admin'] },
  groups: { approvers: ['finance'] },
  contact: 'Ask the platform team',
  recheckMinutes: 10,
  shortSessionMinutes: 60,
  membershipHours: 24,
  clockToleranceSeconds: 5,
  authorizationParameters: {},
  ...more,
});

export const person = (sub: string, groups: readonly string[], email?: string, more: object = {}) => ({
  sub,
  claims: {
    name: `${sub} of Corp`,
    groups,
    ...(email === undefined ? {} : { email, email_verified: true }),
    ...more,
  },
});

/** A provider that knows these people. */
export function startPeople(people: Parameters<typeof startOidcProvider>[0]): Promise<OidcProvider> {
  process.env[SECRET_VARIABLE] = OIDC_CLIENT.secret;
  return startOidcProvider(people);
}

/** A provider that knows these people, and an admin plane where they sign in by it. */
export async function startSignIn(people: Parameters<typeof startOidcProvider>[0]): Promise<{
  readonly provider: OidcProvider;
  readonly admin: AdminUnderTest;
  readonly stop: () => Promise<void>;
}> {
  const provider = await startPeople(people);
  const admin = await startAdmin({ oidc: oidcSettings(provider.url) });
  return {
    provider,
    admin,
    async stop() {
      await admin.close();
      await provider.stop();
    },
  };
}

/** Goes out to the provider, chooses `as` there, and comes back: the last answer, a redirect to the console. */
export async function signIn(
  tab: BrowserTab,
  provider: Pick<OidcProvider, 'signIn'>,
  as: string,
  query = '',
): Promise<Response> {
  const out = await tab.get(`/api/v1/session/oidc/start${query}`);
  const location = out.headers.get('location') ?? '';
  if (location.startsWith('/')) return out;
  const back = await provider.signIn(location, as);
  return tab.get(`${back.pathname}${back.search}`);
}

export const whereTo = (response: Response): string =>
  `${response.status} ${response.headers.get('location')}`;
