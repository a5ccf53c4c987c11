// Who calls: from the token of a request to a caller, in the order of protocols.md 4.2. Only the result of the signature
// check is cached, bound to the token, the issuer's rules and the set of keys in force; all else is checked every time.
import { createHash } from 'node:crypto';
import { type Result } from '../errors.ts';
import type { Caller, InboundCall } from '../pipeline/types.ts';
import type { Issuer, RegistrySnapshot } from '../registry/types.ts';
import { callerOf } from './caller.ts';
import { issuerUnavailable, unauthenticated } from './challenge.ts';
import { checkClaims, problemOfForm } from './claims.ts';
import {
  createIssuerKeys,
  type FetchJwks,
  type IssuerKeys,
  type KeysStanding,
  KeysUnavailable,
} from './issuer-keys.ts';
import { createLru } from './lru.ts';
import { parseBearer, quoted, type UnverifiedToken } from './token.ts';
import { messageOf } from '../message-of.ts';

/** What of a call says who makes it. */
type Presented = Pick<InboundCall, 'audience' | 'registry'> & {
  readonly credentials: Pick<InboundCall['credentials'], 'authorization'>;
};

export interface Verifier {
  /** 401 with one text for all faults of the token, 503 while an issuer's keys cannot be read. */
  authenticate(call: Presented): Promise<Result<Caller>>;
  /** How the keys of an issuer stand; nothing is fetched for it. */
  keysOf(issuer: Issuer): KeysStanding;
}

export interface VerifierDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly fetch: FetchJwks;
}

const CACHED_SIGNATURES = 4096;
const CACHED_ISSUERS = 256;

interface SignedPayload {
  readonly rules: string;
  readonly generation: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export function createVerifier(deps: VerifierDeps): Verifier {
  const signatures = createLru<SignedPayload>(CACHED_SIGNATURES);
  const issuerKeys = createLru<IssuerKeys>(CACHED_ISSUERS);

  function keysOf(issuer: Issuer, rules: string): IssuerKeys {
    const known = issuerKeys.get(rules);
    if (known !== undefined) return known;
    const keys = createIssuerKeys(issuer, deps);
    issuerKeys.set(rules, keys);
    return keys;
  }

  async function signedPayload(token: UnverifiedToken, issuer: Issuer): Promise<SignedPayload['payload']> {
    const rules = rulesOf(issuer);
    const keys = keysOf(issuer, rules);
    const cached = signatures.get(token.digest);
    if (cached?.rules === rules && cached.generation === (await keys.generation())) return cached.payload;
    const { payload: bytes, generation } = await keys.verify(token.text);
    const payload = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(bytes),
    ) as SignedPayload['payload'];
    signatures.set(token.digest, { rules, generation, payload });
    return payload;
  }

  return {
    keysOf: (issuer) => keysOf(issuer, rulesOf(issuer)).standing(),
    async authenticate({ credentials, audience, registry }) {
      const refused = (reason: string) => unauthenticated(audience, reason);
      if (credentials.authorization === null)
        return unauthenticated(audience, 'no access token was sent', 'missing');
      const token = parseBearer(credentials.authorization);
      if (!token.ok) return refused(token.error);
      const { header, claimedIssuer } = token.value;

      const issuer = issuerOf(claimedIssuer, registry);
      if (issuer === undefined) return refused(`the issuer ${quoted(claimedIssuer)} is not registered`);
      const problem = problemOfForm(header, issuer);
      if (problem !== null) return refused(problem);

      let payload: SignedPayload['payload'];
      try {
        payload = await signedPayload(token.value, issuer);
      } catch (fault) {
        if (fault instanceof KeysUnavailable) return issuerUnavailable(fault.message);
        const why = messageOf(fault);
        return refused(`the signature was not accepted for the issuer \`${issuer.name}\`: ${why}`);
      }
      const claims = checkClaims(payload, { issuer, header, audience, now: deps.now() });
      if (!claims.ok) return refused(claims.error);
      const caller = callerOf(claims.value, issuer, registry);
      return caller.ok ? caller : refused(caller.error);
    },
  };
}

function issuerOf(iss: string, registry: RegistrySnapshot): Issuer | undefined {
  return registry.issuers.values().find((issuer) => issuer.issuer === iss);
}

const rulesByIssuer = new WeakMap<Issuer, string>();

// Whatever an operator changes about an issuer makes what was accepted before a new question.
function rulesOf(issuer: Issuer): string {
  const known = rulesByIssuer.get(issuer);
  if (known !== undefined) return known;
  const rules = createHash('sha256').update(JSON.stringify(issuer)).digest('hex');
  rulesByIssuer.set(issuer, rules);
  return rules;
}
