import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import type { JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RegistrySnapshot } from '../registry/types.ts';
import {
  issuerManifest,
  type JwksServer,
  jwksServer,
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
let now = NOON;
beforeAll(async () => {
  key = await testKey('k1');
});

const fresh = (): Verifier => createVerifier({ now: () => now, fetch });
const present = (authorization: string, to: Verifier, registry: RegistrySnapshot) =>
  to.authenticate({ audience: AUD, registry, credentials: { authorization } });

describe('a key set behind an address', () => {
  let server: JwksServer;
  let remote: RegistrySnapshot;
  beforeAll(async () => {
    server = await jwksServer([key]);
    remote = registryOf(issuerManifest('idp', ISS, server.url));
  });
  afterAll(() => server.close());
  const tokenOf = async (signer: TestKey) =>
    `Bearer ${await mint(signer, { iss: ISS, aud: AUD, exp: NOON / 1000 + 3600 })}`;

  test('is fetched once for many calls at once', async () => {
    server.serve([key]);
    const own = fresh();
    const before = server.count();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOf(key)));
    const results = await Promise.all(tokens.map((token) => present(token, own, remote)));
    expect(results.every((result) => result.ok)).toBe(true);
    expect(server.count() - before).toBe(1);
  });

  test('stops vouching for what a withdrawn key signed, remembered or not', async () => {
    server.serve([key]);
    const own = fresh();
    const token = await tokenOf(key);
    expect(await present(token, own, remote)).toMatchObject({ ok: true });
    server.serve([await testKey('k2')]);
    now = NOON + 9 * 60_000;
    expect(await present(token, own, remote)).toMatchObject({ ok: true });
    now = NOON + 11 * 60_000;
    expect(await present(token, own, remote)).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated' },
    });
    now = NOON;
  });

  test('is fetched again for a new key, but not for every stranger', async () => {
    server.serve([key]);
    const own = fresh();
    expect(await present(await tokenOf(key), own, remote)).toMatchObject({ ok: true });
    const next = await testKey('k2');
    server.serve([key, next]);
    const before = server.count();
    for (let i = 0; i < 20; i++) await present(await tokenOf(await testKey(`stranger${i}`)), own, remote);
    expect(server.count() - before).toBe(0);
    now = NOON + 31_000;
    expect(await present(await tokenOf(next), own, remote)).toMatchObject({ ok: true });
    expect(server.count() - before).toBe(1);
    now = NOON;
  });

  test('that cannot be read is no fault of the token, and is not asked for at every call', async () => {
    server.serve(null);
    const own = fresh();
    const before = server.count();
    for (let i = 0; i < 5; i++) {
      expect(await present(await tokenOf(key), own, remote)).toMatchObject({
        ok: false,
        error: {
          code: 'issuer_unavailable',
          retryAfterSeconds: 5,
          reason: expect.stringContaining('it answers 500'),
        },
      });
    }
    expect(server.count() - before).toBe(1);
    server.serve([key]);
    now = NOON + 5000;
    expect(await present(await tokenOf(key), own, remote)).toMatchObject({ ok: true });
    now = NOON;
  });

  test('vouches by no key that is weak, shared or meant for something else', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const weakJwk = { ...weak.publicKey.export({ format: 'jwk' }), kid: 'weak', alg: 'RS256', use: 'sig' };
    const other = await testKey('k1');
    const served: readonly (readonly [JWK, string])[] = [
      [
        weakJwk,
        signedWith('RS256', 'weak', (text) => createSign('sha256').update(text).sign(weak.privateKey)),
      ],
      [{ ...other.publicJwk, use: 'enc' }, await mint(other, { iss: ISS, aud: AUD })],
      [{ kty: 'oct', k: b64('secret'), kid: 'k1' }, signedWith('HS256', 'k1', hmac('secret'))],
      [{ kty: 'oct', k: b64('secret'), kid: 'k1' }, signedWith('ES256', 'k1', hmac('secret'))],
    ];
    for (const [jwk, token] of served) {
      server.serve([{ ...other, publicJwk: jwk }]);
      expect(await present(`Bearer ${token}`, fresh(), remote)).toMatchObject({
        ok: false,
        error: { code: 'unauthenticated' },
      });
    }
  });

  test('of a megabyte, or that is none, is unavailable', async () => {
    for (const publicJwk of [{ kty: 'EC', padding: 'x'.repeat(1024 * 1024) }, 'text' as JWK]) {
      server.serve([{ ...key, publicJwk }]);
      expect(await present(await tokenOf(key), fresh(), remote)).toMatchObject({
        ok: false,
        error: { code: 'issuer_unavailable' },
      });
    }
  });

  test('that went away is not trusted from memory for ever', async () => {
    server.serve([key]);
    const own = fresh();
    const token = await tokenOf(key);
    expect(await present(token, own, remote)).toMatchObject({ ok: true });
    server.serve(null);
    now = NOON + 10 * 60_000;
    expect(await present(token, own, remote)).toMatchObject({
      ok: false,
      error: { code: 'issuer_unavailable' },
    });
    now = NOON;
  });

  test('at an address where nobody answers is unavailable', async () => {
    const nobody = await jwksServer([]);
    await nobody.close();
    const gone = registryOf(issuerManifest('idp', ISS, nobody.url));
    expect(await present(await tokenOf(key), fresh(), gone)).toMatchObject({
      ok: false,
      error: { code: 'issuer_unavailable' },
    });
  });
});

const GOOD = {
  iss: ISS,
  aud: AUD,
  sub: 'bot',
  client_id: 'bot',
  jti: 'x',
  iat: NOON / 1000,
  exp: NOON / 1000 + 300,
};
const b64 = (value: string) => Buffer.from(value).toString('base64url');
const hmac = (secret: string) => (text: string) => createHmac('sha256', secret).update(text).digest();

function signedWith(alg: string, kid: string, sign: (text: string) => Buffer): string {
  const signed = `${b64(JSON.stringify({ alg, kid, typ: 'at+jwt' }))}.${b64(JSON.stringify(GOOD))}`;
  return `${signed}.${sign(signed).toString('base64url')}`;
}
