// The gateway's own word about a call, for the agent that the call goes to: presented with that agent's own calls, it
// joins them to the same chain. It names a call and confers no permission; it is never a credential (DESIGN section 7).
import { createHash, randomUUID } from 'node:crypto';
import { isId, type Id } from '@countersign/audit';
import { errors, jwtVerify, type JWK, type JWTPayload, SignJWT } from 'jose';
import { ok, type Result } from '../errors.ts';
import type { SigningKey } from './keys.ts';
import { createLru } from './lru.ts';

const CALL_TOKEN_TYPE = 'countersign-call+jwt';

// Long, because work is: what ends a token's use is the end of the call that it names, which the store knows.
const LIFETIME_SECONDS = 12 * 3600;
const CACHED_TOKENS = 4096;
const MAX_ACTORS = 16;

export interface CallTokenInput {
  /** The call that is being forwarded. */
  readonly call: Id<'call'>;
  readonly chain: Id<'chain'>;
  /** Key of the subject on whose behalf it is made. */
  readonly subject: string | null;
  /** Names of the agents acting so far, root first, the caller last. */
  readonly agents: readonly string[];
  /** Whom the call goes to: the one agent that may present the token. */
  readonly issuedTo: Id<'agt' | 'srv'>;
  /** The entry that allowed the call. */
  readonly entry: { readonly index: number; readonly leaf: string };
}

/** What a verified call token says. */
interface CallTokenClaims {
  readonly call: Id<'call'>;
  readonly chain: Id<'chain'>;
  readonly subject: string | null;
}

export interface CallTokens {
  mint(input: CallTokenInput): Promise<string>;
  /** `presenter` is the uid of the agent that presents it, proven by that agent's own credential. The error is the reason, for the record. */
  verify(token: string, presenter: Id<'agt'>): Promise<Result<CallTokenClaims, string>>;
  /** Public, so that upstreams can check what they are sent. */
  jwks(): { readonly keys: readonly JWK[] };
}

export interface CallTokensDeps {
  readonly key: SigningKey;
  /** The gateway's public URL: issuer and audience of its call tokens. */
  readonly publicUrl: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createCallTokens({ key, publicUrl, now }: CallTokensDeps): CallTokens {
  const signatures = createLru<JWTPayload>(CACHED_TOKENS);

  async function payloadOf(token: string): Promise<JWTPayload> {
    const digest = createHash('sha256').update(token).digest('hex');
    const cached = signatures.get(digest);
    if (cached !== undefined) return cached;
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [key.algorithm],
      typ: CALL_TOKEN_TYPE,
      issuer: publicUrl,
      audience: publicUrl,
      requiredClaims: ['exp', 'iat', 'jti', 'call', 'chain', 'agt'],
      currentDate: new Date(now()),
    });
    signatures.set(digest, payload);
    return payload;
  }

  return {
    mint(input) {
      const issuedAt = Math.floor(now() / 1000);
      return new SignJWT({
        call: input.call,
        chain: input.chain,
        agt: input.issuedTo,
        entry: input.entry,
        ...(input.subject === null ? {} : { sub: input.subject }),
        ...actOf(input.agents),
      })
        .setProtectedHeader({ alg: key.algorithm, typ: CALL_TOKEN_TYPE, kid: key.kid })
        .setIssuer(publicUrl)
        .setAudience(publicUrl)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + LIFETIME_SECONDS)
        .sign(key.privateKey);
    },
    async verify(token, presenter) {
      let payload: JWTPayload;
      try {
        payload = await payloadOf(token);
      } catch (fault) {
        return fail(fault instanceof errors.JOSEError ? fault.message : 'the call token cannot be read');
      }
      const { call, chain, agt, sub, exp } = payload;
      if (exp === undefined || exp * 1000 <= now()) return fail('the call token has expired');
      if (!isId(call, 'call') || !isId(chain, 'chain')) return fail('the call token names no call');
      if (agt !== presenter)
        return fail(`the call token was issued to \`${String(agt)}\`, not to \`${presenter}\``);
      return ok({ call, chain, subject: sub ?? null });
    },
    jwks: () => ({ keys: [key.publicJwk] }),
  };
}

// RFC 8693 section 4.1: the current actor is the outermost, those before it are nested. Old ones fall off the end.
function actOf(agents: readonly string[]): JWTPayload {
  return agents.slice(-MAX_ACTORS).reduce<JWTPayload>((before, sub) => ({ act: { sub, ...before } }), {});
}

function fail(reason: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error: reason };
}
