// A link may carry a token in its fragment (`#token=…`), which browsers never send to a server. This file finds it
// and says what the address is without it; it neither stores nor sends the token.

export interface FragmentToken {
  readonly token: string;
  /** The fragment without the token: empty, or starting with `#`. */
  readonly rest: string;
}

/** The token of a fragment, or null if there is none. */
export function takeToken(fragment: string): FragmentToken | null {
  const members = new URLSearchParams(fragment.replace(/^#/, ''));
  const token = members.get('token')?.trim() ?? '';
  if (token === '') return null;
  members.delete('token');
  const rest = members.toString();
  return { token, rest: rest === '' ? '' : `#${rest}` };
}
