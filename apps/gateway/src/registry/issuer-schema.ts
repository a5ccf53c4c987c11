// What an operator declares of an issuer of tokens: where its keys are, and which tokens of it count.
// Everything left out falls to the stricter side.
import { z } from 'zod';
import { closed, httpUrl, integer, isLoopbackHost, list, oneOf, set, text } from '../config/fields.ts';

/** Signature algorithms that may be allowed at all: asymmetric ones. With a shared secret anybody who verifies can sign. */
export const ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
] as const;

/** `typ` values of things that are signed like access tokens and are none: never accepted as one (RFC 8725 section 3.11). */
export const NEVER_ACCESS_TOKENS: readonly string[] = [
  'countersign-call+jwt',
  'oauth-id-jag+jwt',
  'txntoken+jwt',
  'dpop+jwt',
  'wpt+jwt',
  'wit+jwt',
  'logout+jwt',
  'secevent+jwt',
];

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** Public keys, as a JSON Web Key Set. */
export const jwks = () =>
  z
    .looseObject(
      { keys: list(z.looseObject({ kty: z.string() }, { error: 'must be a JSON Web Key' }), 50) },
      { error: 'must be a JSON Web Key Set: a map with the key `keys`' },
    )
    .superRefine((set, context) => {
      for (const [index, key] of set.keys.entries()) {
        const message = problemOfKey(key);
        if (message !== null) context.addIssue({ code: 'custom', message, path: ['keys', index] });
      }
      if (set.keys.length === 0) {
        context.addIssue({ code: 'custom', message: 'must hold at least one key', path: ['keys'] });
      }
    });

function problemOfKey(key: Readonly<Record<string, unknown>>): string | null {
  if (key['kty'] !== 'EC' && key['kty'] !== 'OKP' && key['kty'] !== 'RSA') {
    return 'must be a public key of type `EC`, `OKP` or `RSA`';
  }
  if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(key, member))) {
    return 'holds a private key: publish only the public half, and replace the key, since it has been shown';
  }
  if (key['use'] !== undefined && key['use'] !== 'sig')
    return 'must be a signing key: `use` must be `sig` or absent';
  if (key['kty'] === 'RSA' && bitsOf(key['n']) < 2048) return 'must be an RSA key of at least 2048 bits';
  return null;
}

function bitsOf(modulus: unknown): number {
  return typeof modulus === 'string' ? Buffer.from(modulus, 'base64url').length * 8 : 0;
}

// SECURITY: whoever can answer for the key set can sign for every agent of the issuer; plain http lets the network.
const jwksUri = () =>
  httpUrl().refine(
    (value) => {
      const url = URL.parse(value);
      return url?.protocol === 'https:' || isLoopbackHost(url?.hostname ?? '');
    },
    { error: 'must be an https URL: plain http is accepted only from this machine' },
  );

const tokenType = () =>
  text(64, 'a `typ` value, such as `at+jwt`').refine(
    (value) => !NEVER_ACCESS_TOKENS.includes(value.toLowerCase().replace(/^application\//, '')),
    { error: 'must not be the type of a token that is no access token: remove it' },
  );

export const issuerSpec = () =>
  closed({
    issuer: text(512, 'the exact `iss` value of the tokens'),
    jwks: jwks().optional(),
    jwksUri: jwksUri().optional(),
    kind: oneOf('agents', 'people', 'mixed'),
    algorithms: set(oneOf(...ALGORITHMS))
      .min(1, { error: 'must name at least one algorithm, or be left out' })
      .default(['ES256', 'EdDSA', 'PS256', 'RS256']),
    types: set(tokenType())
      .min(1, { error: 'must name at least one type, or be left out' })
      .default(['at+jwt']),
    agentClaim: set(oneOf('act.sub', 'client_id', 'azp', 'sub'))
      .min(1, { error: 'must name at least one claim, or be left out' })
      .default(['act.sub', 'client_id', 'azp', 'sub']),
    assurance: oneOf('attested', 'confidential', 'public').default('public'),
    maxTokenAgeSeconds: integer(1, 7 * 86_400, 'seconds').default(3600),
    clockToleranceSeconds: integer(0, 30, 'seconds').default(5),
    audiences: set(text(2048), 100).default([]),
  }).superRefine((spec, context) => {
    if ((spec.jwks === undefined) === (spec.jwksUri === undefined)) {
      context.addIssue({ code: 'custom', message: 'must have exactly one of `jwks` and `jwksUri`' });
    }
  });
