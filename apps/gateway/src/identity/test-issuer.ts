// An issuer of tokens for tests: keys, minting, and a key set served over real HTTP that can change, fail and count.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';
import { describeProblems } from '../config/problems.ts';
import { planChange } from '../registry/apply.ts';
import { parseManifests } from '../registry/manifests.ts';
import { buildSnapshot } from '../registry/snapshot.ts';
import type { RegistrySnapshot } from '../registry/types.ts';

/** Noon of some day, in milliseconds: tests move it by hand. */
export const NOON = 1_790_000_000_000;

export interface TestKey {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export async function testKey(kid: string, alg = 'ES256'): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** Claims of a good machine token; `undefined` removes one. */
export async function mint(
  key: TestKey,
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const now = NOON / 1000;
  const all = { jti: randomUUID(), iat: now - 10, exp: now + 300, sub: 'bot', client_id: 'bot', ...claims };
  const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const fields = Object.entries({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header });
  const protectedHeader = Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  const crit = Array.isArray(protectedHeader['crit']) ? protectedHeader['crit'] : [];
  return new SignJWT(payload)
    .setProtectedHeader(protectedHeader as unknown as JWTHeaderParameters)
    .sign(key.privateKey, { crit: Object.fromEntries(crit.map((name) => [String(name), true])) });
}

export interface JwksServer {
  readonly url: string;
  /** Fetches so far. */
  count(): number;
  /** What it answers from now on; null answers 500. */
  serve(keys: readonly TestKey[] | null): void;
  close(): Promise<void>;
}

export async function jwksServer(keys: readonly TestKey[]): Promise<JwksServer> {
  let served: readonly TestKey[] | null = keys;
  let fetches = 0;
  const server = createServer((_request, response) => {
    fetches++;
    response.writeHead(served === null ? 500 : 200, {
      'content-type': 'application/json',
      connection: 'close',
    });
    response.end(JSON.stringify({ keys: (served ?? []).map((key) => key.publicJwk) }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    count: () => fetches,
    serve: (next) => {
      served = next;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((fault) => (fault === undefined ? resolve() : reject(fault)));
      }),
  };
}

/** A registry with one person, one team, the given issuers and the given further manifests. */
export function registryOf(...manifests: readonly string[]): RegistrySnapshot {
  const base = [
    manifest('Team', 'billing', '{}'),
    manifest('User', 'fiona', '{email: fiona@example.com}'),
    ...manifests,
  ];
  const parsed = parseManifests(base.join('---\n'), null);
  if (!parsed.ok) throw new Error(describeProblems(parsed.error));
  const secrets = { hasEnv: () => true, hasFile: () => true };
  const options = { actor: { via: 'folder', user: null }, now: NOON, secrets } as const;
  const planned = planChange(new Map(), { manifests: parsed.value }, options);
  if (!planned.ok) throw new Error(describeProblems(planned.error));
  return buildSnapshot(planned.value.objects);
}

export function manifest(kind: string, name: string, spec: string): string {
  return `apiVersion: countersign.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
}

export function agentManifest(name: string, issuer: string, claim: string, value: string): string {
  const identities = `[{issuer: ${issuer}, claim: ${claim}, value: "${value}"}]`;
  const spec = `{owner: fiona, team: billing, purpose: works, risk: low, environment: test, identities: ${identities}}`;
  return manifest('Agent', name, spec);
}

/** `keys` is a list of keys, or the address of a key set. */
export function issuerManifest(
  name: string,
  iss: string,
  keys: readonly TestKey[] | string,
  more = 'kind: mixed',
): string {
  const source =
    typeof keys === 'string'
      ? `jwksUri: "${keys}"`
      : `jwks: ${JSON.stringify({ keys: keys.map((key) => key.publicJwk) })}`;
  return manifest('Issuer', name, `{issuer: "${iss}", ${source}, ${more}}`);
}
