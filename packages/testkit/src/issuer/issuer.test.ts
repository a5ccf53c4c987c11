import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startProcess } from '../process.ts';
import { badTokens } from './bad-tokens.ts';
import { startIssuer, type Issuer } from './issuer.ts';

const resource = 'http://127.0.0.1:4100/mcp/payments';
let issuer: Issuer;

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());

const verify = (token: string, jwksUri = issuer.jwksUri, url = issuer.url) =>
  jwtVerify(token, createRemoteJWKSet(new URL(jwksUri)), {
    issuer: url,
    audience: resource,
    typ: 'at+jwt',
    algorithms: ['ES256', 'EdDSA'],
    requiredClaims: ['sub', 'iat', 'exp', 'jti', 'client_id'],
    maxTokenAge: 3600,
  });

describe('the test issuer', () => {
  it.each(['ES256', 'EdDSA'] as const)('mints %s tokens that verify against its JWKS', async (algorithm) => {
    const { payload, protectedHeader } = await verify(
      await issuer.mint({ clientId: 'invoice', resource, scope: 'pay', algorithm }),
    );
    expect(protectedHeader.alg).toBe(algorithm);
    expect(payload).toMatchObject({ sub: 'invoice', client_id: 'invoice', aud: resource, scope: 'pay' });
    expect(payload['act']).toBeUndefined();
  });

  it('names the person as subject and nests the actors', async () => {
    const token = await issuer.mint({
      clientId: 'customer-support',
      resource,
      subject: 'dana@example.com',
      priorActors: ['incident-triage'],
    });
    expect((await verify(token)).payload).toMatchObject({
      sub: 'dana@example.com',
      act: { sub: 'customer-support', act: { sub: 'incident-triage' } },
    });
  });

  it('publishes discovery documents that lead to its keys', async () => {
    for (const path of ['openid-configuration', 'oauth-authorization-server']) {
      const response = await fetch(`${issuer.url}/.well-known/${path}`);
      expect(await response.json()).toMatchObject({ issuer: issuer.url, jwks_uri: issuer.jwksUri });
    }
  });

  it('stops verifying what a withdrawn key signed, and keeps what a retained one signed', async () => {
    const own = await startIssuer();
    const first = await own.mint({ clientId: 'a', resource });
    await own.rotate({ keepOld: true });
    const second = await own.mint({ clientId: 'a', resource });
    await verify(first, own.jwksUri, own.url);
    await own.rotate();
    await expect(verify(first, own.jwksUri, own.url)).rejects.toThrow(/no applicable key/);
    await expect(verify(second, own.jwksUri, own.url)).rejects.toThrow(/no applicable key/);
    await own.close();
  });

  it('issues tokens from its own process through the token endpoint', async () => {
    const process = await startProcess({ script: new URL('./main.ts', import.meta.url) });
    const request = (form: Record<string, string>) =>
      fetch(`${process.url}/token`, { method: 'POST', body: new URLSearchParams(form) });
    const response = await request({
      grant_type: 'client_credentials',
      client_id: 'incident-triage',
      subject: 'dana@example.com',
      resource,
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    await verify(token, String(process.ready['jwksUri']), process.url);
    expect(decodeJwt(token)).toMatchObject({ sub: 'dana@example.com', act: { sub: 'incident-triage' } });
    expect((await request({ grant_type: 'password' })).status).toBe(400);
    expect((await request({ grant_type: 'client_credentials', client_id: 'x' })).status).toBe(400);
    await process.stop();
  });
});

describe('badTokens', () => {
  it('makes only tokens that differ from a good one in what a verifier must see', async () => {
    const request = { clientId: 'invoice', resource };
    await verify(await issuer.mint(request));
    const bad = await badTokens(issuer, request);
    expect(new Set(bad.map((each) => each.token)).size).toBe(bad.length);
    // What jose cannot know (shape of act and cnf, size limits) is for the gateway to refuse.
    const beyondJose = /\bact\b|proof key|larger than|subject that is no string/;
    const accepted: string[] = [];
    for (const { fault, token } of bad) {
      if (beyondJose.test(fault)) continue;
      await verify(token).then(
        () => accepted.push(fault),
        () => undefined,
      );
    }
    expect(accepted).toEqual([]);
  });
});
