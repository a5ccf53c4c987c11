// Who acted for whom in a call, in order: the person if there is one, each agent with the token that it came with, and
// where that token could do less, or more, than the one before. Pure and total: what was erased is null.
import type { CallDetail } from '../../../api/types.ts';
import { agentText, targetText } from '../../calls/model/wording.ts';

export interface TokenFacts {
  readonly issuer: string;
  readonly scopes: readonly string[];
  /** RFC 3339. */
  readonly issuedAt: string | null;
  readonly expiresAt: string | null;
  readonly assurance: string | null;
}

export interface DelegationHop {
  readonly call: string;
  readonly agent: string;
  readonly isRegistered: boolean;
  readonly owner: string | null;
  /** How the agent was told apart: `client_id = invoice`. */
  readonly identity: string | null;
  readonly token: TokenFacts | null;
  readonly link: CallDetail['call']['link'];
  readonly target: string;
  readonly operation: string;
  readonly decision: CallDetail['call']['decision'];
  /** Scopes that the hop before had, or that it had not; null where the two cannot be compared. */
  readonly change: { readonly lost: readonly string[]; readonly gained: readonly string[] } | null;
  /** The person named here is not the one named before. */
  readonly isOtherSubject: boolean;
}

export interface Delegation {
  readonly subject: { readonly name: string; readonly issuer: string | null } | null;
  readonly hops: readonly DelegationHop[];
}

/** `details` from the first call of the chain that led here to the call itself. */
export function delegationOf(details: readonly CallDetail[]): Delegation {
  const first = details.find(({ call }) => call.subject !== null);
  let before: TokenFacts | null = null;
  let subject: string | null = null;
  const hops = details.map((detail): DelegationHop => {
    const { call } = detail;
    const token = readToken(detail.token);
    const hop: DelegationHop = {
      call: call.id,
      agent: agentText(call),
      isRegistered: call.agent !== null,
      owner: call.owner,
      identity: readIdentity(detail.caller),
      token,
      link: call.link,
      target: targetText(call),
      operation: call.operation,
      decision: call.decision,
      change: changeOf(before, token),
      isOtherSubject: subject !== null && call.subject !== null && call.subject !== subject,
    };
    before = token;
    subject = call.subject ?? subject;
    return hop;
  });
  return {
    subject:
      first === undefined || first.call.subject === null
        ? null
        : { name: first.call.subject, issuer: readToken(first.token)?.issuer ?? null },
    hops,
  };
}

/** Scopes mean something only to who issued them. */
function changeOf(before: TokenFacts | null, now: TokenFacts | null): DelegationHop['change'] {
  if (before === null || now === null || before.issuer !== now.issuer) return null;
  return {
    lost: before.scopes.filter((scope) => !now.scopes.includes(scope)),
    gained: now.scopes.filter((scope) => !before.scopes.includes(scope)),
  };
}

export function readToken(value: unknown): TokenFacts | null {
  const issuer = member(value, 'issuer');
  if (typeof issuer !== 'string') return null;
  const scopes = member(value, 'scopes');
  const assurance = member(value, 'assurance');
  return {
    issuer,
    scopes: Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : [],
    issuedAt: timeOf(member(value, 'issuedAt')),
    expiresAt: timeOf(member(value, 'expiresAt')),
    assurance: typeof assurance === 'string' ? assurance : null,
  };
}

function readIdentity(value: unknown): string | null {
  const [claim, name] = [member(value, 'claim'), member(value, 'value')];
  return typeof claim === 'string' && typeof name === 'string' ? `${claim} = ${name}` : null;
}

/** Tokens count seconds; what is beyond the calendar is no time. */
function timeOf(seconds: unknown): string | null {
  if (typeof seconds !== 'number') return null;
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

/** The calls that led to `call`, the first one first, itself last; of those that `calls` has. */
export function ancestorsOf<C extends { readonly id: string; readonly parent: string | null }>(
  call: string,
  calls: readonly C[],
): readonly C[] {
  const byId = new Map(calls.map((each) => [each.id, each]));
  const path: C[] = [];
  // Taken out as it goes: rows that name each other must not hold the page up.
  for (let at = byId.get(call); at !== undefined; at = at.parent === null ? undefined : byId.get(at.parent)) {
    path.unshift(at);
    byId.delete(at.id);
  }
  return path;
}
