// The gateway leads back from the provider to a page of the console and says in its fragment what came of it
// (`#sign-in=done`, or a word of a closed list). This file finds it and says what the address is without it.

/** Why somebody is not signed in, in the gateway's words (docs/reference/api.md). */
export const FAILURES = [
  'denied',
  'no_role',
  'inactive',
  'name_taken',
  'state_expired',
  'not_verified',
  'too_long_ago',
  'provider_error',
  'provider_away',
  'busy',
  'log_unavailable',
] as const;
export type Failure = (typeof FAILURES)[number];

export interface SignInFragment {
  readonly came: 'done' | Failure;
  /** The fragment without it: empty, or starting with `#`. */
  readonly rest: string;
}

/** Null where the fragment says nothing of a sign-in. A word that is not known counts as an answer that is none. */
export function takeSignIn(fragment: string): SignInFragment | null {
  const members = new URLSearchParams(fragment.replace(/^#/, ''));
  const word = members.get('sign-in');
  if (word === null) return null;
  members.delete('sign-in');
  const rest = members.toString();
  const known = word === 'done' ? word : FAILURES.find((failure) => failure === word);
  return { came: known ?? 'provider_error', rest: rest === '' ? '' : `#${rest}` };
}

/** Where the browser goes to sign in by the provider; `start` is the gateway's own path. */
export function signInPath(
  start: string,
  options: { readonly returnTo: string; readonly fresh?: boolean },
): string {
  const query = new URLSearchParams({
    return: options.returnTo,
    ...(options.fresh === true ? { fresh: 'true' } : {}),
  });
  return `${start}?${query.toString()}`;
}
