// What a test says to the OpenID provider, and what the provider says of itself.

/** How it misbehaves; `none`: as the standards have it. */
export type Hostility =
  | 'none'
  | 'wrong_nonce'
  | 'no_nonce'
  | 'wrong_iss'
  | 'wrong_aud'
  | 'alg_none'
  | 'other_key'
  | 'expired'
  | 'other_issuer_in_response'
  | 'no_issuer_in_response'
  | 'old_auth_time'
  | 'no_id_token'
  | 'other_person_on_refresh'
  | 'endless_answer'
  | 'refuses_client'
  | 'denies'
  | 'away';

export interface OidcPerson {
  readonly sub: string;
  /** Further claims, `email` and `groups` for example. */
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface OidcState {
  hostility: Hostility;
  /** Who may sign in, by the word that a test chooses them with. */
  people: Record<string, OidcPerson>;
  /** Whether it gives refresh tokens, and takes those that it gave. */
  refresh: 'given' | 'withheld' | 'revoked';
  /** Where groups are told: in the ID token, or only to whoever asks at the user info endpoint. */
  groupsIn: 'id_token' | 'userinfo';
  offersSignOut: boolean;
}

export interface OidcSeen {
  readonly authorizations: number;
  readonly tokens: number;
  readonly refreshes: number;
  readonly signOuts: readonly Readonly<Record<string, string>>[];
  /** Query of the last authorization request. */
  readonly lastAuthorization: Readonly<Record<string, string>>;
}

export const CLIENT = { id: 'countersign-console', secret: 'a secret & of the client: 100%' } as const;
