// What the admin API says of signing in and out.
import { parseResponse } from 'hono/client';
import type { SignInOptions } from '@countersign/gateway/admin/client';
import { answer, api, until } from '../../api/client.ts';

export const fetchSignInOptions = (signal?: AbortSignal): Promise<SignInOptions> =>
  answer(parseResponse(api.session.options.$get({}, until(signal))));

/** Where the person signs out of the provider as well; null where there is no such place. */
export async function signOut(): Promise<string | null> {
  const ended = await answer(parseResponse(api.session.$delete()));
  return typeof ended === 'object' && ended !== null && 'providerSignOut' in ended
    ? ended.providerSignOut
    : null;
}
