// The keys of one issuer: as declared, or fetched from its JWKS address, bounded and never merged with another's. A
// fetched set is used for ten minutes; after that it is fetched again before anything is accepted, so that a key that
// the issuer withdrew stops working, here and in every cache built on top (protocols.md 4.3).
import { createHash } from 'node:crypto';
import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet } from 'jose';
import type { Issuer } from '../registry/types.ts';

export interface IssuerKeys {
  /** Names the set that is in force now. Another set has another name. Throws KeysUnavailable. */
  generation(): Promise<string>;
  /** The payload of a token that one of the keys signed. Throws KeysUnavailable, or whatever jose finds wrong. */
  verify(token: string): Promise<{ readonly payload: Uint8Array; readonly generation: string }>;
  /** How they stand, without asking for them. */
  standing(): KeysStanding;
}

export interface KeysStanding {
  /** Null while there are none at hand. */
  readonly count: number | null;
  /** Milliseconds since the epoch; null where they were never fetched. */
  readonly fetchedAt: number | null;
  /** Why the last attempt to fetch them failed; null after one that did not. */
  readonly failure: string | null;
}

/** The keys cannot be had now: no verdict on the token, so not its fault. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

export type FetchJwks = (url: string, init: RequestInit) => Promise<Response>;

export interface IssuerKeysDeps {
  readonly fetch: FetchJwks;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const MAX_AGE_MS = 10 * 60_000;
// A token with an unknown key id asks for a fetch at most this often: otherwise strangers could make us flood an issuer.
const UNKNOWN_KEY_COOLDOWN_MS = 30_000;
const FAILURE_COOLDOWN_MS = 5000;
const TIMEOUT_MS = 5000;
const MAX_JWKS_BYTES = 1024 * 1024;
const MAX_KEYS = 100;

interface KeySet {
  readonly generation: string;
  readonly count: number;
  readonly resolve: ReturnType<typeof createLocalJWKSet>;
}

export function createIssuerKeys(issuer: Issuer, deps: IssuerKeysDeps): IssuerKeys {
  const algorithms = [...issuer.algorithms];
  const current =
    issuer.keys.kind === 'static' ? fixed(issuer.keys.jwks as JSONWebKeySet) : fetched(issuer.keys.url, deps);
  return {
    generation: async () => (await current.get()).generation,
    standing: () => current.standing(),
    async verify(token) {
      const keys = await current.get();
      try {
        return await verifyWith(token, keys, algorithms);
      } catch (fault) {
        const other = fault instanceof errors.JWKSNoMatchingKey ? await current.renewed() : null;
        if (other === null) throw fault;
        return verifyWith(token, other, algorithms);
      }
    },
  };
}

async function verifyWith(token: string, keys: KeySet, algorithms: string[]) {
  const { payload } = await compactVerify(token, keys.resolve, { algorithms });
  return { payload, generation: keys.generation };
}

interface Source {
  get(): Promise<KeySet>;
  /** The set fetched anew because a key was missing from it, or null where it is too early for that. */
  renewed(): Promise<KeySet | null>;
  standing(): KeysStanding;
}

function fixed(jwks: JSONWebKeySet): Source {
  const keys = keySetOf(jwks);
  const standing = { count: jwks.keys.length, fetchedAt: null, failure: null };
  return { get: async () => keys, renewed: async () => null, standing: () => standing };
}

function fetched(url: string, { fetch, now }: IssuerKeysDeps): Source {
  let held: { readonly keys: KeySet; readonly at: number } | null = null;
  let lastFailure: { readonly at: number; readonly reason: string } | null = null;
  let lastAttempt = Number.NEGATIVE_INFINITY;
  let pending: Promise<KeySet> | null = null;

  async function load(): Promise<KeySet> {
    lastAttempt = now();
    try {
      const keys = keySetOf(await download(url, fetch));
      held = { keys, at: now() };
      lastFailure = null;
      return keys;
    } catch (fault) {
      const reason = `the keys at \`${url}\` cannot be read: ${describe(fault)}`;
      lastFailure = { at: now(), reason };
      throw new KeysUnavailable(reason);
    }
  }
  function refresh(): Promise<KeySet> {
    if (pending !== null) return pending;
    if (lastFailure !== null && now() - lastFailure.at < FAILURE_COOLDOWN_MS) {
      return Promise.reject(new KeysUnavailable(lastFailure.reason));
    }
    pending = load().finally(() => {
      pending = null;
    });
    return pending;
  }
  return {
    get: async () => (held !== null && now() - held.at < MAX_AGE_MS ? held.keys : refresh()),
    renewed: async () => {
      const isEarly = pending === null && now() - lastAttempt < UNKNOWN_KEY_COOLDOWN_MS;
      return isEarly ? null : refresh();
    },
    standing: () => ({
      count: held?.keys.count ?? null,
      fetchedAt: held?.at ?? null,
      failure: lastFailure?.reason ?? null,
    }),
  };
}

async function download(url: string, fetch: FetchJwks): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    // SECURITY: a redirect would let the issuer's host, or whoever answers for it, choose another place for the keys.
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`it answers ${response.status}`);
  }
  return JSON.parse(await readBounded(response)) as JSONWebKeySet;
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_JWKS_BYTES) throw new Error(`it is larger than ${MAX_JWKS_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function keySetOf(jwks: JSONWebKeySet): KeySet {
  const resolve = createLocalJWKSet(jwks);
  if (jwks.keys.length > MAX_KEYS) throw new Error(`it holds more than ${MAX_KEYS} keys`);
  return {
    resolve,
    count: jwks.keys.length,
    generation: createHash('sha256').update(JSON.stringify(jwks)).digest('hex'),
  };
}

function describe(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  // A refused connection is told only by the cause: fetch itself says no more than that it failed.
  return fault.cause instanceof Error ? `${fault.message} (${fault.cause.message})` : fault.message;
}
