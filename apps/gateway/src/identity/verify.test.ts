import { createHmac } from 'node:crypto';
import { type CryptoKey, exportSPKI, importJWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RegistrySnapshot } from '../registry/types.ts';
import {
  agentManifest,
  issuerManifest,
  mint,
  NOON,
  registryOf,
  testKey,
  type TestKey,
} from './test-issuer.ts';
import { createVerifier, type Verifier } from './verify.ts';

const ISS = 'https://idp.example';
const AUD = 'http://127.0.0.1:4100/mcp/payments';

let key: TestKey;
let stranger: TestKey;
let registry: RegistrySnapshot;
let verifier: Verifier;
let now = NOON;

beforeAll(async () => {
  key = await testKey('k1');
  stranger = await testKey('k1');
  const rsa = await testKey('rsa', 'RS256');
  registry = registryOf(
    issuerManifest('idp', ISS, [key, rsa]),
    agentManifest('invoice', 'idp', 'client_id', 'bot'),
  );
});

const fresh = (): Verifier => createVerifier({ now: () => now, fetch });
beforeAll(() => {
  verifier = fresh();
});

async function present(
  authorization: string | null,
  to: Verifier = verifier,
  snapshot: RegistrySnapshot = registry,
) {
  return to.authenticate({ audience: AUD, registry: snapshot, credentials: { authorization } });
}
const good = (
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
) => mint(key, { iss: ISS, aud: AUD, ...claims }, header);

const b64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const claims = () => ({
  iss: ISS,
  aud: AUD,
  sub: 'bot',
  client_id: 'bot',
  jti: 'x',
  iat: NOON / 1000,
  exp: NOON / 1000 + 300,
});
const unsigned = (header: Readonly<Record<string, unknown>>, signature = b64('x')) =>
  `${b64({ kid: 'k1', typ: 'at+jwt', ...header })}.${b64(claims())}.${signature}`;
const nested = (depth: number): unknown =>
  depth === 0 ? undefined : { sub: `a${depth}`, act: nested(depth - 1) };

