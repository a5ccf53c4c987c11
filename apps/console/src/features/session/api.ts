// What the admin API says of signing in and out.
import { parseResponse } from 'hono/client';
import type { IssuedToken, SignInOptions } from '@countersign/gateway/admin/client';
import { answer, api, until } from '../../api/client.ts';
import type { SessionList, TokenList } from '../../api/types.ts';
import type { Grant } from './model/grant.ts';

export const fetchSignInOptions = (signal?: AbortSignal): Promise<SignInOptions> =>
  answer(parseResponse(api.session.options.$get({}, until(signal))));

/** Where the person signs out of the provider as well; null where there is no such place. */
export async function signOut(): Promise<string | null> {
  const ended = await answer(parseResponse(api.session.$delete()));
  return typeof ended === 'object' && ended !== null && 'providerSignOut' in ended
    ? ended.providerSignOut
    : null;
}

export const fetchSessions = async (signal?: AbortSignal): Promise<SessionList['sessions']> =>
  (await answer(parseResponse(api.sessions.$get({}, until(signal))))).sessions;
export async function endSession(id: string): Promise<void> {
  await answer(parseResponse(api.sessions[':id'].$delete({ param: { id } })));
}

export const fetchTokens = async (signal?: AbortSignal): Promise<TokenList['tokens']> =>
  (await answer(parseResponse(api.tokens.$get({}, until(signal))))).tokens;
export const issueToken = ({ user, roles, ...rest }: Grant): Promise<IssuedToken> =>
  answer(
    parseResponse(
      api.users[':name'].tokens.$post({ param: { name: user }, json: { roles: [...roles], ...rest } }),
    ),
  );
export async function revokeToken(id: string, reason: string): Promise<void> {
  await answer(parseResponse(api.tokens[':id'].revoke.$post({ param: { id }, json: { reason } })));
}
