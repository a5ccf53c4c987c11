// Signing in by a real provider process, as the tests of the admin plane do it.
import type { OidcProvider } from '@countersign/testkit';
import type { OidcConfig } from '../../config/oidc.ts';
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