describe('a token', () => {
  test('that is good names its agent, its facts and nobody else', async () => {
    const result = await present(`Bearer ${await good({ scope: 'write read read', jti: 'j1' })}`);
    expect(result).toEqual({
      ok: true,
      value: {
        agent: registry.agents.get('invoice'),
        identity: { issuer: 'idp', claim: 'client_id', value: 'bot' },
        subject: null,
        actors: [],
        token: {
          issuer: 'idp',
          jti: 'j1',
          scopes: ['read', 'write'],
          issuedAt: NOON / 1000 - 10,
          expiresAt: NOON / 1000 + 300,
          assurance: 'public',
        },
      },
    });
  });

  test('may name several audiences, and the scheme may be written in any case', async () => {
    expect(await present(`bearer ${await good({ aud: ['https://other.example', AUD] })}`)).toMatchObject({
      ok: true,
    });
  });

  test('of an identity that nobody registered is valid and names no agent', async () => {
    const result = await present(`Bearer ${await good({ sub: 'ghost', client_id: 'ghost' })}`);
    expect(result).toMatchObject({ ok: true, value: { agent: null, identity: { value: 'ghost' } } });
  });

  test('that is missing is asked for without naming a fault', async () => {
    expect(await present(null)).toMatchObject({
      ok: false,
      error: {
        code: 'unauthenticated',
        headers: {
          'www-authenticate':
            'Bearer resource_metadata="http://127.0.0.1:4100/.well-known/oauth-protected-resource/mcp/payments"',
        },
      },
    });
  });

  // The matrix D5 of the test programme: each is wrong in one way, and none may pass.
  const matrix: readonly (readonly [fault: string, token: () => Promise<string> | string, reason: string])[] =
    [
      ['without a signature, alg none', () => unsigned({ alg: 'none' }, ''), 'three parts'],
      ['with alg nOnE', () => unsigned({ alg: 'nOnE' }), 'the algorithm `nOnE` is not allowed'],
      [
        'with alg none and a made-up signature',
        () => unsigned({ alg: 'none' }),
        'the algorithm `none` is not allowed',
      ],
      ['with an empty signature', async () => (await good()).replace(/[^.]+$/, ''), 'three parts'],
      [
        'signed with the public key as an HMAC secret',
        () => hmacWithPublicKey(key),
        'the algorithm `HS256` is not allowed',
      ],
      [
        'that claims RS256 for an EC key',
        async () => unsigned({ alg: 'RS256' }),
        'signature was not accepted',
      ],
      [
        'whose signature is r = s = 0',
        () => unsigned({ alg: 'ES256' }, Buffer.alloc(64).toString('base64url')),
        'signature was not accepted',
      ],
      [
        'with a key id that is a path',
        () => mint(stranger, { iss: ISS, aud: AUD }, { kid: '../../dev/null' }),
        'signature was not accepted',
      ],
      [
        'with a key id that is SQL',
        () => mint(stranger, { iss: ISS, aud: AUD }, { kid: "' OR 1=1 --" }),
        'signature was not accepted',
      ],
      ['with a key id of a kilobyte', () => good({}, { kid: 'k'.repeat(1024) }), 'key id'],
      ['with a key id that is a number', () => unsigned({ alg: 'ES256', kid: 1 }), 'key id'],
      [
        'that points to its own key set',
        () => mint(stranger, { iss: ISS, aud: AUD }, { jku: 'http://127.0.0.1:1/' }),
        'signature was not accepted',
      ],
      [
        'that points to its own certificate',
        () => mint(stranger, { iss: ISS, aud: AUD }, { x5u: 'http://127.0.0.1:1/' }),
        'signature was not accepted',
      ],
      [
        'that brings its own key',
        () => mint(stranger, { iss: ISS, aud: AUD }, { jwk: stranger.publicJwk }),
        'signature was not accepted',
      ],
      [
        'that brings its own certificate',
        () => mint(stranger, { iss: ISS, aud: AUD }, { x5c: ['AAAA'] }),
        'signature was not accepted',
      ],
      [
        'signed by a stranger under a published key id',
        () => mint(stranger, { iss: ISS, aud: AUD }),
        'signature was not accepted',
      ],
      ['with a critical header', () => good({}, { crit: ['urn:x'], 'urn:x': 1 }), '`crit`'],
      ['with an unencoded payload', () => unsigned({ alg: 'ES256', b64: false }), '`b64`'],
      ['that is compressed', () => unsigned({ alg: 'ES256', zip: 'DEF' }), '`zip`'],
      [
        'that is encrypted with a password',
        () => `${b64({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 1e9 })}.a.b.c.d`,
        'encrypted',
      ],
      ['whose exp is text', () => good({ exp: String(NOON / 1000 + 300) }), '`exp` is missing or no time'],
      [
        'whose exp is beyond all numbers',
        () =>
          signRaw(
            key,
            `{"iss":"${ISS}","aud":"${AUD}","sub":"bot","client_id":"bot","jti":"x","iat":${NOON / 1000},"exp":1e400}`,
          ),
        '`exp` is missing or no time',
      ],
      ['without exp', () => good({ exp: undefined }), '`exp` is missing or no time'],
      ['that has expired', () => good({ exp: NOON / 1000 - 6 }), 'has expired'],
      ['without iat', () => good({ iat: undefined }), '`iat` is missing or no time'],
      ['from the future', () => good({ iat: NOON / 1000 + 6 }), 'issued in the future'],
      ['that is not valid yet', () => good({ nbf: NOON / 1000 + 6 }), 'not valid yet'],
      ['whose nbf is text', () => good({ nbf: 'now' }), '`nbf` is no time'],
      [
        'that is old and valid for years',
        () => good({ iat: NOON / 1000 - 3606, exp: NOON / 1000 + 1e8 }),
        'older than the 3600 seconds',
      ],
      [
        'for another audience',
        () => good({ aud: 'http://127.0.0.1:4100/mcp/crm' }),
        'meant for `http://127.0.0.1:4100/mcp/crm`',
      ],
      ['for the audience with a trailing slash', () => good({ aud: `${AUD}/` }), 'meant for'],
      ['for a prefix of the audience', () => good({ aud: 'http://127.0.0.1:4100' }), 'meant for'],
      ['for nobody', () => good({ aud: undefined }), '`aud` is missing'],
      ['for an audience that is an object', () => good({ aud: [AUD, {}] }), '`aud` is missing or no text'],
      [
        'for a crowd',
        () => good({ aud: [AUD, ...Array.from({ length: 16 }, (_, i) => `https://a${i}`)] }),
        'more than 16 audiences',
      ],
      [
        'of an issuer that only looks the same',
        () => good({ iss: 'https://іdp.example' }),
        'is not registered',
      ],
      ['of the issuer with a trailing slash', () => good({ iss: `${ISS}/` }), 'is not registered'],
      ['of no issuer', () => good({ iss: undefined }), 'names no issuer'],
      ['of a list of issuers', () => good({ iss: [ISS] }), 'names no issuer'],
      ['that is an ID-JAG', () => good({}, { typ: 'oauth-id-jag+jwt' }), 'which is no access token'],
      [
        'that is a call token',
        () => good({}, { typ: 'application/Countersign-Call+JWT' }),
        'which is no access token',
      ],
      ['that is a DPoP proof', () => good({}, { typ: 'dpop+jwt' }), 'which is no access token'],
      ['that is an ID token', () => good({}, { typ: 'JWT' }), 'the token type `jwt` is not allowed'],
      ['without a type', () => good({}, { typ: undefined }), 'the token type `none` is not allowed'],
      ['without jti', () => good({ jti: undefined }), '`jti` is missing'],
      ['without sub', () => good({ sub: undefined }), '`sub` is missing'],
      ['whose sub is a number', () => good({ sub: 7 }), '`sub`'],
      ['whose client is a line break', () => good({ client_id: 'bot\nadmin' }), '`client_id`'],
      ['whose act is text', () => good({ act: 'bot' }), '`act` is no object'],
      ['whose act names nobody', () => good({ act: {} }), '`act.sub` is missing'],
      ['whose act never ends', () => good({ act: nested(6) }), 'nested deeper than 5'],
      [
        'whose act speaks for another issuer',
        () => good({ act: { sub: 'bot', iss: 'https://other.example' } }),
        'names another issuer',
      ],
      ['that is bound to a key', () => good({ cnf: { jkt: 'x' } }), 'proof of possession'],
      ['that is bound to a certificate', () => good({ cnf: { 'x5t#S256': 'x' } }), 'proof of possession'],
      ['that is bound in an unknown way', () => good({ cnf: null }), 'proof of possession'],
      ['whose scope is a number', () => good({ scope: 7 }), '`scope`'],
      ['of more than 8 KiB', () => good({ padding: 'x'.repeat(8192) }), 'larger than 8192 bytes'],
      ['in another spelling of base64url', async () => respell(await good()), 'not canonical base64url'],
      ['with padding', async () => `${await good()}=`, 'not canonical base64url'],
      ['with a changed payload', async () => changed(await good()), 'signature was not accepted'],
      ['of two parts', async () => (await good()).split('.').slice(0, 2).join('.'), 'three parts'],
      [
        'whose payload is a list',
        () => `${b64({ alg: 'ES256' })}.${b64([])}.${b64('x')}`,
        'not a JSON object',
      ],
      ['that is no token', () => 'opaque', 'three parts'],
    ];

  test.each(matrix)('%s is refused', async (_, token, reason) => {
    const result = await present(`Bearer ${await token()}`);
    if (result.ok) throw new Error('the token was accepted');
    expect(result.error.reason).toContain(reason);
    expect(result.error.code).toBe('unauthenticated');
    expect(result.error.headers?.['www-authenticate']).toContain('error="invalid_token"');
  });

  test.each([
    ['another scheme', (token: string) => `Basic ${token}`, 'not `Bearer`'],
    ['the DPoP scheme', (token: string) => `DPoP ${token}`, 'not supported yet'],
    ['two tokens', (token: string) => `Bearer ${token} ${token}`, 'not `Bearer`'],
    ['nothing', () => 'Bearer ', 'not `Bearer`'],
  ])('with %s is refused', async (_, header, reason) => {
    expect(await present(header(await good()))).toMatchObject({
      ok: false,
      error: { reason: expect.stringContaining(reason) },
    });
  });

  test('is never told what was wrong with it', async () => {
    const messages = new Set<string>();
    for (const [, token] of matrix) {
      const result = await present(`Bearer ${await token()}`);
      if (!result.ok) messages.add(`${result.error.message} ${result.error.headers?.['www-authenticate']}`);
    }
    expect(messages.size).toBe(1);
  });

  test('is checked for time and audience again although its signature is remembered', async () => {
    const token = `Bearer ${await good({ exp: NOON / 1000 + 60 })}`;
    const own = fresh();
    expect(await present(token, own)).toMatchObject({ ok: true });
    const elsewhere = await own.authenticate({
      audience: `${AUD}2`,
      registry,
      credentials: { authorization: token },
    });
    expect(elsewhere).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
    now = NOON + 66_000;
    expect(await present(token, own)).toMatchObject({
      ok: false,
      error: { reason: 'the token has expired' },
    });
    now = NOON;
  });
});

