// From the raw request to one well-formed compact JWS, or a refusal. Nothing here is verified yet: what it yields may
// only be used to choose the keys that decide (protocols.md 4.2, steps 1 and 2).
import { createHash } from 'node:crypto';
import { ok, refuse, type Result } from '../errors.ts';
import { NEVER_ACCESS_TOKENS } from '../registry/issuer-schema.ts';

/** The header in which an agent presents the gateway's own call token. Never `Authorization`. */
export const CALL_TOKEN_HEADER = 'countersign-call-token';

const MAX_TOKEN_BYTES = 8 * 1024;

export interface Credentials {
  /** The value of the one `Authorization` header. */
  readonly authorization: string | null;
  readonly callToken: string | null;
}

/** Takes the credentials out of a request's headers, given with their duplicates. Others look at no credential. */
export function readCredentials(
  rawHeaders: readonly (readonly [name: string, value: string])[],
): Result<Credentials> {
  const valuesOf = (wanted: string): readonly string[] =>
    rawHeaders.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const [authorization = null, ...otherAuthorizations] = valuesOf('authorization');
  const [callToken = null, ...otherCallTokens] = valuesOf(CALL_TOKEN_HEADER);
  if (otherAuthorizations.length > 0)
    return ambiguous('several `authorization` headers', 'send exactly one `authorization` header');
  if (otherCallTokens.length > 0)
    return ambiguous('several call tokens', `send exactly one \`${CALL_TOKEN_HEADER}\` header`);
  // SECURITY: a browser adds cookies by itself; a request must not mean one thing by its token and another by them.
  if (authorization !== null && valuesOf('cookie').length > 0) {
    return ambiguous('a cookie beside a token', 'send no cookies: the access token says who calls');
  }
  if (callToken !== null && callToken.length > MAX_TOKEN_BYTES) {
    const message = `\`${CALL_TOKEN_HEADER}\` is larger than ${MAX_TOKEN_BYTES} bytes: send the call token as it was received`;
    return refuse('malformed_request', 'an oversized call token', message);
  }
  return ok({ authorization, callToken });
}

function ambiguous(reason: string, message: string) {
  return refuse('ambiguous_credentials', reason, message);
}

export interface JwsHeader {
  readonly alg: string;
  /** Lower-case, without `application/`; null when absent. */
  readonly typ: string | null;
}

/** A token that is well-formed and not verified. */
export interface UnverifiedToken {
  readonly text: string;
  /** SHA-256 of the text, hex. */
  readonly digest: string;
  readonly header: JwsHeader;
  /** The `iss` that it claims: good for choosing the issuer whose keys decide, and for nothing else. */
  readonly claimedIssuer: string;
}

/** Parses the value of `Authorization`. The error is the reason, for the record. */
export function parseBearer(authorization: string): Result<UnverifiedToken, string> {
  if (authorization.length > MAX_TOKEN_BYTES)
    return fail(`the authorization is larger than ${MAX_TOKEN_BYTES} bytes`);
  const [, scheme = '', text = ''] = /^([A-Za-z]+) +(\S+)$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'dpop') return fail('proof of possession (DPoP) is not supported yet');
  if (scheme.toLowerCase() !== 'bearer') return fail('the authorization is not `Bearer` and one token');
  const parts = text.split('.');
  if (parts.length === 5) return fail('the token is encrypted');
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || !signature)
    return fail('the token is not a compact JWS of three parts');
  // SECURITY: base64url has several spellings of the same bytes; with one only, a token has one digest.
  if (!parts.every(isCanonicalBase64url)) return fail('the token is not canonical base64url');
  const fields = jsonObject(header);
  const claims = jsonObject(payload);
  if (fields === null || claims === null)
    return fail('the header or the payload of the token is not a JSON object');
  const problem = problemOfHeader(fields);
  if (problem !== null) return fail(problem);
  const issuer = claims['iss'];
  if (typeof issuer !== 'string' || issuer === '') return fail('the token names no issuer');
  return ok({
    text,
    digest: createHash('sha256').update(text).digest('hex'),
    header: { alg: String(fields['alg']), typ: normalType(fields['typ']) },
    claimedIssuer: issuer,
  });
}

function problemOfHeader(fields: Readonly<Record<string, unknown>>): string | null {
  const { alg, kid, typ } = fields;
  if (typeof alg !== 'string') return 'the token names no algorithm';
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > 256))
    return 'the key id is no text of up to 256 characters';
  if (typ !== undefined && typeof typ !== 'string') return 'the type of the token is no text';
  for (const member of ['crit', 'b64', 'enc', 'zip']) {
    if (Object.hasOwn(fields, member)) return `the token header has \`${member}\`, which is not supported`;
  }
  const type = normalType(typ);
  if (type !== null && NEVER_ACCESS_TOKENS.includes(type))
    return `the token is a \`${type}\`, which is no access token`;
  return null;
}

/** RFC 7515 section 4.1.9: without `application/`, and without regard to case. */
export function normalType(typ: unknown): string | null {
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : null;
}

/** Text of an attacker as it may stand in a reason: short, on one line. */
export function quoted(text: string): string {
  const short = text.length > 128 ? `${text.slice(0, 128)}…` : text;
  return `\`${JSON.stringify(short).slice(1, -1).replaceAll('`', "'")}\``;
}

function isCanonicalBase64url(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}

function jsonObject(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(part, 'base64url'),
    );
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function fail(reason: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error: reason };
}
