// Verified claims -> the caller: which registered agent acts, and on whose behalf. People and agents are told apart by
// the issuer's kind, not by how a name looks (I5).
import { createHash } from 'node:crypto';
import { ok, type Result } from '../errors.ts';
import type { Caller, Subject } from '../pipeline/types.ts';
import type { IdentityClaim, Issuer, RegistrySnapshot } from '../registry/types.ts';
import type { TokenClaims } from './claims.ts';

/** The error is the reason, for the record. `issuer` in the caller is always the registry's name of the issuer. */
export function callerOf(
  claims: TokenClaims,
  issuer: Issuer,
  registry: RegistrySnapshot,
): Result<Caller, string> {
  const isMachine = isMachineToken(claims, issuer);
  if (isMachine && issuer.kind === 'people') {
    return fail(`the issuer \`${issuer.name}\` speaks for people only, and the token is one of a machine`);
  }
  const identity = identityOf(claims, issuer, isMachine);
  if (identity === null) {
    return fail(
      `the token names no agent by any of ${issuer.agentClaim.map((claim) => `\`${claim}\``).join(', ')}`,
    );
  }
  return ok({
    agent: registry.agentByIdentity(issuer.name, identity.claim, identity.value) ?? null,
    identity: { issuer: issuer.name, ...identity },
    subject: isMachine ? null : subjectOf(claims, issuer, registry),
    actors: claims.actors,
    token: {
      issuer: issuer.name,
      jti: claims.jti,
      scopes: claims.scopes,
      issuedAt: claims.issuedAt,
      expiresAt: claims.expiresAt,
      assurance: issuer.assurance,
    },
  });
}

/** Identifies a person across calls without naming them: it binds sessions, grants and exposure, and is not erased. */
export function subjectKey(issuer: string, sub: string): string {
  return `sub_${createHash('sha256').update(`${issuer}\n${sub}`).digest('hex').slice(0, 32)}`;
}

// A token with an actor is delegated: its `sub` is whoever delegated. Without one, an issuer of agents means the agent.
function isMachineToken(claims: TokenClaims, issuer: Issuer): boolean {
  if (claims.actors.length > 0) return false;
  const client = claims.clientId ?? claims.azp;
  const isOwnClient = claims.isMachine || claims.sub === client;
  switch (issuer.kind) {
    case 'agents':
      return true;
    case 'people':
      return isOwnClient;
    case 'mixed':
      return isOwnClient || client === null;
  }
}

function identityOf(
  claims: TokenClaims,
  issuer: Issuer,
  isMachine: boolean,
): { readonly claim: IdentityClaim; readonly value: string } | null {
  for (const claim of issuer.agentClaim) {
    const value = valueOf(claim, claims, isMachine);
    if (value !== null) return { claim, value };
  }
  return null;
}

function valueOf(claim: IdentityClaim, claims: TokenClaims, isMachine: boolean): string | null {
  switch (claim) {
    case 'act.sub':
      return claims.actors[0] ?? null;
    case 'client_id':
      return claims.clientId;
    case 'azp':
      return claims.azp;
    case 'sub':
      // SECURITY: in a token of a person `sub` is that person; nobody may become an agent by their own name.
      return isMachine ? claims.sub : null;
  }
}

// WHY: an address that the issuer did not verify may have been typed in by anybody; it finds no registered person.
function subjectOf(claims: TokenClaims, issuer: Issuer, registry: RegistrySnapshot): Subject {
  const user = registry.userByEmail(claims.email ?? claims.sub) ?? null;
  return { key: subjectKey(issuer.issuer, claims.sub), sub: claims.sub, issuer: issuer.name, user };
}

function fail(reason: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error: reason };
}