describe('issuers', () => {
  test('vouch only for their own tokens', async () => {
    const other = await testKey('k1');
    const two = registryOf(
      issuerManifest('idp', ISS, [key]),
      issuerManifest('other', 'https://other.example', [other]),
    );
    const forged = await mint(other, { iss: ISS, aud: AUD });
    expect(await present(`Bearer ${forged}`, fresh(), two)).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated' },
    });
    const own = await mint(other, { iss: 'https://other.example', aud: AUD });
    expect(await present(`Bearer ${own}`, fresh(), two)).toMatchObject({
      ok: true,
      value: { token: { issuer: 'other' } },
    });
  });

  test('whose rules changed vouch anew, also for tokens that were accepted before', async () => {
    const own = fresh();
    const token = `Bearer ${await good()}`;
    expect(await present(token, own)).toMatchObject({ ok: true });
    const replaced = registryOf(issuerManifest('idp', ISS, [stranger]));
    expect(await present(token, own, replaced)).toMatchObject({ ok: false });
    const stricter = registryOf(
      issuerManifest('idp', ISS, [key], 'kind: mixed, maxTokenAgeSeconds: 1, clockToleranceSeconds: 0'),
    );
    expect(await present(token, own, stricter)).toMatchObject({ ok: false });
  });

  test('may be given further audiences', async () => {
    const aliased = registryOf(
      issuerManifest('idp', ISS, [key], 'kind: mixed, audiences: ["api://gateway"]'),
    );
    expect(await present(`Bearer ${await good({ aud: 'api://gateway' })}`, fresh(), aliased)).toMatchObject({
      ok: true,
    });
  });
});

async function hmacWithPublicKey({ publicJwk }: TestKey): Promise<string> {
  const spki = await exportSPKI((await importJWK(publicJwk, 'ES256', { extractable: true })) as CryptoKey);
  const signed = `${b64({ alg: 'HS256', kid: 'k1', typ: 'at+jwt' })}.${b64(claims())}`;
  return `${signed}.${createHmac('sha256', spki).update(signed).digest('base64url')}`;
}

async function signRaw({ privateKey }: TestKey, payload: string): Promise<string> {
  const signed = `${b64({ alg: 'ES256', kid: 'k1', typ: 'at+jwt' })}.${b64(payload)}`;
  const bytes = new TextEncoder().encode(signed);
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, bytes);
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}

// The last character of 64 bytes carries four unused bits: another one decodes to the same signature.
function respell(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(token.at(-1) ?? '');
  return `${token.slice(0, -1)}${alphabet[last + 1]}`;
}

function changed(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const body = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  return `${header}.${b64({ ...body, scope: 'everything' })}.${signature}`;
}
