// What a verified ID token says of a person, in the words of the configuration. Pure. Whatever has not the expected form
// counts as not said.

export interface ProviderPerson {
  readonly issuer: string;
  readonly subject: string;
  /** What entries and reviews call them. Never the name of a registered User, which has no `@`. */
  readonly name: string;
  readonly displayName: string;
  /** An address that the provider vouches for; empty where it does not. */
  readonly email: string;
  /** Every address and name that the token gives them, vouched for or not, in lower case. */
  readonly claimed: readonly string[];
  /** As the provider writes them. */
  readonly groups: readonly string[];
  /** Milliseconds since the epoch; null where the provider does not say. */
  readonly authenticatedAt: number | null;
}

export interface ClaimNames {
  readonly userClaim: string;
  readonly groupsClaim: string;
}

type Claims = Readonly<Record<string, unknown>>;

const MAX_GROUPS = 2000;
const MAX_TEXT = 256;

export function personOf(
  claims: Claims & { readonly iss: string; readonly sub: string },
  names: ClaimNames,
): ProviderPerson {
  const { iss, sub } = claims;
  const stated = textOf(claims['email']);
  const email = stated !== null && ADDRESS.test(stated) && claims['email_verified'] === true ? stated : '';
  const called =
    names.userClaim === 'email' ? (email === '' ? null : email) : textOf(claims[names.userClaim]);
  const name = called === null ? `${sub}@${new URL(iss).host}` : withAt(called, iss);
  const display = textOf(claims['name']) ?? textOf(claims['preferred_username']) ?? name;
  const authTime = claims['auth_time'];
  return {
    issuer: iss,
    subject: sub,
    name,
    displayName: display,
    email,
    claimed: [stated, called, textOf(claims['preferred_username']), textOf(claims['upn'])]
      .filter((value) => value !== null)
      .map((value) => value.toLowerCase()),
    groups: groupsOf(claims, names.groupsClaim) ?? [],
    authenticatedAt: typeof authTime === 'number' && Number.isFinite(authTime) ? authTime * 1000 : null,
  };
}

/** Null where the claims do not speak of groups at all: then the provider's user info may. */
export function groupsOf(claims: Claims, claim: string): readonly string[] | null {
  const value = memberOf(claims, claim);
  if (value === undefined) return null;
  const listed: readonly unknown[] = Array.isArray(value) ? value : [value];
  const named = listed.filter((item) => typeof item === 'string');
  return [...new Set(named)].slice(0, MAX_GROUPS);
}

/** By its whole name, which may hold dots as `https://corp.example/groups` does, else as a path: `realm_access.roles`. */
function memberOf(claims: Claims, claim: string): unknown {
  if (Object.hasOwn(claims, claim)) return claims[claim];
  let here: unknown = claims;
  for (const part of claim.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined;
    here = (here as Claims)[part];
  }
  return here;
}

const ADDRESS = /^[^\s@<>"`,;]{1,64}@[^\s@<>"`,;]{1,190}$/;

/** A name is shown to people and recorded: what could pass for something else in either is no name. */
function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' || text.length > MAX_TEXT || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}`]/u.test(text) ? null : text;
}

// SECURITY: names of registered people have no `@`, so that nobody from the provider can bear one of them.
function withAt(called: string, issuer: string): string {
  return called.includes('@') ? called : `${called}@${new URL(issuer).host}`;
}
