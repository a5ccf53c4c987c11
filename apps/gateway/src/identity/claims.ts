// The claims of a token whose signature was verified: are they complete, in time and meant for this endpoint?
// Checked on every call, since a cached signature says nothing about now (protocols.md 4.2, steps 5 to 9).
import { ok, type Result } from '../errors.ts';
import type { Issuer } from '../registry/types.ts';
import { type JwsHeader, normalType, quoted } from './token.ts';

export interface TokenClaims {
  readonly sub: string;
  readonly clientId: string | null;
  readonly azp: string | null;
  /** Nested `act`, outermost (current) first. */
  readonly actors: readonly string[];
  /** Whether the issuer itself says that no person is behind the token. */
  readonly isMachine: boolean;
  /** Only where the issuer says that it verified the address. */
  readonly email: string | null;
  readonly jti: string | null;
  readonly scopes: readonly string[];
  /** Seconds since the epoch, both. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface ClaimsContext {
  readonly issuer: Issuer;
  readonly header: JwsHeader;
  /** The canonical URL of the endpoint that was called. */
  readonly audience: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

type Payload = Readonly<Record<string, unknown>>;
type Checked<T> = Result<T, string>;

const MAX_ACTORS = 5;
const MAX_AUDIENCES = 16;
const MAX_NAME = 512;

/** The error is the reason, for the record. */
export function checkClaims(payload: Payload, context: ClaimsContext): Checked<TokenClaims> {
  const { issuer, header } = context;
  if (payload['iss'] !== issuer.issuer)
    return fail('the token names another issuer than the one whose key signed it');
  const times = checkTimes(payload, context);
  if (!times.ok) return times;
  const audience = problemOfAudience(payload['aud'], context);
  if (audience !== null) return fail(audience);
  // SECURITY: taking a bound token as a bearer token would make a stolen one work again (RFC 9449 section 7.1).
  if (payload['cnf'] !== undefined)
    return fail('the token is bound to a key (`cnf`), and proof of possession is not supported yet');

  const sub = nameIn(payload, 'sub');
  if (!sub.ok || sub.value === null) return fail('`sub` is missing or no short text');
  const clientId = nameIn(payload, 'client_id');
  if (!clientId.ok) return clientId;
  const azp = nameIn(payload, 'azp');
  if (!azp.ok) return azp;
  const jti = nameIn(payload, 'jti');
  if (!jti.ok) return jti;
  if (jti.value === null && header.typ === 'at+jwt') return fail('`jti` is missing');
  const actors = actorsOf(payload, issuer);
  if (!actors.ok) return actors;
  const scopes = scopesOf(payload);
  if (!scopes.ok) return scopes;
  return ok({
    sub: sub.value,
    clientId: clientId.value,
    azp: azp.value,
    actors: actors.value,
    isMachine: payload['idtyp'] === 'app' || payload['gty'] === 'client-credentials',
    email:
      payload['email_verified'] === true && typeof payload['email'] === 'string' ? payload['email'] : null,
    jti: jti.value,
    scopes: scopes.value,
    ...times.value,
  });
}

/** Whether the issuer's tokens may have this type and algorithm. The error is the reason, for the record. */
export function problemOfForm(header: JwsHeader, issuer: Issuer): string | null {
  if (!issuer.algorithms.includes(header.alg)) {
    return `the algorithm ${quoted(header.alg)} is not allowed for the issuer \`${issuer.name}\``;
  }
  if (header.typ === null || !issuer.types.some((type) => normalType(type) === header.typ)) {
    return `the token type ${quoted(header.typ ?? 'none')} is not allowed for the issuer \`${issuer.name}\``;
  }
  return null;
}

function checkTimes(
  payload: Payload,
  { issuer, now }: ClaimsContext,
): Checked<{ issuedAt: number; expiresAt: number }> {
  const seconds = now / 1000;
  const tolerance = issuer.clockToleranceSeconds;
  const { exp, iat, nbf } = payload;
  if (!isTime(exp)) return fail('`exp` is missing or no time');
  if (!isTime(iat)) return fail('`iat` is missing or no time');
  if (nbf !== undefined && !isTime(nbf)) return fail('`nbf` is no time');
  if (exp + tolerance <= seconds) return fail('the token has expired');
  if (iat - tolerance > seconds) return fail('the token was issued in the future');
  if (nbf !== undefined && nbf - tolerance > seconds) return fail('the token is not valid yet');
  if (seconds - iat > issuer.maxTokenAgeSeconds + tolerance) {
    return fail(
      `the token is older than the ${issuer.maxTokenAgeSeconds} seconds that the issuer \`${issuer.name}\` is given`,
    );
  }
  return ok({ issuedAt: iat, expiresAt: exp });
}

// 1e400 in the text of a token is parsed as Infinity: a token for ever.
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 1e11;
}

function problemOfAudience(aud: unknown, { issuer, audience }: ClaimsContext): string | null {
  const named = Array.isArray(aud) ? (aud as readonly unknown[]) : [aud];
  if (named.length > MAX_AUDIENCES) return `the token names more than ${MAX_AUDIENCES} audiences`;
  if (!named.every((value) => typeof value === 'string')) return '`aud` is missing or no text';
  if (named.includes(audience) || issuer.audiences.some((alias) => named.includes(alias))) return null;
  return `the token is meant for ${named.map(quoted).join(', ')}, not for \`${audience}\``;
}

function nameIn(payload: Payload, claim: string): Checked<string | null> {
  const value = payload[claim];
  if (value === undefined) return ok(null);
  return isName(value) ? ok(value) : fail(`\`${claim}\` is no text of 1 to ${MAX_NAME} characters`);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME && !/\p{Cc}/u.test(value);
}

// RFC 8693 section 4.1: only the outermost actor counts; the others tell what happened before.
function actorsOf(payload: Payload, issuer: Issuer): Checked<readonly string[]> {
  const actors: string[] = [];
  for (let act = payload['act']; act !== undefined; ) {
    if (typeof act !== 'object' || act === null || Array.isArray(act)) return fail('`act` is no object');
    if (actors.length === MAX_ACTORS) return fail(`\`act\` is nested deeper than ${MAX_ACTORS}`);
    const { sub, iss, act: before } = act as Record<string, unknown>;
    if (!isName(sub)) return fail('`act.sub` is missing or no short text');
    if (iss !== undefined && typeof iss !== 'string') return fail('`act.iss` is no text');
    // SECURITY: one issuer must not be able to say who an agent of another issuer is.
    if (actors.length === 0 && iss !== undefined && iss !== issuer.issuer) {
      return fail('`act.iss` names another issuer than the token: let that issuer issue the token');
    }
    actors.push(sub);
    act = before;
  }
  return ok(actors);
}

function scopesOf(payload: Payload): Checked<readonly string[]> {
  const scope = payload['scope'] ?? payload['scp'] ?? '';
  const scopes = typeof scope === 'string' ? scope.split(' ').filter((word) => word !== '') : scope;
  if (!Array.isArray(scopes) || scopes.length > 100 || !scopes.every(isName)) {
    return fail('`scope` is no list of up to 100 words');
  }
  return ok([...new Set(scopes)].sort());
}

function fail(reason: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error: reason };
}
